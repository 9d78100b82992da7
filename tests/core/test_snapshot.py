"""Snapshot: numbers of one moment, whatever is counted meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.core import snapshot as core_snapshot
from fakeai.core.metric import Meter, Metric
from fakeai.core.snapshot import Snapshot

if TYPE_CHECKING:
    import pytest

CALLS = Metric(name="calls", kind="counter", help="Calls.", labels=("who", "why"))
TIMES = Metric(name="times", kind="histogram", help="Times.", labels=("who",), bounds=(1.0, 2.0))


def measured() -> Meter:
    """Return a meter with three tallies and two histograms."""
    meter = Meter(10)
    for who, why in (("ann", "fun"), ("ann", "pay"), ("bob", "pay")):
        meter.tallies(CALLS).child(who, why).add(2)
    for who, value in (("ann", 0.5), ("ann", 9.0), ("bob", 1.5)):
        meter.histograms(TIMES).child(who).observe(value)
    return meter


def taken(meter: Meter) -> Snapshot:
    """Return a snapshot that was taken at once."""
    snapshot = Snapshot()
    list(snapshot.take(meter))
    return snapshot


def test_children_are_read_by_their_places() -> None:
    """Alone, or some of them as one."""
    calls, times = (taken(measured())[name] for name in ("calls", "times"))

    assert {("ann",): [0, 1], ("bob",): [2]} == calls.grouped("who")
    assert {("pay", "ann"): [1], ("pay", "bob"): [2], ("fun", "ann"): [0]} == calls.grouped(
        "why", "who"
    )
    assert [4, 2, 0] == [calls.total(places) for places in ([0, 1], [2], [])]
    one, both = times.histogram([0]), times.histogram([0, 1])
    assert ([1, 0, 1], 9.5) == (one.counts, one.sum)
    assert ([1, 1, 1], 11.0) == (both.counts, both.sum)
    assert (1.0, 2.0) == both.bounds


def test_what_is_counted_later_does_not_show() -> None:
    """A snapshot is a copy."""
    meter = measured()
    snapshot = taken(meter)
    meter.tallies(CALLS).child("ann", "fun").add()
    meter.histograms(TIMES).child("ann").observe(1.0)
    meter.tallies(CALLS).child("eve", "fun").add()

    assert [2, 2, 2] == snapshot["calls"].values
    assert [1, 0, 1, 9.5, 0, 1, 0, 1.5] == snapshot["times"].values


def test_a_large_snapshot_is_taken_in_steps_while_batches_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What a batch counts before and after is not torn apart."""
    monkeypatch.setattr(core_snapshot, "COPIED_MAX", 2)
    meter = measured()

    def count(records: list[str]) -> None:
        for who in records:
            meter.tallies(CALLS).child(who, "fun").add()
            meter.histograms(TIMES).child(who).observe(1.0)

    batch, snapshot = meter.batch(count), Snapshot()
    batch.records.append("ann")
    steps = 0
    for _ in snapshot.take(meter):
        steps += 1
        batch.records.append("ann")
        batch.settle()

    assert 2 == steps
    assert ([3, 2, 2], 3) == (snapshot["calls"].values, sum(snapshot["times"].values[:3]))
    assert 2 == len(batch.records)
    assert 5 == taken(meter)["calls"].values[0]


def test_a_snapshot_that_is_given_up_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches count again."""
    monkeypatch.setattr(core_snapshot, "COPIED_MAX", 1)
    meter, counted = measured(), list[str]()
    batch = meter.batch(counted.extend)
    steps = Snapshot().take(meter)
    next(steps)
    steps.close()
    batch.records.append("ann")
    batch.settle()

    assert ["ann"] == counted
