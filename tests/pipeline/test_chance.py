"""Quantities of the spec as functions of chance."""

from __future__ import annotations

from random import Random

from fakeai.pipeline.chance import Quantity
from fakeai.spec.units import DurationUniform


def test_a_lone_quantity_is_constant() -> None:
    """Durations are seconds; nothing is drawn."""
    quantity = Quantity("250ms")

    assert 0.25 == quantity.constant == quantity(Random(1))


def test_a_distribution_is_drawn() -> None:
    """Each draw is its own, and repeats with the stream."""
    quantity = Quantity(DurationUniform(min="1s", max="2s"))
    drawn, again = ([quantity(rng) for _ in range(3)] for rng in (Random(1), Random(1)))

    assert quantity.constant is None
    assert again == drawn
    assert 3 == len(set(drawn))
    assert all(1 <= value <= 2 for value in drawn)
