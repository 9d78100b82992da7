"""Chance, passed in: named streams keyed by seed, stage and request."""

from __future__ import annotations

import hashlib
import random
from itertools import count
from typing import Final, Literal

Determinism = Literal["request", "sequence", "off"]

ENTROPY: Final = random.SystemRandom()


class Rng:
    """A source of independent random streams.

    Each stream is named, so a new draw in one stage never shifts another's. Its key is the
    request's own (`request`), the number of streams drawn before (`sequence`) or entropy (`off`).
    """

    __slots__ = ("_count", "_determinism", "_seed")

    def __init__(self, seed: int | None, determinism: Determinism = "request") -> None:
        """A seed of None draws one from the operating system."""
        self._seed = ENTROPY.getrandbits(63) if seed is None else seed
        self._determinism = determinism
        self._count = count()

    def key(self, request_key: bytes, *, pinned: bool) -> int:
        """Return a request's key; `pinned` requests (their own seed) always repeat."""
        if pinned or self._determinism == "request":
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

    @staticmethod
    def unique_bits(bits: int) -> int:
        """Return bits that never repeat, for ids."""
        return ENTROPY.getrandbits(bits)
