"""Tallies at hand: the family's own, made when they are first counted."""

from __future__ import annotations

from fakeai.core.metric import Meter, Metric
from fakeai.pipeline.tallies import ENTRIES_MAX, Tallies

METRIC = Metric(name="seen", kind="counter", help="Things seen.", labels=("who", "what"))


def test_they_are_the_familys_own() -> None:
    """Nothing is made before it is asked for, and nothing twice."""
    family = Meter(10).tallies(METRIC)
    tallies = Tallies[str](family, lambda who: [(who, "left"), (who, "right")])
    before = dict(family.children)
    left, right = tallies["ann"]

    assert {} == before
    assert {("ann", "left"): left, ("ann", "right"): right} == family.children
    assert (left, right) == tallies["ann"]


def test_they_are_bounded_and_never_forgotten() -> None:
    """A full table starts anew, and finds the same tallies again."""
    family = Meter(10 * ENTRIES_MAX).tallies(METRIC)
    tallies = Tallies[int](family, lambda number: [(str(number), "")])
    first = tallies[0]
    sizes = [len(tallies) for number in range(2 * ENTRIES_MAX) if tallies[number]]

    assert ENTRIES_MAX == max(sizes)
    assert first == tallies[0]
