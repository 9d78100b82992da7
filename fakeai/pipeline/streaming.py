"""Streams: the frames of an outcome, each sent when it is due."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import merge
from itertools import chain, repeat
from typing import TYPE_CHECKING, Final

from fakeai.core.error import ApiError
from fakeai.pipeline.variables import View
from fakeai.wire.http import cancel_when_gone, send_end, send_part, send_start

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fakeai.core.clock import Clock
    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.files import SegmentPlan, StreamPlan
    from fakeai.pipeline.outcome import Choice
    from fakeai.pipeline.stage import Build, WaitingStep
    from fakeai.template.frames import Frame

Piece = tuple[float, bytes]

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

    async def stream(exchange: Exchange) -> None:
        pieces = frames(plan, exchange, view(exchange))
        writer = _Writer(exchange, clock, patience, comment)
        exchange.status = 200
        await send_start(exchange.send, 200, [*dialect.head(exchange), *extra])
        if not exchange.schedule.due_s:
            await writer.finish(b"".join([part for _, part in pieces]))
            return
        with cancel_when_gone(exchange.receive, exchange.mark_gone):
            await writer.write_all(pieces)

    return stream


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
        now = self._elapsed()
        ready: list[bytes] = []
        for due, part in pieces:
            if due > now:
                if ready:
                    await self._send(b"".join(ready))
                    ready = []
                await self._wait(due)
                now = self._elapsed()
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

    async def _wait(self, due: float) -> None:
        """Sleep until a piece is due, with comments meanwhile; give up when patience ends."""
        patience, started = self._patience, self._exchange.started
        end = min(due, self._last + patience.idle_s, patience.max_s)
        ping = self._last + patience.keep_alive_s
        while ping < end:
            await self._clock.sleep_until(started + ping)
            await send_part(self._exchange.send, self._comment)
            ping += patience.keep_alive_s
        await self._clock.sleep_until(started + end)
        if end < due:
            raise ApiError("timeout", f"The stream gave up after {end:g} seconds.")


def frames(plan: StreamPlan, exchange: Exchange, variables: dict[str, object]) -> Iterator[Piece]:
    """Yield every frame of a stream with the time at which it is due, in that order."""
    schedule, choices = exchange.schedule, exchange.outcome.choices
    dues: Iterable[list[float]] = schedule.due_s or repeat([])
    start = _join(plan.start, variables)
    tracks = [
        _choice(plan, choice, due, variables) for choice, due in zip(choices, dues, strict=False)
    ]
    body = tracks[0] if len(tracks) == 1 else merge(*tracks, key=lambda piece: piece[0])
    last = 0.0
    for last, part in body:
        yield last, start + part
        start = b""
    end = _join(plan.end, variables)
    done = plan.done.render(variables) if plan.done else b""
    yield last, start + end + done


def _choice(
    plan: StreamPlan, choice: Choice, due_s: list[float], variables: dict[str, object]
) -> Iterator[Piece]:
    known = {**variables, "choice": choice}
    due = chain(due_s, repeat(due_s[-1] if due_s else 0.0))
    head = _join(plan.choice_start, known)
    last = due_s[0] if due_s else 0.0
    segments = choice.segments
    for position, segment in enumerate(segments):
        frames_of = plan.segments[segment.kind]
        known["segment"] = segment
        head += _join(frames_of.start, known)
        final = position == len(segments) - 1
        for part in _tokens(frames_of, segment.tokens, known, final=final):
            last = next(due)
            yield last, head + part
            head = b""
        head += _join(frames_of.end, known)
    yield last, head + _join(plan.choice_end, known)


def _tokens(
    frames_of: SegmentPlan, tokens: list[str], known: dict[str, object], *, final: bool
) -> Iterator[bytes]:
    delta = frames_of.delta.split(known)
    closing = frames_of.last if final else None
    stop = len(tokens) - 1 if closing else len(tokens)
    for token in tokens[:stop]:
        yield delta.text(token)
    if closing and tokens:
        yield closing.split(known).text(tokens[-1])


def _join(frames_given: tuple[Frame, ...], variables: dict[str, object]) -> bytes:
    return b"".join([frame.render(variables) for frame in frames_given])
