"""Lease: the KV blocks that one sequence holds on a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fakeai.sim.radix import PrefixTree


class Lease:
    """Blocks held from the first token on: keyed ones, then private ones.

    A full block whose key is known is keyed and may be shared; the partial last block, and blocks
    beyond the known keys, are private. `keys` may cover the output too: its blocks then stay
    cached for the next turn of the conversation.
    """

    __slots__ = (
        "_block_size",
        "_keyed",
        "_keys",
        "_overcommitted",
        "_private",
        "_room_tokens",
        "_tokens",
        "_tree",
    )

    def __init__(
        self, tree: PrefixTree, keys: list[int], block_size: int, pinned_blocks: int = 0
    ) -> None:
        """Take over so many of the first blocks, which are pinned; others are not held yet."""
        self._tree = tree
        self._keys = keys
        self._block_size = block_size
        self._keyed = pinned_blocks
        self._private = 0
        self._tokens = self._room_tokens = pinned_blocks * block_size
        self._overcommitted = False

    @property
    def blocks(self) -> int:
        """Blocks held."""
        return self._keyed + self._private

    def pin(self, tokens_max: int) -> int:
        """Hold the longest cached prefix of at most so many tokens; return its tokens.

        To be called on a lease that holds nothing but such a prefix, which may have become longer.
        Cached blocks always fit: they are in the tree already.
        """
        hit = min(self._tree.match(self._keys), tokens_max // self._block_size)
        self._tree.allocate(self._keys, self._keyed, hit)
        self._keyed = hit
        self._tokens = self._room_tokens = hit * self._block_size
        return self._tokens

    def grow(self, tokens: int) -> int:
        """Hold the blocks of so many tokens in all; return how many blocks are lacking.

        Unless that is 0, nothing has changed.
        """
        if tokens > self._room_tokens and not self._overcommitted:
            keyed = max(self._keyed, min(tokens // self._block_size, len(self._keys)))
            private = -(-tokens // self._block_size) - keyed
            lacking = self._tree.allocate(self._keys, self._keyed, keyed, private - self._private)
            if lacking:
                return lacking
            self._keyed = keyed
            self._private = private
            self._room_tokens = self.blocks * self._block_size
        self._tokens = tokens
        return 0

    def overcommit(self, tokens: int) -> None:
        """Hold what fits of so many tokens, and ask for no more.

        The way out for a sequence that is larger than the whole cache: it runs all the same.
        """
        lacking = self.grow(tokens)
        if lacking:
            self.grow(tokens - lacking * self._block_size)
            self._overcommitted = True

    def release(self, now_s: float = 0.0) -> None:
        """Give everything back, full keyed blocks to the cache; a second call does nothing."""
        full = min(self._tokens // self._block_size, len(self._keys), self.blocks)
        if full > self._keyed:
            # The last private block became full since it was taken: it goes back by its key.
            self._tree.allocate(self._keys, self._keyed, full, self._keyed - full)
            self._private -= full - self._keyed
            self._keyed = full
        self._tree.release(self._keys, self._keyed, self._private, now_s)
        self._forget()

    def cache(self, keys: list[int], now_s: float) -> None:
        """Give everything back, and leave all of `keys` cached, as far as there is room.

        They begin with those of the lease.
        """
        self._tree.cache(keys, self._keyed, self._private, now_s)
        self._forget()

    def _forget(self) -> None:
        self._keyed = self._private = self._tokens = self._room_tokens = 0
        self._overcommitted = False
