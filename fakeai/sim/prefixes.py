"""Prefixes: where in a row of block keys something begins or ends."""

from __future__ import annotations

from bisect import bisect_left
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


def end_of_resident(resident: Collection[int], keys: list[int], start: int, stop: int) -> int:
    """Return where the resident ones of `keys[start:stop]` end, which come first."""
    # Most prompts are resident as a whole, or not at all.
    if start >= stop or keys[start] not in resident:
        return start
    if keys[stop - 1] in resident:
        return stop
    while start < stop:
        middle = (start + stop) // 2
        if keys[middle] in resident:
            start = middle + 1
        else:
            stop = middle
    return start


def start_of_run(runs: Mapping[int, int], keys: list[int], run: int) -> int:
    """Return where the keys begin whose run is this one, which come last."""
    return bisect_left(keys, 1, key=partial(_is_of, runs, run))


def _is_of(runs: Mapping[int, int], run: int, key: int) -> bool:
    return runs.get(key) == run
