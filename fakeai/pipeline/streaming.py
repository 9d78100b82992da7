"""Streams: the frames of an outcome, each sent when it is due."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final, TypeAlias

from fakeai.core.loop import asyncio
from fakeai.core.metric import Metric
from fakeai.pipeline.headers import answer_head
from fakeai.pipeline.pacing import Writer
from fakeai.pipeline.track import frames
from fakeai.pipeline.variables import compile_view
from fakeai.sim.lexicon import Lexicon
from fakeai.wire.http import answer_stream, cancel_when_gone, send_start

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from fakeai.core.clock import Clock
    from fakeai.core.metric import Tally
    from fakeai.pipeline.exchange import Exchange, Header
    from fakeai.pipeline.pacing import Patience
    from fakeai.pipeline.stage import Build, Step, WaitingStep
    from fakeai.pipeline.track import Piece

STREAMS: Final = Metric(
    name="streams",
    kind="counter",
    help="Streams `started`, and how they ended: `finished`, `disconnected` or `failed`.",
    labels=("endpoint", "event"),
)

#: What a stream is, by its framing.
MEDIA_TYPES: Final = {"sse": "text/event-stream", "ndjson": "application/x-ndjson"}
_HEADERS: Final = {
    "sse": (
        (b"content-type", f"{MEDIA_TYPES['sse']}; charset=utf-8".encode()),
        (b"cache-control", b"no-cache"),
        (b"x-accel-buffering", b"no"),
    ),
    "ndjson": (
        (b"content-type", MEDIA_TYPES["ndjson"].encode()),
        (b"cache-control", b"no-cache"),
    ),
}
#: Pieces that are written together; a longer stream is not made in one go.
_AT_ONCE_MAX: Final = 1024
_TURN_S: Final = 0.001
#: Variables that are read from a request.
_ASKED: Final = frozenset({"request", "path", "query"})


def compile_stream(build: Build, patience: Patience) -> WaitingStep:
    """Return the step that streams an exchange's outcome."""
    plan = build.files.stream
    if plan is None:
        raise ValueError(build.name)
    head = answer_head(build)
    view = compile_view(plan.variables, build.getters)
    extra = _HEADERS[build.dialect.framing]
    count, number = _counts(build), _numberer(build)
    paced = _compile_paced(build, patience, count)

    def stream(exchange: Exchange) -> Awaitable[None] | None:
        # Tokens that are known are shared by the streams of equal requests: they take nothing more.
        own = exchange.schedule.due_s and exchange.known is None
        pieces = frames(plan, exchange, view(exchange), number if own else None)
        # A frame that fails here is answered with an error of its own: nothing is out yet.
        parts = [] if exchange.schedule.due_s else _some(pieces)
        headers = [*head(exchange), *extra]
        exchange.status = 200
        count.started.add()
        if not parts or len(parts) == _AT_ONCE_MAX:
            return paced(exchange, headers, parts, pieces)
        body = b"".join(parts)
        exchange.sent_bytes = len(body)
        rest = answer_stream(exchange.scope, exchange.send, headers, body)
        if rest is not None:
            return count.while_sending(rest)
        count.finished.add()
        return None

    return stream


_Paced: TypeAlias = (
    "Callable[[Exchange, list[Header], list[bytes], Iterator[Piece]], Awaitable[None]]"
)


def _compile_paced(build: Build, patience: Patience, count: _Counts) -> _Paced:
    """Return what sends a stream whose pieces are not all there, or not all due."""
    clock, sign = build.outside.clock, build.dialect.keep_alive
    shrink = _shrinker(build)

    async def paced(
        exchange: Exchange, headers: list[Header], parts: list[bytes], pieces: Iterator[Piece]
    ) -> None:
        # One coroutine from end to end: thousands of them may be open.
        await send_start(exchange.send, 200, headers)
        del headers
        shrink(exchange)
        writer = Writer(exchange, clock, patience, sign)
        progress, sending = exchange.schedule.progress, None
        if parts:
            sending = _at_once(writer, clock, parts, pieces)
        elif progress is not None:
            sending = writer.follow(progress, pieces)
        scope, receive = exchange.scope, exchange.receive
        gone = cancel_when_gone(scope, receive, exchange.mark_gone, writer.ping)
        try:
            with count, gone:
                last: bytes | Awaitable[None]
                if sending is None:
                    writer.begin(pieces)
                    last = await writer.go_on()
                else:
                    last = await sending
                while not isinstance(last, bytes):
                    await writer.taken(last)
                    last = await writer.go_on()
                await writer.finish(last)
        finally:
            writer.stop()

    return paced


async def _at_once(
    writer: Writer, clock: Clock, parts: list[bytes], pieces: Iterator[Piece]
) -> bytes:
    """Write what is due already, letting others have their turn and slow readers catch up.

    The last pieces are returned.
    """
    while len(parts) == _AT_ONCE_MAX:
        await writer.send(b"".join(parts))
        await clock.sleep_until(clock.now() + _TURN_S)
        parts = _some(pieces)
    return b"".join(parts)


class _Counts:
    """Counts streams and, as the context of what sends one, how they end."""

    __slots__ = ("_disconnected", "_failed", "finished", "started")

    def __init__(self, started: Tally, finished: Tally, disconnected: Tally, failed: Tally) -> None:
        self.started = started
        self.finished = finished
        self._disconnected = disconnected
        self._failed = failed

    def __enter__(self) -> None:
        """Begin to send a stream; one object serves all of them."""

    def __exit__(self, kind: type[BaseException] | None, *_failure: object) -> None:
        if kind is None:
            self.finished.add()
        elif issubclass(kind, asyncio.CancelledError):
            self._disconnected.add()
        else:
            self._failed.add()

    async def while_sending(self, sending: Awaitable[None]) -> None:
        """Await what sends a stream."""
        with self:
            await sending


def _counts(build: Build) -> _Counts:
    events = build.meter.tallies(STREAMS)
    names = ("started", "finished", "disconnected", "failed")
    return _Counts(*[events.child(build.name, name) for name in names])


def _shrinker(build: Build) -> Step:
    """Return what lets go of all that nothing reads once the head of a stream is out."""
    readers = build.readers
    # An error event may come at any time.
    error_reads = not _ASKED.isdisjoint(build.dialect.error_reads)

    def shrink(exchange: Exchange) -> None:
        exchange.let_go_of_head()
        if not error_reads and not any(read(exchange) for read in readers):
            exchange.forget()

    return shrink


def _numberer(build: Build) -> Step:
    """Return what makes numbers of the tokens of a stream that nothing else looks at."""
    numbered = build.shared.once("lexicon", Lexicon).numbered

    def number(exchange: Exchange) -> None:
        if not exchange.is_forgotten:
            return  # an answer that is to be kept is read as it was made
        for choice in exchange.outcome.choices:
            for segment in choice.segments:
                segment.tokens = numbered(segment.tokens)

    return number


def _some(pieces: Iterator[Piece]) -> list[bytes]:
    return [part for _, part in islice(pieces, _AT_ONCE_MAX)]
