"""Chance, passed in: named streams keyed by seed, stage and request."""

from __future__ import annotations

import hashlib
import random
from itertools import count
from typing import TYPE_CHECKING, Final, Literal

from xxhash import xxh3_128_digest

if TYPE_CHECKING:
    from collections.abc import Callable

Determinism = Literal["request", "sequence", "off"]

ENTROPY: Final = random.SystemRandom()
_UNIQUE_SEED_BITS: Final = 256
#: A longer key is brought down by a hash that takes a tenth of the time.
_LONG_BYTES: Final = 4096


class Rng:
    """A source of independent random streams.

    Each stream is named, so a new draw in one stage never shifts another's. Its key is the
    request's own (`request`), the number of streams drawn before (`sequence`) or entropy (`off`).
    """

    __slots__ = ("_count", "_determinism", "_seed", "unique_bits")

    def __init__(self, seed: int | None, determinism: Determinism = "request") -> None:
        """A seed of None draws one from the operating system."""
        self._seed = ENTROPY.getrandbits(63) if seed is None else seed
        self._determinism = determinism
        self._count = count()
        # Seeded with entropy once: asking the system for each id costs more than the rest of it.
        self.unique_bits: Callable[[int], int] = random.Random(  # noqa: S311 - ids, not secrets
            ENTROPY.getrandbits(_UNIQUE_SEED_BITS)
        ).getrandbits
        """Takes a number of bits; returns bits that never repeat, for ids."""

    def key(self, request_key: bytes, *, pinned: bool) -> int:
        """Return a request's key; `pinned` requests (their own seed) always repeat."""
        if pinned or self._determinism == "request":
            if len(request_key) > _LONG_BYTES:
                request_key = xxh3_128_digest(request_key)
            return self.digest(request_key)
        if self._determinism == "sequence":
            return self.digest(b"sequence", next(self._count))
        return ENTROPY.getrandbits(64)

    def digest(self, *parts: bytes | int | str) -> int:
        """Return 64 bits made of the seed and the parts, equal in every process."""
        state = hashlib.blake2b(str(self._seed).encode(), digest_size=8)
        for part in parts:
            state.update(part if isinstance(part, bytes) else str(part).encode())
            state.update(b"\x00")
        return int.from_bytes(state.digest(), "big")

    def stream(self, name: str, key: int) -> random.Random:
        """Return the stream of one stage for one request."""
        return random.Random(f"{self._seed}:{name}:{key}")  # noqa: S311 - simulation, not secrecy
