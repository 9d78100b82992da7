"""The spec's token counters, made once for an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.sim.bpe import BpeCounter
from fakeai.sim.tokens import CharacterCounter, Counter, HeuristicCounter

if TYPE_CHECKING:
    from fakeai.spec.tokens import Counter as Row
    from fakeai.spec.tokens import Tokens


def counters(tokens: Tokens) -> dict[str, Counter]:
    """Return every declared counter by its name; raise BpeUnavailableError without the extra."""
    return {name: _counter(name, row) for name, row in tokens.counters.items()}


def _counter(name: str, row: Row) -> Counter:
    if row.kind == "heuristic":
        return HeuristicCounter(name)
    if row.kind == "characters":
        return CharacterCounter(row.ratio, name)
    return BpeCounter(row.kind, name)
