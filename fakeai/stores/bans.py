"""Bans in memory: strikes that halve with time, and a ladder of bans."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from fakeai.stores.bounded import BoundedTable
from fakeai.stores.port import Ban

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fakeai.stores.port import Rung, Subject

FORGOTTEN: Final = 0.01
"""A score that is as good as none."""
REACHED: Final = 0.98
"""Share of a rung that counts as all of it: five strikes in a few seconds are five, although the
first of them have begun to fade."""


class Record:
    """The score of one subject when it last changed, and the end of its ban."""

    __slots__ = ("at", "decay_s", "queued_at", "score", "until")

    def __init__(self, decay_s: float, now: float) -> None:
        """Start with a clean slate."""
        self.decay_s = decay_s
        self.score = 0.0
        self.at = now
        self.until = -math.inf
        self.queued_at = 0.0

    def score_at(self, now: float) -> float:
        """Return the score, which halves every `decay_s` seconds, banned or not."""
        return self.score * math.exp2(-max(0.0, now - self.at) / self.decay_s)

    def idle_at(self) -> float:
        """Return when the ban is over and the score forgotten."""
        if self.score <= FORGOTTEN:
            return self.until
        return max(self.until, self.at + self.decay_s * math.log2(self.score / FORGOTTEN))


class MemoryBans:
    """The strikes and bans of this process, for at most `subjects_max` subjects.

    A strike that leaves the score on a rung of the ladder bans for that rung's time from now;
    the highest rung reached counts, and no strike ever shortens a ban.
    """

    __slots__ = ("_decay_s", "_ladder", "_records", "latest_end")

    def __init__(self, ladder: Sequence[Rung], *, decay_s: float, subjects_max: int) -> None:
        """Start with nobody banned; `decay_s` is the half-life of a score."""
        if decay_s <= 0:
            message = "decay_s must be positive"
            raise ValueError(message)
        self._ladder = sorted(ladder, key=lambda rung: rung.at, reverse=True)
        self._decay_s = decay_s
        self._records: BoundedTable[Subject, Record] = BoundedTable(subjects_max)
        self.latest_end = -math.inf
        """A moment from which no ban is in force unless one begins; never before any ban."""

    def __len__(self) -> int:
        """Return the number of records held."""
        return len(self._records)

    def strike(self, subject: Subject, weight: float, now: float) -> Ban | None:
        """Add strikes and return the ban that is then in force, if any."""
        record = self._records.get(subject)
        known = record is not None
        if record is None:
            record = Record(self._decay_s, now)
        record.score = record.score_at(now) + weight
        record.at = now
        record.until = max(record.until, now + self._ban_s(record.score))
        self.latest_end = max(self.latest_end, record.until)
        if not known:
            self._records.add(subject, record)
        return Ban(subject, record.score, record.until) if record.until > now else None

    def banned_until(self, subject: Subject, now: float) -> float | None:
        """Return the end of the ban that is in force, if any."""
        record = self._records.get(subject)
        return record.until if record is not None and record.until > now else None

    def lift(self, subject: Subject) -> bool:
        """Forget the subject's ban and strikes; False when it had neither."""
        return self._records.remove(subject)

    def active(self, now: float) -> list[Ban]:
        """Return the bans in force, the longest first."""
        bans = [
            Ban(subject, record.score_at(now), record.until)
            for subject, record in self._records.items()
            if record.until > now
        ]
        return sorted(bans, key=lambda ban: ban.until, reverse=True)

    def _ban_s(self, score: float) -> float:
        return next((rung.for_s for rung in self._ladder if score >= rung.at * REACHED), -math.inf)
