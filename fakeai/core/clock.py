"""Time, passed in: the one place that reads clocks or sleeps."""

from __future__ import annotations

import asyncio
import heapq
import time
from itertools import count
from typing import Protocol


class Clock(Protocol):
    """What the server knows of time; every value is in seconds."""

    def wall(self) -> float:
        """Return the Unix time."""

    def now(self) -> float:
        """Return a monotonic time on which deadlines are set."""

    async def sleep_until(self, deadline: float) -> None:
        """Return when `now()` has reached `deadline`, at once if it has."""


class RealClock:
    """The machine's time, run `speed` times faster; `fixed` holds the wall clock still."""

    __slots__ = ("_origin", "_speed", "_wall")

    def __init__(self, speed: float = 1.0, fixed: float | None = None) -> None:
        """Start at the machine's time."""
        self._speed = speed
        self._origin = time.monotonic()
        self._wall = fixed

    def wall(self) -> float:
        """Return the Unix time, or the fixed one."""
        return time.time() if self._wall is None else self._wall

    def now(self) -> float:
        """Return simulated seconds since the clock was made."""
        return (time.monotonic() - self._origin) * self._speed

    async def sleep_until(self, deadline: float) -> None:
        """Sleep to an absolute deadline, so that lateness never adds up."""
        delay = (deadline - self.now()) / self._speed
        if delay > 0:
            await asyncio.sleep(delay)


class ManualClock:
    """Virtual time: `advance` wakes the sleepers whose deadline has come, in order."""

    __slots__ = ("_now", "_sleepers", "_tick", "_wall")

    def __init__(self, wall: float = 1_767_225_600.0) -> None:
        """Start at monotonic 0 and the given Unix time (2026-01-01)."""
        self._now = 0.0
        self._wall = wall
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._tick = count()

    def wall(self) -> float:
        """Return the virtual Unix time."""
        return self._wall + self._now

    def now(self) -> float:
        """Return the virtual seconds since the start."""
        return self._now

    async def sleep_until(self, deadline: float) -> None:
        """Wait for `advance` to reach the deadline."""
        if deadline <= self._now:
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (deadline, next(self._tick), future))
        await future

    async def advance(self, seconds: float) -> None:
        """Move time on, waking each sleeper at its own deadline."""
        end = self._now + seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            deadline, _, future = heapq.heappop(self._sleepers)
            self._now = max(self._now, deadline)
            if not future.done():
                future.set_result(None)
                await settle()
        self._now = end

    async def run(self) -> None:
        """Move time on from sleeper to sleeper until nobody sleeps."""
        await settle()
        while self._sleepers:
            await self.advance(max(0.0, self._sleepers[0][0] - self._now))


async def settle(rounds: int = 50) -> None:
    """Let every task that can run without time passing do so."""
    for _ in range(rounds):
        await asyncio.sleep(0)
