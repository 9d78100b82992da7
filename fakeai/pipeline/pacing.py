"""Pacing: the pieces of a stream, each written when it is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fakeai.core.error import ApiError
from fakeai.core.loop import asyncio
from fakeai.core.value import Value
from fakeai.wire.begin import DONE, begin
from fakeai.wire.http import cutter, part_sender, send_end

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterator

    from fakeai.core.clock import Clock, Timer
    from fakeai.pipeline.exchange import Exchange, Progress
    from fakeai.pipeline.track import Piece


class Patience(Value):
    """How long an open stream waits, in seconds."""

    keep_alive_s: float
    idle_s: float
    unread_s: float
    """How long a client may take nothing."""
    max_s: float


class Writer:
    """Sends pieces at their deadlines; what is due together goes out in one write.

    Pieces with known times are sent by timers, and the stream's task sleeps from end to end. It
    wakes only for a reader that does not keep up, whom it waits for. There may be thousands of
    open streams: each holds one of these, and little else of its own.
    """

    __slots__ = (
        "_clock",
        "_deadline",
        "_due",
        "_end",
        "_exchange",
        "_part",
        "_patience",
        "_pieces",
        "_pings",
        "_send",
        "_sign",
        "_since",
        "_soonest_s",
        "_stop",
        "_timer",
    )

    _deadline: float
    """When something is to happen though no piece is due."""

    def __init__(self, exchange: Exchange, clock: Clock, patience: Patience, sign: bytes) -> None:
        """Be patient from now on: the stream opens."""
        self._exchange = exchange
        self._clock = clock
        self._patience = patience
        self._sign = sign
        self._soonest_s = min(patience.keep_alive_s, patience.idle_s)
        self._since, self._pings = clock.now(), 0
        self._end = self._since + patience.max_s
        self._timer: Timer | None = None
        self._send = part_sender(exchange.scope, exchange.send)
        self._deadline = min(self._end, self._since + self._soonest_s)

    async def finish(self, part: bytes) -> None:
        """Send the last piece."""
        self._count(part, self._clock.now())
        rest = begin(send_end(self._exchange.send, part))
        if rest is not None:
            await self.taken(rest)

    async def send(self, part: bytes) -> None:
        """Send a piece, and wait until it is taken."""
        now = self._clock.now()
        if now >= self._end:  # though there may always be something to send
            raise self._given_up(self._end)
        self._count(part, now)
        rest = self._send(part)
        if rest is not None:
            await self.taken(rest)

    def ping(self) -> Awaitable[None] | None:
        """Send what means nothing; return what is left to be awaited."""
        self._exchange.sent_bytes += len(self._sign)
        return self._send(self._sign)

    async def taken(self, rest: Awaitable[None]) -> None:
        """Wait for a reader that does not keep up; one that takes nothing for long is cut off."""
        limit = min(self._since + self._patience.unread_s, self._end)
        timer = self._clock.call_at(limit, cutter(self._exchange.scope))
        try:
            await rest
        finally:
            timer.cancel()

    def _given_up(self, limit: float) -> ApiError:
        seconds = self._patience.max_s - (self._end - limit)
        return ApiError("timeout", f"The stream gave up after {seconds:g} seconds.")

    def _wait_on(self) -> Awaitable[None] | None:
        """Send a sign of life in place of a piece; give up when patience has ended."""
        patience = self._patience
        limit = min(self._since + patience.idle_s, self._end)
        if self._deadline >= limit:
            raise self._given_up(limit)
        self._pings += 1
        ping = self._since + (self._pings + 1) * patience.keep_alive_s
        self._deadline = min(ping, limit)
        return self.ping()

    def _count(self, part: bytes, now: float) -> None:
        """Note that a piece is sent, and wait from now on for the next one."""
        self._exchange.sent_bytes += len(part)
        self._since = now
        self._pings = 0
        self._deadline = min(self._end, now + self._soonest_s)

    # Pieces whose times an engine decides step by step.

    async def follow(self, progress: Progress, pieces: Iterator[Piece]) -> bytes:
        """Send pieces as they are made; return those that come with the end."""
        made = progress.now()
        ready: list[bytes] = []
        for due, part in pieces:
            if due > made:
                if ready:
                    await self.send(b"".join(ready))
                    ready = []
                while not await progress.until(due, self._deadline):
                    await self.taken(self._wait_on() or DONE)
                made = progress.now()
            ready.append(part)
        return b"".join(ready)

    # Pieces with known times.

    def begin(self, pieces: Iterator[Piece]) -> None:
        """Take the pieces to be sent, of which there is one at least."""
        self._pieces = pieces
        self._take()

    def go_on(self) -> Awaitable[bytes | Awaitable[None]]:
        """Send pieces, none before it is due, until the task of the stream must take over.

        It then gets the pieces that are due last, or what to await before this is called again.
        """
        self._stop: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._wake()
        return self._stop

    def stop(self) -> None:
        """Send nothing more by itself."""
        if self._timer is not None:
            self._timer.cancel()

    def _take(self) -> bool:
        """Take the next piece, if there is one."""
        for due, part in self._pieces:
            self._part = part
            self._due = self._exchange.started + due
            return True
        return False

    def _rest(self, part: bytes, now: float) -> tuple[bytes, bool]:
        """Return a piece with all that is due behind it, and whether there are more."""
        ready, more = [part], True
        while more and self._due <= now:
            ready.append(self._part)
            more = self._take()
        return b"".join(ready), more

    def _wake(self) -> None:
        """Go on; what fails is the task's to know."""
        try:
            stop = self._advance(self._clock.now())
        except Exception as failure:  # a timer has no caller who could take it
            if not self._stop.done():
                self._stop.set_exception(failure)
            return
        # The client may have left in this turn: the task is cancelled then.
        if stop is not None and not self._stop.done():
            self._stop.set_result(stop)

    def _advance(self, now: float) -> bytes | Awaitable[None] | None:
        """Send what is due and set the next timer, unless the task must take over.

        Every token goes through here.
        """
        stuck = None
        if self._due <= now:
            part, more = self._part, self._take()
            if more and self._due <= now:
                part, more = self._rest(part, now)
            if not more:
                return part
            self._count(part, now)
            stuck = self._send(part)
        elif self._deadline <= now:
            stuck = self._wait_on()
        if stuck is None:
            self._timer = self._clock.call_at(min(self._deadline, self._due), self._wake)
        return stuck
