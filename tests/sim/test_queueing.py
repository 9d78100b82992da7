"""What both levels of the engine do alike around their queue."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from fakeai.sim.formula import FormulaScheduler
from fakeai.sim.latency import LatencyProfile
from fakeai.sim.sequence import QueueLimits, State
from tests.sim.engines import run, step_scheduler, submit, times, uncached

if TYPE_CHECKING:
    from collections.abc import Callable

    from fakeai.sim.queueing import Scheduler


def formula_scheduler(seqs: int, waiting: int) -> FormulaScheduler:
    """Return an engine that takes a second for each token, whatever else it does."""
    limits = QueueLimits(max_num_seqs=seqs, max_waiting=waiting)
    return FormulaScheduler(limits, LatencyProfile(overhead_s=1.0, itl_s=1.0), random.Random(1))


EITHER = pytest.mark.parametrize(
    "make", [step_scheduler, formula_scheduler], ids=["steps", "formula"]
)


@EITHER
def test_a_full_queue_refuses(make: Callable[[int, int], Scheduler]) -> None:
    """Slots and waiting places are all that there is."""
    scheduler = make(2, 1)
    accepted = [scheduler.submit(uncached(1, 9), 0.0) for _ in range(4)]
    scheduler.advance(0.5)

    assert [State.RUNNING, State.RUNNING, State.WAITING, None] == [
        sequence and sequence.state for sequence in accepted
    ]


@EITHER
def test_a_cancelled_sequence_makes_room(make: Callable[[int, int], Scheduler]) -> None:
    """Running, waiting or ended, it is out."""
    scheduler = make(1, 1)
    running, waiting = (submit(scheduler, uncached(1, 9)) for _ in range(2))
    scheduler.advance(0.5)
    for sequence in (waiting, running, running):
        scheduler.cancel(sequence, 0.5)
    later = submit(scheduler, uncached(1, 1), 0.5)
    run(scheduler)

    assert [State.CANCELLED, State.CANCELLED] == [running.state, waiting.state]
    assert [0, 0, 1] == [len(times(sequence)) for sequence in (running, waiting, later)]


@EITHER
def test_a_token_comes_once(make: Callable[[int, int], Scheduler]) -> None:
    """However late time is told, at the time at which it was due."""
    scheduler = make(1, 0)
    sequence = submit(scheduler, uncached(1, 1), 3.0)
    for now_s in (100.0, 200.0):
        scheduler.advance(now_s)

    assert [4.0] == times(sequence)
    assert State.FINISHED is sequence.state
