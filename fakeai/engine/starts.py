"""Starts: at once, but few in a turn while streams are open.

A hundred requests that come together would hold up the tokens of all others until the last of
them has begun.
"""

from __future__ import annotations

from collections import deque
from inspect import iscoroutine
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable

    from fakeai.engine.cycle import Cycle

IN_A_TURN_MAX: Final = 4
"""A start takes some 0.1 ms, for long prompts a few times as much."""


class Starts:
    """Starts the requests of all connections of a server, in the order in which they come.

    Each connection has one at most that waits here.
    """

    __slots__ = ("_left", "_queue")

    def __init__(self) -> None:
        """Wait for the first request."""
        self._queue: deque[Cycle] = deque()
        self._left = IN_A_TURN_MAX

    def add(self, cycle: Cycle) -> None:
        """Start a request now, or in one of the next turns."""
        connection = cycle.connection
        if not connection.state.tasks:  # whoever is being answered needs no more time
            _start(cycle)
            return
        if self._left == IN_A_TURN_MAX:
            connection.loop.call_soon(self._turn, connection.loop)
        if self._left:
            self._left -= 1
            _start(cycle)
        else:
            self._queue.append(cycle)

    def _turn(self, loop: asyncio.AbstractEventLoop) -> None:
        """Another turn begins: start those that wait, as many as may."""
        waiting = [self._queue.popleft() for _ in range(min(IN_A_TURN_MAX, len(self._queue)))]
        self._left = IN_A_TURN_MAX - len(waiting)
        if waiting:
            loop.call_soon(self._turn, loop)
        for cycle in waiting:
            if not cycle.transport.is_closing():
                _start(cycle)


def _start(cycle: Cycle) -> None:
    """Let the application do what it can at once; the rest of it goes on in a task."""
    rest = cycle.start()
    if rest is not None:
        connection = cycle.connection
        task = connection.loop.create_task(rest if iscoroutine(rest) else _awaited(rest))
        connection.state.tasks.add(task)
        task.add_done_callback(cycle.ended)


async def _awaited(rest: Awaitable[None]) -> None:
    await rest
