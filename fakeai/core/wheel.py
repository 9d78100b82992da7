"""Timer wheel: callbacks due in the same millisecond share one timer."""

from __future__ import annotations

import heapq
import math
from collections import deque
from typing import TYPE_CHECKING, Final

from fakeai.core.loop import asyncio
from fakeai.core.value import Record

if TYPE_CHECKING:
    from collections.abc import Callable

_TICKS_PER_S: Final = 1000


def _nothing() -> None:
    """Take the place of a callback that was taken back."""


class WheelTimer(Record, eq=False):
    """A callback on the wheel; taken back, it stays until its tick and does nothing."""

    callback: Callable[[], object]

    def cancel(self) -> None:
        """Take it back."""
        self.callback = _nothing


class TimerWheel:
    """Holds timers by the tick in which they are due, behind one timer of the loop.

    It holds what is set, so whoever sets timers far ahead and takes them back fills it.
    """

    __slots__ = ("_armed", "_due", "_handle", "_now", "_ticks")

    def __init__(self, now: Callable[[], float]) -> None:
        """Take the time from `now`, in seconds."""
        self._now = now
        self._due: dict[int, deque[WheelTimer]] = {}
        self._ticks: list[int] = []
        """A heap of the keys of `_due`."""
        self._armed: float = math.inf
        """The tick of the loop's timer; minus infinity while timers run."""
        self._handle: asyncio.TimerHandle | None = None

    def add(self, deadline_s: float, callback: Callable[[], None]) -> WheelTimer:
        """Run the callback in the first tick that is not before the deadline."""
        timer = WheelTimer(callback)
        tick = math.ceil(deadline_s * _TICKS_PER_S)
        timers = self._due.get(tick)
        if timers is not None:
            timers.append(timer)
            return timer
        self._due[tick] = deque((timer,))
        heapq.heappush(self._ticks, tick)
        if tick < self._armed:
            self._arm()
        return timer

    def _arm(self) -> None:
        """Set the loop's timer for the earliest tick."""
        if self._handle is not None:
            self._handle.cancel()
        self._armed = self._ticks[0]
        # Loops count whole milliseconds: half a one more, and they never come too early.
        delay_s = max(0.0, (self._armed + 0.5) / _TICKS_PER_S - self._now())
        self._handle = asyncio.get_running_loop().call_later(delay_s, self._run)

    def _run(self) -> None:
        """Run what is due; should a callback fail, those after it run in the next turn."""
        self._armed, self._handle = -math.inf, None
        present = self._now() * _TICKS_PER_S
        try:
            while self._ticks and self._ticks[0] <= present:
                timers = self._due[self._ticks[0]]
                while timers:
                    timers.popleft().callback()
                del self._due[heapq.heappop(self._ticks)]
        finally:
            self._armed = math.inf
            if self._ticks:
                self._arm()
