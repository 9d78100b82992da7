"""Random quantities of the spec, as functions of a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.sim.distribution import sampler
from fakeai.spec.units import parameters

if TYPE_CHECKING:
    from random import Random

    from fakeai.spec.units import Distribution


class Quantity:
    """A distribution to draw from; `constant` is its value when it never varies."""

    __slots__ = ("constant", "draw")

    def __init__(self, given: float | str | Distribution) -> None:
        """Take a quantity as the spec writes it; durations become seconds."""
        kind, numbers = parameters(given)
        self.draw = sampler(kind, **numbers)
        """Draws a value, never negative."""
        self.constant = numbers["value"] if kind == "constant" else None

    def __call__(self, rng: Random) -> float:
        """Draw a value, never negative."""
        return self.draw(rng) if self.constant is None else self.constant
