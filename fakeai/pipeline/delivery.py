"""Delivery: how much of an answer had come when its exchange ended."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from operator import sub
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from fakeai.core.metric import Histogram
    from fakeai.pipeline.exchange import Exchange


class Delivery(msgspec.Struct, frozen=True):
    """The tokens of each choice that were due before the end, and when they were."""

    tokens: list[int]
    due_s: Sequence[Sequence[float]]
    """Times from the start of the exchange; empty lists when the answer came at once."""

    @property
    def total(self) -> int:
        """The tokens of all choices."""
        return sum(self.tokens)

    @property
    def first_s(self) -> float:
        """When the first token came."""
        return min((due[0] for due in self.due_s if due), default=0.0)

    @property
    def last_s(self) -> float:
        """When the last token came."""
        return max((due[-1] for due in self.due_s if due), default=0.0)

    def gaps(self, into: Histogram) -> None:
        """Count the time between each two tokens of a choice."""
        for tokens, due in zip(self.tokens, self.due_s, strict=True):
            if due:
                into.observe_all(list(map(sub, due[1:], due)))
            elif tokens > 1:
                into.observe(0.0, tokens - 1)


def delivery(exchange: Exchange, elapsed_s: float) -> Delivery:
    """Return what came: everything, unless the exchange ended in an error.

    The schedule is the simulated engine's own account of time. It is the same for a plain answer,
    which waits as long as its stream would take, so both are measured alike.
    """
    choices, due_s = exchange.outcome.choices, _due_s(exchange)
    complete = exchange.error is None
    if not due_s:
        came = complete or exchange.sent_bytes > 0
        counts = [choice.token_count if came else 0 for choice in choices]
        return Delivery(counts, [[] for _ in choices])
    kept = []
    for choice, due in zip(choices, due_s, strict=False):
        # The choices share their times; a short one ends before the longest.
        tokens = choice.token_count
        kept.append(due[: tokens if complete else min(tokens, bisect_right(due, elapsed_s))])
    return Delivery([len(due) for due in kept], kept)


def first_token_s(exchange: Exchange) -> float | None:
    """Return when the first token of an exchange that has ended came; None where none did."""
    schedule = exchange.schedule
    if not exchange.usage.completion_tokens:
        return None
    if not schedule.due_s:
        return 0.0
    if schedule.progress is not None:
        return schedule.progress.made_s[0] - exchange.started
    # The choices share their times.
    return schedule.due_s[0][0]


def _due_s(exchange: Exchange) -> Sequence[Sequence[float]]:
    """Return when the tokens of each choice were due; an engine of steps knows those it made."""
    schedule = exchange.schedule
    if schedule.progress is None:
        return schedule.due_s
    made_s = [made - exchange.started for made in schedule.progress.made_s]
    return [made_s] * len(schedule.due_s)
