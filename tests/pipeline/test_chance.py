"""Quantities of the spec as functions of chance."""

from __future__ import annotations

from random import Random

from fakeai.pipeline.chance import Quantity
from fakeai.spec.units import DurationUniform


def test_a_lone_quantity_is_constant() -> None:
    """Durations are seconds; nothing is drawn."""
    quantity = Quantity("250ms")

    assert 0.25 == quantity.constant == quantity(Random(1))
    assert [0.25, 0.25] == quantity.many(Random(1), 2)


def test_a_distribution_is_drawn() -> None:
    """Each draw is its own, and repeats with the stream."""
    quantity = Quantity(DurationUniform(min="1s", max="2s"))
    drawn = quantity.many(Random(1), 3)

    assert quantity.constant is None
    assert drawn == [quantity(rng) for rng in [Random(1)] for _ in range(3)]
    assert all(1 <= value <= 2 for value in drawn)
