"""Streams: the frames of an outcome, each sent when it is due."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fakeai.core.error import ApiError
from fakeai.core.metric import Metric
from fakeai.pipeline.track import frames
from fakeai.pipeline.variables import View
from fakeai.wire.http import cancel_when_gone, send_end, send_part, send_start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from fakeai.core.clock import Clock
    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.stage import Build, WaitingStep
    from fakeai.pipeline.track import Piece

STREAMS: Final = Metric(
    name="streams",
    kind="counter",
    help="Streams `started`, and how they ended: `finished`, `disconnected` or `failed`.",
    labels=("endpoint", "event"),
)

_HEADERS: Final = {
    "sse": (
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-cache"),
        (b"x-accel-buffering", b"no"),
    ),
    "ndjson": ((b"content-type", b"application/x-ndjson"), (b"cache-control", b"no-cache")),
}
_KEEP_ALIVE: Final = {"sse": b": keep-alive\n\n", "ndjson": b"\n"}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an open stream waits, in seconds."""

    keep_alive_s: float
    idle_s: float
    max_s: float


def compile_stream(build: Build, patience: Patience) -> WaitingStep:
    """Return the coroutine function that streams an exchange's outcome."""
    plan = build.files.stream
    if plan is None:
        raise ValueError(build.name)
    dialect, clock = build.dialect, build.outside.clock
    view = View(plan.variables, build.getters)
    extra = _HEADERS[dialect.framing]
    comment = _KEEP_ALIVE[dialect.framing]
    counted = _stream_counter(build)

    async def stream(exchange: Exchange) -> None:
        pieces = frames(plan, exchange, view(exchange))
        writer = _Writer(exchange, clock, patience, comment)
        exchange.status = 200
        await send_start(exchange.send, 200, [*dialect.head(exchange), *extra])
        with counted():
            if not exchange.schedule.due_s:
                await writer.finish(b"".join([part for _, part in pieces]))
                return
            with cancel_when_gone(exchange.receive, exchange.mark_gone):
                await writer.write_all(pieces)

    return stream


def _stream_counter(build: Build) -> Callable[[], AbstractContextManager[None]]:
    """Return what counts a stream around its life."""
    events = build.meter.tallies(STREAMS)
    started, finished, disconnected, failed = (
        events.child(build.name, event)
        for event in ("started", "finished", "disconnected", "failed")
    )

    @contextmanager
    def counted() -> Iterator[None]:
        started.add()
        try:
            yield
        except asyncio.CancelledError:
            disconnected.add()
            raise
        except ApiError:
            failed.add()
            raise
        finished.add()

    return counted


class _Writer:
    """Sends pieces at their deadlines; what is due together goes out in one write."""

    __slots__ = ("_clock", "_comment", "_exchange", "_last", "_patience")

    def __init__(
        self, exchange: Exchange, clock: Clock, patience: Patience, comment: bytes
    ) -> None:
        self._exchange = exchange
        self._clock = clock
        self._patience = patience
        self._comment = comment
        self._last = 0.0

    async def write_all(self, pieces: Iterator[Piece]) -> None:
        """Send every piece, in order, none before it is due."""
        now = self._now()
        ready: list[bytes] = []
        for due, part in pieces:
            if due > now:
                if ready:
                    await self._send(b"".join(ready))
                    ready = []
                await self._wait(due)
                now = self._now()
            ready.append(part)
        await self.finish(b"".join(ready))

    async def finish(self, part: bytes) -> None:
        """Send the last piece."""
        self._count(part)
        await send_end(self._exchange.send, part)

    async def _send(self, part: bytes) -> None:
        self._count(part)
        await send_part(self._exchange.send, part)

    def _count(self, part: bytes) -> None:
        exchange = self._exchange
        self._last = self._elapsed()
        exchange.sent_bytes += len(part)
        if exchange.first_sent is None:
            exchange.first_sent = self._clock.now()

    def _elapsed(self) -> float:
        return self._clock.now() - self._exchange.started

    def _now(self) -> float:
        """Return how far the answer is: seconds from the start, or tokens that are made."""
        progress = self._exchange.schedule.progress
        return self._elapsed() if progress is None else progress.now()

    async def _wait(self, due: float) -> None:
        """Wait until a piece is due, with comments meanwhile; give up when patience ends."""
        patience = self._patience
        limit = min(self._last + patience.idle_s, patience.max_s)
        ping = self._last + patience.keep_alive_s
        while not await self._until(due, min(ping, limit)):
            if ping >= limit:
                raise ApiError("timeout", f"The stream gave up after {limit:g} seconds.")
            await send_part(self._exchange.send, self._comment)
            ping += patience.keep_alive_s

    async def _until(self, due: float, deadline: float) -> bool:
        """Wait for a piece, at most until the deadline; say whether it is due."""
        exchange = self._exchange
        progress = exchange.schedule.progress
        if progress is not None:
            return await progress.until(due, exchange.started + deadline)
        await self._clock.sleep_until(exchange.started + min(due, deadline))
        return due <= deadline
