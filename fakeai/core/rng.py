"""Chance, passed in: named streams keyed by seed, stage and request."""

from __future__ import annotations

import random
from itertools import count
from math import cos, log, sqrt, tau
from types import FunctionType
from typing import TYPE_CHECKING, Final, Literal

from xxhash import xxh3_64_intdigest

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random as Draws
else:
    # What `random.Random` makes of bits, without its own source of them: to seed that takes longer
    # than all that is drawn for a request.
    _MADE = {
        name: made
        for name, made in vars(random.Random).items()
        if isinstance(made, FunctionType) and not name.startswith("__")
    }
    Draws = type("Draws", (), {"__slots__": (), **_MADE})

Determinism = Literal["request", "sequence", "off"]

ENTROPY: Final = random.SystemRandom()
_UNIQUE_SEED_BITS: Final = 256
_WORD_BITS: Final = 64
#: The steps of a float between 0 and 1, as `random.Random` has them.
_FLOAT_BITS: Final = 53
_FLOAT_STEP: Final = 2.0**-_FLOAT_BITS
_TURN: Final = tau * 2.0**-32
_SPARE_BITS: Final = _WORD_BITS - _FLOAT_BITS


class Stream(Draws):
    """A `random.Random` whose bits are hashes of a counter, so that it costs nothing to start.

    The same name and start give the same draws in every process and on every Python. It has no
    state to take or to put back.
    """

    __slots__ = ("_at", "_name")

    def __init__(self, name: bytes, start: int) -> None:
        """Count from `start`, 64 bits that should be a hash themselves."""
        self._name = name
        self._at = start

    def random(self) -> float:
        """Return a number from 0 up to, but not including, 1."""
        self._at = at = self._at + 1
        return (xxh3_64_intdigest(self._name, at) >> _SPARE_BITS) * _FLOAT_STEP

    def getrandbits(self, k: int, /) -> int:
        """Return a number of `k` bits."""
        self._at = at = self._at + 1
        bits = xxh3_64_intdigest(self._name, at)
        while k > _WORD_BITS:
            self._at = at = self._at + 1
            bits = bits << _WORD_BITS | xxh3_64_intdigest(self._name, at)
            k -= _WORD_BITS
        return bits >> _WORD_BITS - k

    def gauss(self, mu: float = 0.0, sigma: float = 1.0) -> float:
        """Draw from a normal distribution; the twin that comes with each draw is not kept."""
        self._at = at = self._at + 1
        bits = xxh3_64_intdigest(self._name, at)
        radius = sqrt(-2.0 * log(((bits >> 32) + 1) * 2.0**-32))
        return mu + sigma * radius * cos((bits & 0xFFFF_FFFF) * _TURN)


class Rng:
    """A source of independent random streams.

    Each stream is named, so a new draw in one stage never shifts another's. Its key is the
    request's own (`request`), the number of streams drawn before (`sequence`) or entropy (`off`).
    """

    __slots__ = ("_count", "_determinism", "_seed", "unique_bits")

    def __init__(self, seed: int | None, determinism: Determinism = "request") -> None:
        """A seed of None draws one from the operating system."""
        given = ENTROPY.getrandbits(63) if seed is None else seed
        self._seed = xxh3_64_intdigest(str(given).encode())
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
            return xxh3_64_intdigest(request_key, self._seed)
        if self._determinism == "sequence":
            return self.digest(b"sequence", next(self._count))
        return ENTROPY.getrandbits(64)

    def digest(self, *parts: bytes | int | str) -> int:
        """Return 64 bits made of the seed and the parts, equal in every process."""
        state = self._seed
        for part in parts:
            told = part if isinstance(part, bytes) else str(part).encode()
            state = xxh3_64_intdigest(told, state)
        return state

    def stream(self, name: str, key: int) -> random.Random:
        """Return the stream of one stage for one request."""
        told = name.encode()
        return Stream(told, xxh3_64_intdigest(told, self._seed ^ key))
