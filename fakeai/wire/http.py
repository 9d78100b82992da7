"""Plain HTTP answers over ASGI, and the watch for clients that go away.

Two entries of a scope spare messages where the connection is our own: `BODY` is the whole body,
where it came together with its head, and `WHOLE` takes a whole answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from fakeai.core.loop import asyncio
from fakeai.wire.begin import begin

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Header = tuple[bytes, bytes]

#: (status, headers, body) -> what is left to be awaited, as a rule nothing.
Whole = Callable[[int, list[Header], bytes], Awaitable[None] | None]

JSON_TYPE: Final[Header] = (b"content-type", b"application/json")
BODY: Final = "fakeai.body"
WHOLE: Final = "fakeai.whole"


def answer(
    scope: Any, send: Send, status: int, headers: list[Header], body: bytes
) -> Awaitable[None] | None:
    """Send a complete response at once; return what is left to be awaited, as a rule nothing.

    The content length is added to the headers.
    """
    headers.append((b"content-length", b"%d" % len(body)))
    whole: Whole | None = scope.get(WHOLE)
    if whole is not None:
        return whole(status, headers, body)
    return begin(send_whole(send, status, headers, body))


async def send_whole(send: Send, status: int, headers: list[Header], body: bytes) -> None:
    """Send a complete response as two messages."""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def send_start(send: Send, status: int, headers: Sequence[Header]) -> None:
    """Send the head of a response whose length is not known yet."""
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})


async def send_part(send: Send, part: bytes) -> None:
    """Send a piece of the body; more will follow."""
    await send({"type": "http.response.body", "body": part, "more_body": True})


async def send_end(send: Send, part: bytes = b"") -> None:
    """Send the last piece of the body."""
    await send({"type": "http.response.body", "body": part})


@contextmanager
def cancel_when_gone(receive: Receive, mark: Callable[[], None]) -> Iterator[None]:
    """Cancel the current task when the client closes the connection, after calling `mark`.

    Waiting is the only time in which a client can leave unseen; an answer that never waits
    needs no watch.
    """
    task = asyncio.current_task()
    watch = asyncio.get_running_loop().create_task(_listen(receive, task, mark))
    try:
        yield
    finally:
        watch.cancel()


async def _listen(
    receive: Receive, task: asyncio.Task[Any] | None, mark: Callable[[], None]
) -> None:
    with suppress(asyncio.CancelledError):
        while (await receive())["type"] != "http.disconnect":
            pass
        mark()
        if task is not None:
            task.cancel()
