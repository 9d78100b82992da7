"""Faker pools: the values of `Pools` in a locale, made once at start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fakeai.sim.faker_source import seeded
from fakeai.sim.pools import BUILT_IN, Pools

if TYPE_CHECKING:
    from collections.abc import Callable

    from faker import Faker

POOL_SIZE_MAX: Final = 512

_PROVIDERS: Final = {
    "first_name": "first_name",
    "last_name": "last_name",
    "name": "name",
    "username": "user_name",
    "phone": "phone_number",
    "company": "company",
    "job": "job",
    "street": "street_address",
    "city": "city",
    "country": "country",
    "country_code": "country_code",
    "postcode": "postcode",
    "currency": "currency_code",
    "timezone": "timezone",
    "color": "color_name",
}
"""Faker's method for each kind; the other kinds keep the built-in values, which read better."""

_WEIGHTED: Final = frozenset({"name"})
"""Kinds with forms of which some are rare: few people are a `Dr.`."""


def faker_pools(locale: str = "en_US", *, seed: int = 0, size: int = 128) -> Pools:
    """Return pools of `size` values a kind; a locale that lacks a kind keeps the built-in ones."""
    even, weighted = seeded(locale, seed), seeded(locale, seed, weighted=True)
    count = min(size, POOL_SIZE_MAX)
    made: dict[str, tuple[str, ...]] = {}
    for kind, method in _PROVIDERS.items():
        # Some locales have kinds that can only be drawn with weights.
        sources = (weighted,) if kind in _WEIGHTED else (even, weighted)
        drawn = (_drawn(source, method, count) for source in sources)
        values = next(filter(None, drawn), ())
        if values:
            made[kind] = values
    return BUILT_IN.overlaid(made)


def _drawn(faker: Faker, method: str, count: int) -> tuple[str, ...]:
    """Return different values, or none where Faker cannot make them in its locale."""
    try:
        provider: Callable[[], str] = getattr(faker, method)
        return tuple(dict.fromkeys(_one_line(provider()) for _ in range(count)))
    except (AttributeError, AssertionError):
        return ()


def _one_line(text: str) -> str:
    """Return a value without line breaks."""
    return " ".join(text.split())
