"""Faker pools: values of a locale, the same for the same seed."""

from __future__ import annotations

import pytest

from fakeai.sim.faker_pools import POOL_SIZE_MAX, faker_pools
from fakeai.sim.pools import BUILT_IN


@pytest.mark.parametrize("locale", ["en_US", "de_DE", "ja_JP", "en_PH", "es_CL"])
def test_a_locale_has_values_of_every_kind(locale: str) -> None:
    """Kinds that Faker cannot make keep the built-in values, and no value has a line break."""
    pools = faker_pools(locale, size=8)

    assert set(BUILT_IN.values) == set(pools.values)
    assert "\n" not in "".join(value for pool in pools.values.values() for value in pool)


def test_names_that_need_weights_are_drawn_with_them() -> None:
    """Faker fails to draw Chilean first names evenly."""
    drawn = faker_pools("es_CL", size=8).values["first_name"]

    assert BUILT_IN.values["first_name"] != drawn


def test_a_seed_repeats() -> None:
    """The same seed fills the pools alike, another one does not."""
    assert faker_pools(seed=3, size=8) == faker_pools(seed=3, size=8)
    assert faker_pools(seed=3, size=8) != faker_pools(seed=4, size=8)


def test_pools_are_bounded() -> None:
    """However many values are asked for."""
    pools = faker_pools(size=POOL_SIZE_MAX + 1_000)

    assert POOL_SIZE_MAX >= max(map(len, pools.values.values()))
