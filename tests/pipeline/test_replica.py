"""Replica: one timer, and whoever waits is woken when it is time."""

from __future__ import annotations

import asyncio
import random

from fakeai.core.clock import ManualClock, settle
from fakeai.pipeline.replica import EngineRun, Replica
from fakeai.sim.batch import StepTiming
from fakeai.sim.scheduler import StepScheduler
from fakeai.sim.sequence import QueueLimits, Request


def make(max_waiting: int = 9, speed: float = 1.0) -> tuple[ManualClock, Replica]:
    """Return a replica with one slot that makes a token a second."""
    clock = ManualClock()
    limits = QueueLimits(max_num_seqs=1, max_waiting=max_waiting)
    rng = random.Random(1)
    return clock, Replica(StepScheduler(limits, StepTiming(base_s=1.0), rng), clock, speed)


def submit(replica: Replica, tokens: int = 3) -> EngineRun:
    """Run a request of so many tokens."""
    sequence = replica.submit(Request(prompt_tokens=1, output_tokens=tokens))
    assert sequence is not None
    return EngineRun(replica, sequence)


async def test_tokens_are_waited_for_one_by_one() -> None:
    """Each comes at the end of its step."""
    clock, replica = make()
    run = submit(replica)
    seen = []
    for number in range(3):
        task = asyncio.create_task(run.until(number))
        await clock.advance(1.0)
        seen.append((await task, run.now(), clock.now()))

    assert [(True, 0.0, 1.0), (True, 1.0, 2.0), (True, 2.0, 3.0)] == seen


async def test_a_deadline_ends_the_wait() -> None:
    """It says that the token has not come, and the timer is taken back when it has."""
    clock, replica = make()
    run = submit(replica)
    late = asyncio.create_task(run.until(2, 2.5))
    await clock.advance(2.5)
    early = asyncio.create_task(run.until(2, 99.0))
    await clock.run()

    assert (False, True) == (await late, await early)
    assert 3.0 == clock.now()


async def test_the_next_in_line_is_admitted_when_one_ends() -> None:
    """Admission wakes the one that waits, whether the slot was used up or given up."""
    clock, replica = make()
    first, second, third = (submit(replica) for _ in range(3))
    waits = [asyncio.create_task(run.admitted()) for run in (second, third)]
    await clock.advance(3.0)
    moved = (second.waiting, third.waiting)
    second.end()
    await clock.advance(1.0)
    await asyncio.gather(*waits)

    assert (False, True) == moved
    assert not third.waiting
    assert 2.0 == first.now()


async def test_a_refused_request_is_told_when_to_come_back() -> None:
    """The next step's end, but never less than a second."""
    clock, replica = make(max_waiting=0)
    submit(replica)
    await clock.advance(0.5)
    refused = replica.submit(Request(prompt_tokens=1, output_tokens=1))
    await settle()

    assert refused is None
    assert 1.0 == replica.retry_after_s


async def test_a_replica_tells_whether_it_has_a_place() -> None:
    """One runs, one may wait."""
    _, replica = make(max_waiting=1)
    places = []
    for _ in range(3):
        places.append(replica.has_place())
        replica.submit(Request(prompt_tokens=1, output_tokens=1))

    assert [True, True, False] == places


async def test_when_to_come_back_is_told_in_real_seconds() -> None:
    """The step ends in a simulated second, which takes the client ten."""
    clock, replica = make(max_waiting=0, speed=0.1)
    submit(replica)
    await clock.advance(0.5)

    assert 5.0 == replica.retry_after_s
