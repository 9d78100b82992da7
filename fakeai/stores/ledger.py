"""The ledger: what was used and what it cost, minute by minute."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Final

import msgspec

MINUTE_S: Final = 60


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Who used what; null where a report adds up over all."""

    project: str | None = None
    key: str | None = None
    model: str | None = None


class Entry(msgspec.Struct, kw_only=True):
    """Sums over requests."""

    requests: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    cache_written_tokens: int = 0
    input_audio_tokens: int = 0
    output_tokens: int = 0
    output_audio_tokens: int = 0
    cost_usd: Decimal = Decimal(0)

    def add(self, other: Entry) -> None:
        """Add another entry to this one."""
        self.requests += other.requests
        self.input_tokens += other.input_tokens
        self.cached_tokens += other.cached_tokens
        self.cache_written_tokens += other.cache_written_tokens
        self.input_audio_tokens += other.input_audio_tokens
        self.output_tokens += other.output_tokens
        self.output_audio_tokens += other.output_audio_tokens
        self.cost_usd += other.cost_usd


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a report."""

    account: Account
    sums: Entry


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """The lines of one stretch of time."""

    start_s: int
    end_s: int
    lines: list[Line]


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """What a report is to show: a number of buckets of one width."""

    start_s: int
    width_s: int
    buckets: int
    group_by: Collection[str] = ()
    """The fields of an account by which lines are kept apart."""
    only: Mapping[str, Collection[str]] = {}
    """Field of an account to the values that count; one that is not there is not asked for."""


class Ledger:
    """A bounded number of entries, by minute and account; the oldest go first."""

    __slots__ = ("_entries", "_entries_max")

    def __init__(self, entries_max: int) -> None:
        """Start empty."""
        # By minute, project, key and model.
        self._entries: OrderedDict[tuple[float, str | None, str, str], Entry] = OrderedDict()
        self._entries_max = entries_max

    def entry(self, time_s: float, project: str | None, key: str, model: str) -> Entry:
        """Return the entry of a Unix time, a new one where there is none; add to it at once."""
        where = (time_s // MINUTE_S, project, key, model)
        entry = self._entries.get(where)
        if entry is None:
            entry = self._entries[where] = Entry()
            if len(self._entries) > self._entries_max:
                self._entries.popitem(last=False)
        return entry

    def report(self, query: Query) -> list[Bucket]:
        """Return the buckets of a query, also those in which nothing was used."""
        sums: list[dict[Account, Entry]] = [{} for _ in range(query.buckets)]
        for (minute, project, key, model), entry in self._entries.items():
            place = (int(minute) * MINUTE_S - query.start_s) // query.width_s
            if not 0 <= place < query.buckets:
                continue
            account = Account(project=project, key=key, model=model)
            if _counts(account, query.only):
                sums[place].setdefault(_group(account, query.group_by), Entry()).add(entry)
        return [
            _bucket(query.start_s + place * query.width_s, query.width_s, lines)
            for place, lines in enumerate(sums)
        ]


def _counts(account: Account, only: Mapping[str, Collection[str]]) -> bool:
    return all(getattr(account, field) in wanted for field, wanted in only.items())


def _group(account: Account, group_by: Collection[str]) -> Account:
    fields = Account.__struct_fields__
    return Account(**{field: getattr(account, field) for field in fields if field in group_by})


def _bucket(start_s: int, width_s: int, lines: dict[Account, Entry]) -> Bucket:
    return Bucket(
        start_s=start_s,
        end_s=start_s + width_s,
        lines=[Line(account=account, sums=entry) for account, entry in lines.items()],
    )
