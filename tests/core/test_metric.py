"""Metric: numbers and histograms, their children and their bound."""

from __future__ import annotations

import pytest

from fakeai.core.metric import OTHER, Histogram, Meter, Metric

COLORS = Metric(name="colors", kind="counter", help="Colors.", labels=("color",))
WEIGHTS = Metric(
    name="weights", kind="histogram", help="Weights.", labels=("color", "box"), hidden=("box",),
    bounds=(1.0, 2.0),
)  # fmt: skip


def test_children_are_told_apart_by_their_labels() -> None:
    """The same labels give the same child, whoever asks."""
    meter = Meter(10)
    meter.tallies(COLORS).child("red").add()
    meter.tallies(COLORS).child("red").add(2)
    meter.tallies(COLORS).child("blue").set(7)

    assert {("red",): 3, ("blue",): 7} == {
        labels: tally.value for labels, tally in meter.tallies(COLORS).current()
    }


def test_a_full_family_folds_what_comes_later() -> None:
    """Known children go on; new ones share one."""
    family = Meter(2).tallies(COLORS)
    for color in ("red", "blue", "green", "black", "red"):
        family.child(color).add()

    assert [2, 1, 2] == [tally.value for tally in family.children.values()]
    assert (OTHER,) in family.children


def test_without_room_everything_falls_together() -> None:
    """A meter that nobody reads stays small."""
    family = Meter(0).tallies(COLORS)
    for color in ("red", "blue"):
        family.child(color).add()

    assert [(OTHER,)] == list(family.children)


def test_a_watched_gauge_is_read_when_somebody_looks() -> None:
    """The reading replaces what was there."""
    family, readings = Meter(10).tallies(COLORS), [3.0, 1.0]
    family.watch(lambda: [(("red",), readings.pop(0))])

    assert [3.0] == [tally.value for _, tally in family.current()]
    assert [1.0] == [tally.value for _, tally in family.current()]


def test_what_falls_together_is_joined() -> None:
    """Numbers add up as a rule; of shares, the highest may be shown."""
    colors = [(("red",), 1.0), (("blue",), 5.0), (("green",), 4.0)]
    added, highest = Meter(1).tallies(COLORS), Meter(1).tallies(COLORS)
    added.watch(lambda: colors)
    highest.watch(lambda: colors, max)

    assert [1.0, 9.0] == [tally.value for _, tally in added.current()]
    assert [1.0, 5.0] == [tally.value for _, tally in highest.current()]


def test_a_value_on_a_bound_lies_below_it() -> None:
    """As Prometheus has it: `le` means less or equal."""
    histogram = Histogram((1.0, 2.0))
    for value in (0.5, 1.0, 1.5, 2.5):
        histogram.observe(value)
    histogram.observe(2.0, times=3)

    assert [2, 4, 1] == histogram.counts
    assert 11.5 == histogram.sum
    assert [2, 6, 7] == histogram.cumulated((1.0, 2.0))
    assert [6, 7] == histogram.cumulated((2.0,))


@pytest.mark.parametrize(
    "values",
    [[], [1.0], [0.5] * 9, [2.5, 3.0], [0.5, 1.0, 1.5, 2.5, 2.0], [2.0, 1.0], [0, 1, 1, 2, 2, 3]],
)
def test_many_values_are_counted_as_each_of_them(values: list[float]) -> None:
    """Whatever their order, and in whatever buckets they fall."""
    one_by_one, together = Histogram((1.0, 2.0)), Histogram((1.0, 2.0))
    for value in values:
        one_by_one.observe(value)
    together.observe_all(values)

    assert (one_by_one.counts, one_by_one.sum) == (together.counts, together.sum)


def test_what_waits_is_counted_before_anybody_looks() -> None:
    """By name or at a family; and each record once."""
    meter = Meter(10)
    family = meter.tallies(COLORS)

    def count(colors: list[str]) -> None:
        for color in colors:
            family.child(color).add()

    batch = meter.batch(count)

    def values() -> dict[tuple[str, ...], float]:
        return {labels: tally.value for labels, tally in family.current()}

    batch.records.append("red")
    assert {("red",): 1} == values()
    batch.records += ["red", "blue"]
    assert ["colors"] == list(meter.families)
    assert [] == batch.records
    assert {("red",): 2, ("blue",): 1} == values()


def test_bounds_may_be_replaced() -> None:
    """A spec chooses the buckets of its meter."""
    meter = Meter(10, {"weights": (5.0,)})

    assert (5.0,) == meter.histograms(WEIGHTS).child("red", "a").bounds
    assert (1.0, 2.0) == Meter(10).histograms(WEIGHTS).child("red", "a").bounds


def test_hidden_labels_are_not_shown() -> None:
    """They are there for dialects."""
    assert ("color",) == WEIGHTS.shown
