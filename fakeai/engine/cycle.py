"""Cycle: one request on a connection and its answer, in few steps."""

from __future__ import annotations

import asyncio
import logging
import math
from typing import TYPE_CHECKING, Any, Final

from uvicorn.protocols.http.httptools_impl import HEADER_VALUE_RE

from fakeai.engine.lines import FAILED, HEAD_ENDS, INTERIM, line_start
from fakeai.wire.begin import DONE, begin
from fakeai.wire.http import LINE, send_more, send_whole

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable, Sequence

    from fakeai.engine.connection import Connection
    from fakeai.engine.endpoint import App
    from fakeai.pipeline.exchange import Header, Scope
    from fakeai.wire.http import Call, Form, KnownHead

_START: Final = "http.response.start"
_BODY: Final = "http.response.body"
_GONE: Final = {"type": "http.disconnect"}
#: What may not stand in a value of a header; a line break there would forge another header.
_CONTROL: Final = bytes([*range(9), *range(10, 32), 127])
#: The scope of a request that is over: its own one holds the cycle that holds it.
_DROPPED: Final[Scope] = {}
#: What is read of a scope once a stream is open, by version of HTTP.
_OPEN: Final = {v: {"method": "", "http_version": v} for v in ("1.0", "1.1")}
_LOGGER: Final = logging.getLogger("uvicorn.error")
_END: Final = b"\r\n"


