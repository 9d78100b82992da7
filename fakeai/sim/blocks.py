"""Block keys: a chained 64-bit name for every full KV block of a prompt."""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

from xxhash import xxh3_64_intdigest

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOKEN_BYTES = 8


class BlockHasher:
    """Names the blocks of one model's prompts; equal prefixes have equal names everywhere.

    A key is the hash of its block seeded with the key before it, so it stands for the whole
    prefix up to and including its block. The first seed is the salt's hash: prompts of models
    with different salts share nothing. Only full blocks have a key.
    """

    __slots__ = ("_block_chars", "_seed", "block_size")

    def __init__(self, salt: str, block_size: int, chars_per_token: float = 4.0) -> None:
        """`chars_per_token` says how much text a block of `block_size` tokens holds."""
        self.block_size = block_size
        # Rounded up, so that the keyed blocks never hold more tokens than the text counts.
        self._block_chars = max(1, math.ceil(block_size * chars_per_token))
        self._seed = xxh3_64_intdigest(salt.encode())

    def of_text(self, text: str) -> list[int]:
        """Return the keys of a text, without making tokens of it."""
        if text.isascii():
            return self._chain(text.encode("ascii"), self._block_chars)
        size = self._block_chars
        key = self._seed
        keys = []
        for start in range(0, len(text) - size + 1, size):
            # A JSON text may hold a lone surrogate, which plain UTF-8 refuses.
            piece = text[start : start + size].encode("utf-8", "surrogatepass")
            key = xxh3_64_intdigest(piece, key)
            keys.append(key)
        return keys

    def of_tokens(self, tokens: Sequence[int]) -> list[int]:
        """Return the keys of a list of token ids, each a signed 64-bit number."""
        packed = struct.pack(f"<{len(tokens)}q", *tokens)
        return self._chain(packed, self.block_size * _TOKEN_BYTES)

    def _chain(self, content: bytes, size: int) -> list[int]:
        key = self._seed
        keys = []
        for start in range(0, len(content) - size + 1, size):
            key = xxh3_64_intdigest(content[start : start + size], key)
            keys.append(key)
        return keys
