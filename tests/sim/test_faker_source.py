"""Faker, set up: what it draws from, and that a seed repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.sim.faker_source import seeded

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_seed_repeats() -> None:
    """The same seed draws the same names, another one does not."""
    assert seeded("de_DE", 3).name() == seeded("de_DE", 3).name()
    assert seeded("de_DE", 3).name() != seeded("de_DE", 4).name()


def test_weights_make_titles_rare() -> None:
    """Titles such as `Dr.` are as likely as none without weights, and rare with them."""
    even, weighted = seeded("en_US", 1), seeded("en_US", 1, weighted=True)

    assert _titled(even.name) > 2 * _titled(weighted.name)


def test_few_providers_are_loaded() -> None:
    """Kinds that neither the corpus nor the pools have are not there."""
    fake = seeded("en_US", 0)

    assert not hasattr(fake, "barcode")
    assert hasattr(fake, "city")


def _titled(name: Callable[[], str]) -> int:
    """Count the names with a title among some."""
    return sum("." in name() for _ in range(200))
