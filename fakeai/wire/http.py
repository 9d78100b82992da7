"""Plain HTTP answers over ASGI, and the watch for clients that go away.

Six entries of a scope spare messages and tasks where the connection is our own: `BODY` is the
whole body, where it came together with its head, `WHOLE` takes a whole answer, `PART` a piece of
one, `GONE` what is to be called when the client goes, `ADDED` are headers for whatever is answered,
and `HEAD` is what is known of a head that came before.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Literal

from fakeai.core.loop import asyncio
from fakeai.wire.begin import begin

if TYPE_CHECKING:
    from collections.abc import Sequence

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Header = tuple[bytes, bytes]

Form = Literal["plain", "chunk"]
"""How a body goes out: the headers tell its length, or it is a chunk."""
Whole = Callable[[int, list[Header], bytes, Form], Awaitable[None] | None]
"""Sends a complete answer; returns what is left to be awaited, as a rule nothing."""

KnownHead = dict[Any, Any]
"""What follows from the bytes of a head but for its content length; whoever reads it may add."""

JSON_TYPE: Final[Header] = (b"content-type", b"application/json")
BODY: Final = "fakeai.body"
WHOLE: Final = "fakeai.whole"
PART: Final = "fakeai.part"
GONE: Final = "fakeai.gone"
ADDED: Final = "fakeai.added"
HEAD: Final = "fakeai.head"


def answer(
    scope: Any, send: Send, status: int, headers: list[Header], body: bytes
) -> Awaitable[None] | None:
    """Send a complete response at once; return what is left to be awaited, as a rule nothing.

    The content length is added to the headers.
    """
    headers.append((b"content-length", b"%d" % len(body)))
    whole: Whole | None = scope.get(WHOLE)
    if whole is not None:
        return whole(status, headers, body, "plain")
    return begin(send_whole(send, status, headers, body))


def answer_stream(
    scope: Any, send: Send, headers: list[Header], body: bytes
) -> Awaitable[None] | None:
    """Send a stream of which all is there; return what is left to be awaited."""
    whole: Whole | None = scope.get(WHOLE)
    if whole is not None:
        return whole(200, headers, body, "chunk")
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
    direct: Callable[[bytes], Awaitable[None] | None] | None = scope.get(PART)
    return (lambda part: begin(send_more(send, part))) if direct is None else direct


async def send_more(send: Send, part: bytes) -> None:
    """Send a piece of the body as a message."""
    await send({"type": "http.response.body", "body": part, "more_body": True})


async def send_end(send: Send, part: bytes = b"") -> None:
    """Send the last piece of the body."""
    await send({"type": "http.response.body", "body": part})


class cancel_when_gone:  # noqa: N801 - reads as a statement: `with cancel_when_gone(...)`
    """Cancel the current task when the client closes the connection, after calling `mark`.

    Waiting is the only time in which a client can leave unseen; an answer that never waits
    needs no watch.
    """

    __slots__ = ("_mark", "_receive", "_scope", "_task", "_watch")

    def __init__(self, scope: Any, receive: Receive, mark: Callable[[], None]) -> None:
        """Watch the connection of a scope once the context is entered."""
        self._scope = scope
        self._receive = receive
        self._mark = mark
        self._task: asyncio.Task[Any] | None = None
        self._watch: asyncio.Task[None] | None = None

    def __enter__(self) -> None:
        """Begin to watch; our own connection calls, any other is listened to by a task."""
        self._task = asyncio.current_task()
        tell: Callable[[Callable[[], None] | None], None] | None = self._scope.get(GONE)
        if tell is None:
            self._watch = asyncio.get_running_loop().create_task(self._listen())
        else:
            tell(self._cancel)

    def __exit__(self, *_failure: object) -> None:
        """Watch no longer."""
        if self._watch is None:
            self._scope[GONE](None)
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
