"""Pacing: the pieces of a stream, each written when it is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fakeai.core.error import ApiError
from fakeai.core.loop import asyncio
from fakeai.core.value import Value
from fakeai.wire.begin import DONE
from fakeai.wire.http import send_end, send_part

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterator

    from fakeai.core.clock import Clock, Timer
    from fakeai.pipeline.exchange import Exchange, Progress
    from fakeai.pipeline.track import Piece


class Patience(Value):
    """How long an open stream waits, in seconds."""

    keep_alive_s: float
    idle_s: float
    max_s: float


class Writer:
    """Sends pieces at their deadlines; what is due together goes out in one write."""

    __slots__ = (
        "_clock",
        "_comment",
        "_end",
        "_exchange",
        "_patience",
        "_pings",
        "_since",
        "_soonest_s",
        "deadline",
    )

    deadline: float
    """When something is to happen though no piece is due."""

    def __init__(
        self, exchange: Exchange, clock: Clock, patience: Patience, comment: bytes
    ) -> None:
        """Be patient from the start of the exchange."""
        self._exchange = exchange
        self._clock = clock
        self._patience = patience
        self._comment = comment
        self._soonest_s = min(patience.keep_alive_s, patience.idle_s)
        self._end = exchange.started + patience.max_s
        self._bear(exchange.started)

    async def write_all(self, pieces: Iterator[Piece]) -> None:
        """Send every piece, in order, none before it is due."""
        progress = self._exchange.schedule.progress
        if progress is None:
            last = await _Timed(self, pieces, self._clock, self._exchange.started).run()
        else:
            last = await self._follow(progress, pieces)
        await self.finish(last)

    async def finish(self, part: bytes) -> None:
        """Send the last piece."""
        self._count(part)
        await send_end(self._exchange.send, part)

    def send(self, part: bytes) -> Awaitable[None] | None:
        """Send a piece; return what is left to be awaited."""
        self._count(part)
        exchange = self._exchange
        return send_part(exchange.scope, exchange.send, part)

    def wait_on(self) -> Awaitable[None] | None:
        """Send a comment in place of a piece; give up when patience has ended."""
        limit = min(self._since + self._patience.idle_s, self._end)
        if self.deadline >= limit:
            limit_s = limit - self._exchange.started
            raise ApiError("timeout", f"The stream gave up after {limit_s:g} seconds.")
        self._pings += 1
        ping = self._since + (self._pings + 1) * self._patience.keep_alive_s
        self.deadline = min(ping, limit)
        return send_part(self._exchange.scope, self._exchange.send, self._comment)

    def _count(self, part: bytes) -> None:
        exchange, now = self._exchange, self._clock.now()
        self._bear(now)
        exchange.sent_bytes += len(part)
        if exchange.first_sent is None:
            exchange.first_sent = now

    def _bear(self, since: float) -> None:
        """Wait from a moment on for the next piece."""
        self._since = since
        self._pings = 0
        self.deadline = min(self._end, since + self._soonest_s)

    async def _follow(self, progress: Progress, pieces: Iterator[Piece]) -> bytes:
        """Send what an engine decides step by step; return the pieces that come with its end."""
        made = progress.now()
        ready: list[bytes] = []
        for due, part in pieces:
            if due > made:
                if ready:
                    await (self.send(b"".join(ready)) or DONE)
                    ready = []
                while not await progress.until(due, self.deadline):
                    await (self.wait_on() or DONE)
                made = progress.now()
            ready.append(part)
        return b"".join(ready)


class _Timed:
    """Pieces with known times, sent by timers: the stream's task sleeps from end to end.

    It wakes only for a reader that does not keep up, whom it waits for.
    """

    __slots__ = ("_clock", "_due", "_part", "_pieces", "_started", "_stop", "_timer", "_writer")

    def __init__(
        self, writer: Writer, pieces: Iterator[Piece], clock: Clock, started: float
    ) -> None:
        self._writer = writer
        self._clock = clock
        self._pieces = pieces
        self._started = started
        self._timer: Timer | None = None
        self._stop: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._take()

    async def run(self) -> bytes:
        """Send all pieces but those that are due last, and return these."""
        try:
            while True:
                self._wake()
                stop: bytes | Awaitable[None] = await self._stop
                if isinstance(stop, bytes):
                    return stop
                await stop
                self._stop = asyncio.get_running_loop().create_future()
        finally:
            if self._timer is not None:
                self._timer.cancel()

    def _take(self) -> bool:
        """Take the next piece, if there is one."""
        for due, part in self._pieces:
            self._part = part
            self._due = self._started + due
            return True
        return False

    def _wake(self) -> None:
        """Go on; what fails is the task's to know."""
        try:
            stop = self._advance()
        except Exception as failure:  # a timer has no caller who could take it
            self._stop.set_exception(failure)
            return
        if stop is not None:
            self._stop.set_result(stop)

    def _advance(self) -> bytes | Awaitable[None] | None:
        """Send what is due and set the next timer, unless the task must take over."""
        now = self._clock.now()
        ready = []
        while self._due <= now:
            ready.append(self._part)
            if not self._take():
                return b"".join(ready)
        stuck = None
        if ready:
            stuck = self._writer.send(ready[0] if len(ready) == 1 else b"".join(ready))
        elif self._writer.deadline <= now:
            stuck = self._writer.wait_on()
        if stuck is None:
            due, deadline = self._due, self._writer.deadline
            self._timer = self._clock.call_at(min(deadline, due), self._wake)
        return stuck
