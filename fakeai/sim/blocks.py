"""Block keys: a chained 64-bit name for every full KV block of a prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xxhash import xxh3_64_intdigest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Cut = Callable[[str, int], tuple[list[str], str]]
    """(text, tokens a block) -> the text of each full block, and the rest."""


class BlockHasher:
    """Names the blocks of one model's prompts; equal prefixes have equal names everywhere.

    A key is the hash of its block seeded with the key before it, so it stands for the whole
    prefix up to and including its block. The first seed is the salt's hash: prompts of models
    with different salts share nothing.
    """

    __slots__ = ("_seed",)

    def __init__(self, salt: str) -> None:
        """Start every chain at the salt."""
        self._seed = xxh3_64_intdigest(salt.encode())

    def keys(self, blocks: Sequence[str], after: int | None = None) -> list[int]:
        """Return the keys of blocks that follow the one named `after`, or stand first."""
        first = key = self._seed if after is None else after
        try:
            return [key := xxh3_64_intdigest(block.encode(), key) for block in blocks]
        except UnicodeEncodeError:
            # A JSON text may hold a lone surrogate, which plain UTF-8 refuses.
            key = first
            encoded = [block.encode("utf-8", "surrogatepass") for block in blocks]
            return [key := xxh3_64_intdigest(block, key) for block in encoded]


class KeyedText:
    """A text that grows, and the keys of its full blocks; the rest has no key yet."""

    __slots__ = ("_cut", "_hasher", "_rest", "_size", "keys")

    def __init__(self, hasher: BlockHasher, cut: Cut, block_size: int) -> None:
        """Start empty; `cut` is the tokenizer's."""
        self.keys: list[int] = []
        self._hasher = hasher
        self._cut = cut
        self._size = block_size
        self._rest = ""

    def extend(self, text: str) -> None:
        """Add a text; what was the rest may become part of a block."""
        blocks, self._rest = self._cut(self._rest + text, self._size)
        self.keys += self._hasher.keys(blocks, self.keys[-1] if self.keys else None)
