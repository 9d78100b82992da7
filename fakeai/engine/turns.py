"""Turns: the requests of one connection, answered one after the other."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

    from fakeai.engine.connection import Connection
    from fakeai.engine.cycle import Cycle
    from fakeai.engine.flow import Flow


class Turns:
    """Begins each request when those before it are answered, and one in a turn of the event loop.

    A client that sends many requests at once must not keep the others waiting.
    """

    __slots__ = (
        "_answering",
        "_had_one",
        "_idle_s",
        "_idle_since",
        "_idle_timer",
        "_next_comes",
        "_queue",
        "arriving",
    )

    def __init__(self, idle_s: float) -> None:
        """Wait for the first request; after the last, a connection is kept for `idle_s`."""
        self._idle_s = idle_s
        self._idle_since = 0.0
        self._idle_timer: asyncio.TimerHandle | None = None
        self._answering: Cycle | None = None
        self._queue: deque[Cycle] = deque()
        self._had_one = False
        self._next_comes = False
        self.arriving: Cycle | None = None
        """The request whose body may come with its head: it is begun once all that came is read."""

    @property
    def has_queue(self) -> bool:
        """Whether requests wait behind the one that is being answered."""
        return bool(self._queue)

    @property
    def is_busy(self) -> bool:
        """Whether a request is being answered."""
        return self._answering is not None and not self._answering.response_complete

    def read_on(self, flow: Flow) -> None:
        """Read what comes, unless requests wait already: they are no more than came at once."""
        if not self._queue:
            flow.resume_reading()

    def come(self) -> None:
        """All that came is read: begin what has not come as a whole; another turn begins."""
        if self.arriving is not None:
            self.begin(self.arriving)
        self._had_one = False

    def begin(self, cycle: Cycle) -> None:
        """Start an arriving request, or let it wait."""
        if cycle is not self.arriving:
            return
        self.arriving = None
        if cycle.connection.transport.is_closing():
            return  # the request before this one was to be the last
        if self._had_one or self._queue or self.is_busy:
            cycle.connection.flow.pause_reading()
            self._queue.append(cycle)
            self._call_next(cycle.connection)
        else:
            self._had_one = True
            self._start(cycle)

    def complete(self, connection: Connection) -> None:
        """An answer is complete: go on with the next request, or wait for one."""
        connection.state.total_requests += 1
        if connection.transport.is_closing():
            return
        self.read_on(connection.flow)
        if self._queue:
            self._call_next(connection)
            return
        # One timer a connection, which looks when it rings: setting one for each answer costs more.
        self._idle_since = connection.loop.time()
        if self._idle_timer is None:
            self._idle_timer = connection.loop.call_later(self._idle_s, self._look, connection)

    def end(self) -> None:
        """The client is gone: tell whoever answers it."""
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        for cycle in (self._answering, *self._queue):
            if cycle is not None:
                cycle.lose()
        # A request knows its connection: nothing here may keep both.
        self._answering = self.arriving = None
        self._queue.clear()

    def _call_next(self, connection: Connection) -> None:
        if not self._next_comes:
            self._next_comes = True
            connection.loop.call_soon(self._start_next)

    def _start_next(self) -> None:
        self._next_comes = False
        if not self._queue or self.is_busy:
            return
        cycle = self._queue.popleft()
        if not cycle.connection.transport.is_closing():
            self._start(cycle)

    def _start(self, cycle: Cycle) -> None:
        self._answering = cycle
        cycle.connection.starts.add(cycle)

    def _look(self, connection: Connection) -> None:
        """Close a connection on which nothing has happened for long."""
        self._idle_timer = None
        if self.is_busy or self._queue or connection.is_in_head:
            return
        left_s = self._idle_since + self._idle_s - connection.loop.time()
        if left_s > 0:
            self._idle_timer = connection.loop.call_later(left_s, self._look, connection)
        elif not connection.transport.is_closing():
            connection.transport.close()
