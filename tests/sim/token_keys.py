"""Block keys of token ids, for tests that need no text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.sim.blocks import BlockHasher
from fakeai.sim.tokens import CharacterCounter

if TYPE_CHECKING:
    from collections.abc import Sequence


class TokenHasher:
    """Names the full blocks of a list of token ids."""

    def __init__(self, salt: str, block_size: int) -> None:
        """Name blocks of so many tokens."""
        self._hasher = BlockHasher(salt, CharacterCounter(), block_size)
        self._size = block_size

    def of_tokens(self, tokens: Sequence[int]) -> list[int]:
        """Return the keys of the full blocks."""
        size = self._size
        starts = range(0, len(tokens) - size + 1, size)
        blocks = [str(list(tokens[start : start + size])).encode() for start in starts]
        return self._hasher.keys(blocks)
