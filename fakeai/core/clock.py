"""Time, passed in: the one place that reads clocks or sleeps."""

from __future__ import annotations

import heapq
import time
from itertools import count
from typing import TYPE_CHECKING, Final, Protocol

from fakeai.core.loop import asyncio
from fakeai.core.wheel import TimerWheel

if TYPE_CHECKING:
    from collections.abc import Callable

_DAY_S: Final = 86_400
#: Deadlines nearer than this share the timer of their tick; later ones are mostly taken back.
_NEAR_S: Final = 1.0


class Timer(Protocol):
    """A callback that has been set for a deadline."""

    def cancel(self) -> None:
        """Take it back; nothing happens when it has run."""


class Clock(Protocol):
    """What the server knows of time; every value is in seconds."""

    def wall(self) -> float:
        """Return the Unix time."""

    def now(self) -> float:
        """Return a monotonic time on which deadlines are set."""

    def call_at(self, deadline: float, callback: Callable[[], None]) -> Timer:
        """Run the callback when `now()` has reached `deadline`."""

    async def sleep_until(self, deadline: float) -> None:
        """Return when `now()` has reached `deadline`, at once if it has."""


def calendar(clock: Clock) -> Callable[[], float]:
    """Return a monotonic time whose whole minutes and days begin when those of UTC do."""
    now = clock.now
    # Without the days that have passed: a small number has room for more digits.
    ahead_s = (clock.wall() - now()) % _DAY_S
    return lambda: now() + ahead_s


class RealClock:
    """The machine's time, run `speed` times faster; `fixed` holds the wall clock still."""

    __slots__ = ("_origin", "_speed", "_wheel", "now", "wall")

    def __init__(self, speed: float = 1.0, fixed: float | None = None) -> None:
        """Start at the machine's time."""
        self._speed = speed
        self._wheel = TimerWheel(time.monotonic)
        origin = self._origin = 0.0 if speed == 1 else time.monotonic()
        # At the machine's own speed, its clocks are read without a step between.
        self.now: Callable[[], float] = (
            time.monotonic if speed == 1 else lambda: (time.monotonic() - origin) * speed
        )
        """Returns monotonic seconds; simulated ones where the speed is another."""
        self.wall: Callable[[], float] = time.time if fixed is None else lambda: fixed
        """Returns the Unix time, or the fixed one."""

    def call_at(self, deadline: float, callback: Callable[[], None]) -> Timer:
        """Set a timer: near deadlines wait together, a far one has a timer of the loop."""
        at_s = self._origin + deadline / self._speed
        delay_s = at_s - time.monotonic()
        if delay_s < _NEAR_S:
            return self._wheel.add(at_s, callback)
        return asyncio.get_running_loop().call_later(delay_s, callback)

    async def sleep_until(self, deadline: float) -> None:
        """Sleep to an absolute deadline, so that lateness never adds up."""
        if deadline <= self.now():
            return
        woken = asyncio.get_running_loop().create_future()
        timer = self.call_at(deadline, lambda: None if woken.done() else woken.set_result(None))
        try:
            await woken
        finally:
            timer.cancel()


class ManualTimer:
    """A timer of a ManualClock."""

    __slots__ = ("callback",)

    def __init__(self, callback: Callable[[], None]) -> None:
        """Keep the callback until it runs or is taken back."""
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        """Take it back."""
        self.callback = None

    def run(self) -> bool:
        """Run the callback once; say whether there was one."""
        callback, self.callback = self.callback, None
        if callback is None:
            return False
        callback()
        return True


class ManualClock:
    """Virtual time: `advance` runs the timers whose deadline has come, in order."""

    __slots__ = ("_now", "_tick", "_timers", "_wall")

    def __init__(self, wall: float = 1_767_225_600.0) -> None:
        """Start at monotonic 0 and the given Unix time (2026-01-01)."""
        self._now = 0.0
        self._wall = wall
        self._timers: list[tuple[float, int, ManualTimer]] = []
        self._tick = count()

    def wall(self) -> float:
        """Return the virtual Unix time."""
        return self._wall + self._now

    def now(self) -> float:
        """Return the virtual seconds since the start."""
        return self._now

    def call_at(self, deadline: float, callback: Callable[[], None]) -> Timer:
        """Set a timer that `advance` runs."""
        timer = ManualTimer(callback)
        heapq.heappush(self._timers, (max(deadline, self._now), next(self._tick), timer))
        return timer

    async def sleep_until(self, deadline: float) -> None:
        """Wait for `advance` to reach the deadline."""
        if deadline <= self._now:
            return
        woken = asyncio.Event()
        timer = self.call_at(deadline, woken.set)
        try:
            await woken.wait()
        finally:
            timer.cancel()

    async def advance(self, seconds: float) -> None:
        """Move time on, running each timer at its own deadline."""
        end = self._now + seconds
        await settle()
        while self._timers and self._timers[0][0] <= end:
            deadline, _, timer = heapq.heappop(self._timers)
            if timer.callback is not None:
                self._now = max(self._now, deadline)
                timer.run()
                await settle()
        self._now = end

    async def run(self) -> None:
        """Move time on from timer to timer until none is left."""
        await settle()
        while self._timers:
            deadline, _, timer = heapq.heappop(self._timers)
            if timer.callback is not None:
                self._now = max(self._now, deadline)
                timer.run()
                await settle()


async def give_way() -> None:
    """Let everybody who is ready have a turn."""
    await asyncio.sleep(0)


async def settle(rounds: int = 50) -> None:
    """Let every task that can run without time passing do so."""
    for _ in range(rounds):
        await give_way()
