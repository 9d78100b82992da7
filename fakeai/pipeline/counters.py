"""The spec's token counters, and the hashers of prompts' blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fakeai.sim.blocks import BlockHasher
from fakeai.sim.bpe import BpeCounter
from fakeai.sim.tokens import CHARACTERS_PER_TOKEN, CharacterCounter, Counter, HeuristicCounter

if TYPE_CHECKING:
    from fakeai.pipeline.registry import ServedModel
    from fakeai.pipeline.stage import Build
    from fakeai.spec.tokens import Counter as Row
    from fakeai.spec.tokens import Tokens

#: Names of models whose hashers are remembered.
_HASHERS_MAX: Final = 1024


class Hashers:
    """What names the blocks of the prompts of models that have a cache."""

    __slots__ = ("_by_name",)

    def __init__(self) -> None:
        """Know none yet."""
        self._by_name: dict[str, tuple[ServedModel, BlockHasher]] = {}

    def find(self, model: ServedModel) -> BlockHasher | None:
        """Return the hasher of a model, if one was made."""
        known = self._by_name.get(model.name)
        return None if known is None or known[0] is not model else known[1]

    def make(self, model: ServedModel, counter: Counter, block_size: int) -> BlockHasher:
        """Return the hasher of a model, making it at the first call."""
        hasher = self.find(model)
        if hasher is None:
            if len(self._by_name) >= _HASHERS_MAX:
                self._by_name.clear()
            hasher = BlockHasher(model.id, counter, block_size)
            self._by_name[model.name] = (model, hasher)
        return hasher


def counters_of(build: Build) -> dict[str, Counter]:
    """Return the counters that the stages of an engine share."""
    return build.shared.once("counters", lambda: counters(build.spec.tokens))


def counters(tokens: Tokens) -> dict[str, Counter]:
    """Return every declared counter by its name; raise BpeUnavailableError without the extra."""
    return {name: _counter(name, row) for name, row in tokens.counters.items()}


def _counter(name: str, row: Row) -> Counter:
    if row.kind == "heuristic":
        return HeuristicCounter(name)
    if row.kind == "characters":
        return CharacterCounter(row.ratio or CHARACTERS_PER_TOKEN, name)
    return BpeCounter(row.kind, name)
