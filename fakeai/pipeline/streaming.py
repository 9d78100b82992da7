"""Streams: the frames of an outcome, each sent when it is due."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Final

from fakeai.core.error import ApiError
from fakeai.core.loop import asyncio
from fakeai.core.metric import Metric
from fakeai.pipeline.pacing import Writer
from fakeai.pipeline.track import frames
from fakeai.pipeline.variables import compile_view
from fakeai.wire.http import cancel_when_gone, send_start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.pacing import Patience
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
#: Pieces that are written together; a longer stream is not made in one go.
_AT_ONCE_MAX: Final = 1024
_TURN_S: Final = 0.001
_KEEP_ALIVE: Final = {"sse": b": keep-alive\n\n", "ndjson": b"\n"}


def compile_stream(build: Build, patience: Patience) -> WaitingStep:
    """Return the coroutine function that streams an exchange's outcome."""
    plan = build.files.stream
    if plan is None:
        raise ValueError(build.name)
    dialect, clock = build.dialect, build.outside.clock
    view = compile_view(plan.variables, build.getters)
    extra = _HEADERS[dialect.framing]
    comment = _KEEP_ALIVE[dialect.framing]
    counted = _stream_counter(build)

    async def stream(exchange: Exchange) -> None:
        pieces = frames(plan, exchange, view(exchange))
        writer = Writer(exchange, clock, patience, comment)
        exchange.status = 200
        await send_start(exchange.send, 200, [*dialect.head(exchange), *extra])
        with counted():
            parts = [] if exchange.schedule.due_s else _some(pieces)
            if parts and len(parts) < _AT_ONCE_MAX:
                await writer.finish(b"".join(parts))
                return
            with cancel_when_gone(exchange.receive, exchange.mark_gone):
                if parts:
                    await at_once(writer, parts, pieces)
                else:
                    await writer.write_all(pieces)

    async def at_once(writer: Writer, parts: list[bytes], pieces: Iterator[Piece]) -> None:
        """Write what is due already, letting others have their turn and slow readers catch up."""
        while len(parts) == _AT_ONCE_MAX:
            await writer.send(b"".join(parts))
            await clock.sleep_until(clock.now() + _TURN_S)
            parts = _some(pieces)
        await writer.finish(b"".join(parts))

    return stream


def _some(pieces: Iterator[Piece]) -> list[bytes]:
    return [part for _, part in islice(pieces, _AT_ONCE_MAX)]


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
