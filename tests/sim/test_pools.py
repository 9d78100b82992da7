"""Pools: values by kind."""

from __future__ import annotations

import pytest

from fakeai.core.rng import Rng
from fakeai.sim.field_kinds import NUMERIC_KINDS, kind_of
from fakeai.sim.pools import BUILT_IN


def test_a_value_is_picked_from_its_pool() -> None:
    """A kind without a pool has no value."""
    stream = Rng(1).stream("test", 0)

    assert BUILT_IN.pick("city", stream) in BUILT_IN.values["city"]
    assert BUILT_IN.pick("nonsense", stream) is None


def test_an_overlay_replaces_what_it_has() -> None:
    """An empty pool replaces nothing."""
    pools = BUILT_IN.overlaid({"city": ("Ur",), "country": ()})

    assert ("Ur",) == pools.values["city"]
    assert BUILT_IN.values["country"] == pools.values["country"]


@pytest.mark.parametrize("kind", BUILT_IN.values)
def test_each_pool_is_reached_by_a_field(kind: str) -> None:
    """No pool is kept for nobody, and no value is empty."""
    names = {"month_name": "month", "weekday": "day of week", "sentence": "text"}

    assert kind == kind_of(names.get(kind, kind))
    assert kind not in NUMERIC_KINDS
    assert "" not in BUILT_IN.values[kind]
