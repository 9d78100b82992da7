"""Media tokens: what a model counts for an image of a size."""

from __future__ import annotations

import math

from fakeai.sim.media import Size


def fit(size: Size, longest: float) -> tuple[float, float]:
    """Return the size scaled down, if need be, so that no side is longer."""
    scale = min(1.0, longest / max(size))
    return size.width * scale, size.height * scale


def tiles(size: Size, *, longest: float, shortest: float, tile: float) -> int:
    """Return how many tiles cover the image after it was fitted, first by one side, then both."""
    width, height = fit(size, longest)
    scale = min(1.0, shortest / min(width, height))
    return math.ceil(width * scale / tile) * math.ceil(height * scale / tile)


def patches(size: Size, *, patch: float, patches_max: int) -> int:
    """Return how many patches cover the image, scaled down until they are few enough."""
    width, height = size
    count = math.ceil(width / patch) * math.ceil(height / patch)
    if count <= patches_max:
        return count
    scale = math.sqrt(patch * patch * patches_max / (width * height))
    columns, rows = width * scale / patch, height * scale / patch
    # Both sides must be whole patches: shrink a little more until the longer fraction is gone.
    scale *= min(_whole(columns), _whole(rows))
    return min(patches_max, math.ceil(width * scale / patch) * math.ceil(height * scale / patch))


def area(size: Size, *, longest: float, pixels_per_token: float) -> int:
    """Return the pixels, after the image was fitted, in tokens."""
    width, height = fit(size, longest)
    return math.ceil(width * height / pixels_per_token)


def _whole(side: float) -> float:
    return max(1.0, math.floor(side)) / side
