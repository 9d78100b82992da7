"""Clocks: virtual time in order, real time held or hurried."""

from __future__ import annotations

import asyncio

import pytest

from fakeai.core.clock import ManualClock, RealClock, calendar


async def test_sleepers_wake_at_their_own_deadlines() -> None:
    """Each sleeper sees its deadline as now, in ascending order."""
    clock, seen = ManualClock(), []

    async def sleeper(deadline: float) -> None:
        await clock.sleep_until(deadline)
        seen.append((deadline, clock.now()))

    tasks = [asyncio.create_task(sleeper(d)) for d in (3.0, 1.0, 2.0)]
    await clock.advance(2.5)

    assert [(1.0, 1.0), (2.0, 2.0)] == seen
    await clock.run()
    await asyncio.gather(*tasks)
    assert (3.0, 3.0) == seen[-1]


async def test_a_timer_taken_back_never_runs() -> None:
    """Cancelling is final."""
    clock, seen = ManualClock(), []
    clock.call_at(1.0, lambda: seen.append("kept"))
    clock.call_at(1.0, lambda: seen.append("taken back")).cancel()

    await clock.run()

    assert ["kept"] == seen


async def test_a_past_deadline_does_not_wait() -> None:
    """Sleeping until now, or before, returns at once."""
    clock = ManualClock()
    await clock.advance(5)

    await clock.sleep_until(5)

    assert 5 == clock.now()


def test_virtual_wall_time_moves_with_the_clock() -> None:
    """The wall is the start plus what was advanced."""
    clock = ManualClock(wall=100.0)

    assert 100.0 == clock.wall()


@pytest.mark.parametrize(("wall", "since_midnight"), [(1_767_225_600.0, 0), (1_767_225_550.0, -50)])
async def test_a_calendar_keeps_the_days_of_utc(wall: float, since_midnight: float) -> None:
    """Whatever its clock began with."""
    clock = ManualClock(wall=wall)
    now = calendar(clock)
    await clock.advance(30)

    assert (since_midnight + 30) % 86_400 == now() % 86_400


def test_a_fixed_wall_stands_still() -> None:
    """`clock.fixed` makes `created` repeat."""
    assert 7.0 == RealClock(fixed=7.0).wall()


async def test_real_deadlines_are_met_at_speed() -> None:
    """A thousand simulated seconds pass in a few real milliseconds."""
    clock = RealClock(speed=1_000_000.0)
    deadline = clock.now() + 1000.0
    ran = asyncio.Event()
    clock.call_at(deadline, ran.set)

    await clock.sleep_until(deadline)
    await ran.wait()

    assert clock.now() >= deadline
