"""Due times: what they are, and what they take."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise

import pytest

from fakeai.sim.due import DueTimes

EVEN = DueTimes.evenly(2.0, 4, 0.5)
DRAWN = DueTimes.after_gaps(2.0, [0.5, 0.25, 1.0])


@pytest.mark.parametrize(
    ("times", "expected"), [(EVEN, [2.0, 2.5, 3.0, 3.5]), (DRAWN, [2.0, 2.5, 2.75, 3.75])]
)
def test_they_are_a_sequence(times: DueTimes, expected: list[float]) -> None:
    """With a length, an end, parts, an order, and more than one way through."""
    assert expected == list(times)
    assert (4, expected[-1], expected[1]) == (len(times), times[-1], times[1])
    assert expected[1:3] == list(times[1:3])
    assert 2 == bisect_right(times, 2.6)
    assert list(pairwise(expected)) == list(pairwise(times))


@pytest.mark.parametrize("times", [EVEN, DRAWN])
def test_they_can_be_counted_from_another_start(times: DueTimes) -> None:
    """The offsets are the same ones: nothing is copied."""
    later = times.since(1.5)

    assert [time - 1.5 for time in times] == list(later)
    assert times._offsets is later._offsets
