"""Plain HTTP answers over ASGI, and the watch for clients that go away.

Where the connection is our own, the entry `LINE` of a scope spares messages and tasks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Final, Literal, Protocol

from fakeai.core.loop import asyncio
from fakeai.wire.begin import begin

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Header = tuple[bytes, bytes]
Call = Callable[[], object]

Form = Literal["plain", "chunk"]
"""How a body goes out: the headers tell its length, or it is a chunk."""
KnownHead = dict[Any, Any]
"""What follows from the bytes of a head but for its content length; whoever reads it may add."""

JSON_TYPE: Final[Header] = (b"content-type", b"application/json")
LENGTH: Final = b"content-length"
LINE: Final = "fakeai.line"


class Line(Protocol):
    """What our own connection offers for a request, beside what ASGI does."""

    added: Sequence[Header]
    """Headers for whatever is answered."""
    known_head: KnownHead | None
    """What is known of a head that came before."""

    def take_body(self) -> bytes | None:
        """Return the whole body, once; None when it has not all come."""

    def whole(
        self, status: int, headers: list[Header], body: bytes, form: Form
    ) -> Awaitable[None] | None:
        """Send a complete answer; return what is left to be awaited, as a rule nothing."""

    def part(self, body: bytes) -> Awaitable[None] | None:
        """Send a piece of a body whose length is not known; return what is left to be awaited."""

    def cut(self) -> None:
        """End the connection at once, whatever the client has not taken."""

    def when_gone(self, call: Call | None, ask: Call | None = None) -> None:
        """Call this when the client goes, and `ask` when it may have; nothing once nobody waits.

        What `ask` sends means nothing: if the client is gone, the next piece is refused.
        """


def answer(
    scope: Any, send: Send, status: int, headers: list[Header], body: bytes
) -> Awaitable[None] | None:
    """Send a complete response at once; return what is left to be awaited, as a rule nothing.

    The content length is added to the headers.
    """
    headers.append((LENGTH, b"%d" % len(body)))
    line: Line | None = scope.get(LINE)
    if line is not None:
        return line.whole(status, headers, body, "plain")
    return begin(send_whole(send, status, headers, body))


def answer_stream(
    scope: Any, send: Send, headers: list[Header], body: bytes
) -> Awaitable[None] | None:
    """Send a stream of which all is there; return what is left to be awaited."""
    line: Line | None = scope.get(LINE)
    if line is not None:
        return line.whole(200, headers, body, "chunk")
    return begin(send_whole(send, 200, headers, body))


async def send_whole(send: Send, status: int, headers: list[Header], body: bytes) -> None:
    """Send a complete response as two messages."""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def send_start(send: Send, status: int, headers: Sequence[Header]) -> None:
    """Send the head of a response whose length is not known yet."""
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})


def part_sender(scope: Any, send: Send) -> Callable[[bytes], Awaitable[None] | None]:
    """Return what sends a piece of the body, of which more will follow.

    It returns what is left to be awaited, as a rule nothing.
    """
    line: Line | None = scope.get(LINE)
    return (lambda part: begin(send_more(send, part))) if line is None else line.part


def cutter(scope: Any) -> Callable[[], None]:
    """Return what ends the connection of a client that takes nothing; other servers' we cannot."""
    line: Line | None = scope.get(LINE)
    return (lambda: None) if line is None else line.cut


async def send_more(send: Send, part: bytes) -> None:
    """Send a piece of the body as a message."""
    await send({"type": "http.response.body", "body": part, "more_body": True})


async def send_end(send: Send, part: bytes = b"") -> None:
    """Send the last piece of the body."""
    await send({"type": "http.response.body", "body": part})


class cancel_when_gone:  # noqa: N801 - reads as a statement: `with cancel_when_gone(...)`
    """Cancel the current task when the client closes the connection, after calling `mark`.

    `ask` sends something that means nothing, where an answer has begun.

    Waiting is the only time in which a client can leave unseen; an answer that never waits
    needs no watch.
    """

    __slots__ = ("_ask", "_mark", "_receive", "_scope", "_task", "_watch")

    def __init__(
        self, scope: Any, receive: Receive, mark: Callable[[], None], ask: Call | None = None
    ) -> None:
        """Watch the connection of a scope once the context is entered."""
        self._ask = ask
        self._scope = scope
        self._receive = receive
        self._mark = mark
        self._task: asyncio.Task[Any] | None = None
        self._watch: asyncio.Task[None] | None = None

    def __enter__(self) -> None:
        """Begin to watch; our own connection calls, any other is listened to by a task."""
        self._task = asyncio.current_task()
        line: Line | None = self._scope.get(LINE)
        if line is None:
            self._watch = asyncio.get_running_loop().create_task(self._listen())
        else:
            line.when_gone(self._cancel, self._ask)

    def __exit__(self, *_failure: object) -> None:
        """Watch no longer."""
        if self._watch is None:
            self._scope[LINE].when_gone(None)
        else:
            self._watch.cancel()

    def _cancel(self) -> None:
        self._mark()
        if self._task is not None:
            self._task.cancel()

    async def _listen(self) -> None:
        with suppress(asyncio.CancelledError):
            while (await self._receive())["type"] != "http.disconnect":
                pass
            self._cancel()
