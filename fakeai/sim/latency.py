"""Latency by formula: TTFT, ITL, and how load and chance change them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from fakeai.core.value import Value
from fakeai.sim.due import DueTimes

if TYPE_CHECKING:
    from random import Random

Jitter = Callable[["Random"], float]
"""Draws a factor whose mean is 1."""


def constant(_rng: Random) -> float:
    """Return 1: no jitter."""
    return 1.0


def lognormal(sigma: float) -> Jitter:
    """Return a jitter whose logarithm has the standard deviation `sigma`."""
    mu = -sigma * sigma / 2
    return lambda rng: math.exp(rng.gauss(mu, sigma))


class LatencyProfile(Value, kw_only=True):
    """How long a model takes on some hardware, in seconds.

    `load = 1 + (load_factor - 1) * (running - 1) / (max_num_seqs - 1)` stretches everything, from
    1 when a request runs alone to `load_factor` when the batch is full.
    """

    overhead_s: float = 0.0
    per_token_s: float = 0.0
    itl_s: float = 0.0
    load_factor: float = 1.0
    max_num_seqs: int = 256
    ttft_jitter: Jitter = constant
    itl_jitter: Jitter = constant

    def load(self, running: int) -> float:
        """Return the factor by which `running` requests slow each other."""
        if self.max_num_seqs <= 1 or running <= 1:
            return 1.0
        return 1.0 + (self.load_factor - 1.0) * (running - 1) / (self.max_num_seqs - 1)

    def ttft_s(self, uncached_tokens: int, running: int, rng: Random) -> float:
        """Draw the time from admission to the first token."""
        mean = (self.overhead_s + uncached_tokens * self.per_token_s) * self.load(running)
        return mean * self.ttft_jitter(rng)

    def due_s(self, first_s: float, count: int, running: int, rng: Random) -> DueTimes:
        """Draw when each of so many tokens is due, the first one at `first_s`."""
        mean, jitter = self.itl_s * self.load(running), self.itl_jitter
        if jitter is constant:
            return DueTimes.evenly(first_s, count, mean)
        return DueTimes.after_gaps(first_s, (mean * jitter(rng) for _ in range(count - 1)))