class Cycle:
    """The ASGI side of one request: its connection feeds it, an application asks and answers."""

    disconnected = False
    body: bytes | bytearray = b""
    """What has come of the body and was not received yet."""
    more_body = True
    added: Sequence[Header] = ()
    known_head: KnownHead | None = None
    waits_to_be_asked = False
    """Whether the client sends its body only once it is told to."""
    response_started = False
    response_complete = False
    _news = False
    _waiter: asyncio.Future[None] | None = None
    _on_gone: Call | None = None
    ask: Call | None = None
    """Sends something that means nothing, into an answer that has begun."""
    _chunked: bool | None = None
    _streams = False
    """Whether pieces go out as they come, as chunks."""
    _length_left: float = 0
    """Bytes of the body that are still to come; infinite where the connection ends it."""
    _held = b""

    def __init__(self, connection: Connection, scope: Scope, app: App, *, keep_alive: bool) -> None:
        """Begin with a head."""
        self.connection = connection
        self.transport = connection.transport
        self.flow = connection.flow
        self.scope = scope
        self.app = app
        self.keep_alive = keep_alive

    # What the connection tells.

    def feed(self, body: bytes) -> None:
        """Add to the body."""
        held = self.body
        if not held:
            self.body = body
        else:
            # Many small pieces are not copied again for each.
            self.body = held if isinstance(held, bytearray) else bytearray(held)
            self.body += body
        self.wake()

    def lose(self) -> None:
        """The client is gone."""
        if not self.response_complete:
            self.disconnected = True
            if self._on_gone is not None:
                self._on_gone()
        self.scope = _DROPPED
        self.wake()

    def wake(self) -> None:
        """There is something to receive."""
        self._news = True
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    # What an application asks for.

    def start(self) -> Awaitable[None] | None:
        """Let the application do what it can at once; return the rest of it, if there is any."""
        self.scope[LINE] = self
        try:
            rest = self.app(self.scope, self.receive, self.send)
        except Exception as failure:
            self.fail(failure)
            return None
        return None if rest is DONE else rest

    def ended(self, task: asyncio.Task[None]) -> None:
        """The task of the rest has ended."""
        self.connection.state.tasks.discard(task)
        failure = asyncio.CancelledError() if task.cancelled() else task.exception()
        if failure is None and not self.response_complete and not self.disconnected:
            failure = RuntimeError("The application returned without a complete answer.")
        if isinstance(failure, Exception):
            self.fail(failure)

    def fail(self, failure: Exception) -> None:
        """Tell of an application that failed, and end the connection."""
        _LOGGER.error("Exception in ASGI application", exc_info=failure)
        self.scope = _DROPPED
        if not self.response_started and not self.disconnected:
            self.transport.write(FAILED)
        self.transport.close()

    async def receive(self) -> Any:
        """Return what has come of the body, or that the client is gone, waiting for either."""
        if self.waits_to_be_asked and not self.response_started:
            self.waits_to_be_asked = False
            self.transport.write(INTERIM)
        if not self.disconnected and not self.response_complete:
            self.connection.turns.read_on(self.flow)
            if not self._news:
                await self._wait()
            self._news = False
        if self.disconnected or self.response_complete:
            return _GONE
        body, self.body = bytes(self.body), b""
        return {"type": "http.request", "body": body, "more_body": self.more_body}

    def take_body(self) -> bytes | None:
        """Return the whole body, once; None when it has not all come, or has to be asked for."""
        if self.more_body or self.waits_to_be_asked:
            return None
        body, self.body = bytes(self.body), b""
        return body

    async def _wait(self) -> None:
        waiter = self._waiter = self.connection.loop.create_future()
        try:
            await waiter
        finally:
            if self._waiter is waiter:
                self._waiter = None

    def when_gone(self, call: Call | None, ask: Call | None = None) -> None:
        """Call this when the client goes, and `ask` when it may have; nothing once nobody waits."""
        self._on_gone, self.ask = call, ask
        self.connection.turns.read_on(self.flow)
        if self.disconnected and call is not None:
            self.connection.loop.call_soon(call)

    def cut(self) -> None:
        """End the connection at once, whatever the client has not taken."""
        self.transport.abort()

    def whole(
        self, status: int, headers: list[Header], body: bytes, form: Form
    ) -> Awaitable[None] | None:
        """Send a complete answer in one write; return what is left to be awaited.

        What is not quite usual goes the way of messages.
        """
        if self.disconnected:
            return None
        sent = [*headers, *self.added]
        head = b"\r\n".join(map(b": ".join, sent))
        controls = len(head) - len(head.translate(None, _CONTROL))
        if (
            self.flow.write_paused
            or self.response_started
            or controls != 2 * (len(sent) - 1)
            or b"\nconnection:" in head
            or self.scope["method"] == "HEAD"
        ):
            return begin(send_whole(self.send, status, headers, body))
        self.response_started = True
        if form == "chunk":
            if self.scope["http_version"] == "1.0":
                form = "plain"  # it ends with the connection
            else:
                body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
        closing = HEAD_ENDS[form, self.keep_alive]
        self.transport.write(b"".join((self._opening(status), head, closing, body)))
        self._complete()
        return None

    def part(self, body: bytes) -> Awaitable[None] | None:
        """Send a piece of a body whose length is not known; return what is left to be awaited."""
        if self.flow.write_paused or self.disconnected or not self._streams:
            return begin(send_more(self.send, body))
        self.transport.write(b"%x\r\n%b\r\n" % (len(body), body))
        return None

    async def send(self, message: Any) -> None:
        """Send the head of the answer, or a part of its body."""
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        if self.response_started:
            self._write_body(message)
        else:
            self._write_head(message)

    def _write_head(self, message: Any) -> None:
        if message["type"] != _START:
            raise RuntimeError(f"Expected ASGI message '{_START}', but got '{message['type']}'.")
        self.response_started = True
        status = message["status"]
        headers = [*message.get("headers", ()), *self.added]
        head = [self._opening(status), *self._lines(headers)]
        if not self.keep_alive:
            head.append(b"connection: close\r\n")
        version = self.scope["http_version"]
        bodiless = self.scope["method"] == "HEAD" or status in (204, 304)
        if self._chunked is None and not bodiless:
            self._chunked = self._streams = version != "1.0"
            if self._chunked:
                head.append(b"transfer-encoding: chunked\r\n")
            else:
                self._length_left = math.inf
            if not self.body:
                self.scope = _OPEN.get(version, self.scope)
        head.append(_END)
        if self._chunked:
            self.transport.write(b"".join(head))
        else:
            self._held = b"".join(head)

    def _opening(self, status: int) -> bytes:
        connection = self.connection
        return connection.openings.lines(status, connection.state.default_headers)

    def _lines(self, headers: Iterable[Header]) -> list[bytes]:
        """Return the header lines; what they say of length and connection is noted."""
        lines: list[bytes] = []
        for name, value in headers:
            start = line_start(name)
            if start == b"content-length: ":
                self._length_left = int(value)
                self._chunked = False
            elif start == b"transfer-encoding: ":
                continue
            elif start == b"connection: ":
                self.keep_alive = self.keep_alive and b"close" not in value.lower()
                continue
            lines += (start, value, _END)
        if HEADER_VALUE_RE.search(b"".join(lines[1::3])):
            raise RuntimeError("Invalid HTTP header value.")
        return lines

    def _write_body(self, message: Any) -> None:
        if message["type"] != _BODY or self.response_complete:
            raise RuntimeError(f"Unexpected ASGI message '{message['type']}'.")
        body, more = message.get("body", b""), message.get("more_body", False)
        if self._chunked and self.scope["method"] != "HEAD":
            chunk = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
            self.transport.write(chunk if more else chunk + b"0\r\n\r\n")
        else:
            self._write_plain(body)
        if not more:
            if 0 < self._length_left < math.inf:
                raise RuntimeError("Response content shorter than Content-Length")
            self._complete()

    def _write_plain(self, body: bytes) -> None:
        held, self._held = self._held, b""
        if self.scope["method"] == "HEAD":
            self._length_left = 0
            self.transport.write(held)
            return
        self._length_left -= len(body)
        if self._length_left < 0:
            raise RuntimeError("Response content longer than Content-Length")
        self.transport.write(held + body)

    def _complete(self) -> None:
        self.response_complete = True
        self.scope = _DROPPED
        if self._waiter is not None:
            self.wake()
        if not self.keep_alive:
            self.transport.close()
        self.connection.turns.complete(self.connection)
