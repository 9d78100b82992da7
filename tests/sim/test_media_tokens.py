"""Tokens of images."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeai.sim.media import Size
from fakeai.sim.media_tokens import area, fit, patches, tiles

SIDES = st.integers(min_value=1, max_value=100_000)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (Size(1024, 1024), 4),  # fitted to 768 x 768
        (Size(2048, 4096), 6),  # fitted to 1024 x 2048, then to 768 x 1536
        (Size(512, 512), 1),
        (Size(513, 512), 2),
        (Size(1, 1), 1),
    ],
)
def test_tiles_cover_the_fitted_image(size: Size, expected: int) -> None:
    """The published examples, and the borders of a tile."""
    assert expected == tiles(size, longest=2048, shortest=768, tile=512)


@pytest.mark.parametrize(
    ("size", "expected"),
    [(Size(1024, 1024), 1024), (Size(1800, 2400), 1452), (Size(32, 33), 2)],
)
def test_patches_cover_the_image(size: Size, expected: int) -> None:
    """The published examples: one that fits, one that is scaled down."""
    assert expected == patches(size, patch=32, patches_max=1536)


def test_area_is_that_of_the_fitted_image() -> None:
    """A million pixels are 1334 tokens; a side that is too long is fitted first."""
    assert 1334 == area(Size(1000, 1000), longest=1568, pixels_per_token=750)
    assert 1640 == area(Size(3136, 1568), longest=1568, pixels_per_token=750)


def test_what_fits_is_not_scaled_up() -> None:
    """An image is only ever made smaller."""
    assert (10, 20) == fit(Size(10, 20), 2048)


@given(width=SIDES, height=SIDES)
def test_patches_are_bounded(width: int, height: int) -> None:
    """Whatever the size, there is one, and never more than the most."""
    assert 1 <= patches(Size(width, height), patch=32, patches_max=1536) <= 1536
