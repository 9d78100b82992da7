"""Connections: HTTP/1.1 on httptools, the head of a request limited."""

from __future__ import annotations

import asyncio
import urllib.parse
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, cast

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from fakeai.core.error import ApiError
from fakeai.core.value import Value
from fakeai.engine.cycle import Cycle
from fakeai.spec.units import seconds, size_bytes

if TYPE_CHECKING:
    from fakeai.engine.doorway import Doorway
    from fakeai.spec.server import Limits

#: How long a refused client may go on sending before the connection is cut, so that it can read.
_LINGER_S: Final = 1.0
#: A client that has closed both sides answers a write with a reset, and the next write finds it
#: gone: at once where it is near. Interim answers can be written until the answer begins; each
#: pause is twice as long as the last.
_PROBE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_PROBE_S: Final = 0.01
_MALFORMED: Final = (
    HTTPStatus.BAD_REQUEST,
    ApiError("invalid", "Invalid HTTP request received.", code="invalid_http_request"),
)
_TOO_LATE: Final = (
    HTTPStatus.REQUEST_TIMEOUT,
    ApiError("body_timeout", "The request's head did not arrive in time."),
)
_TOO_LARGE: Final = (
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    ApiError("too_large", "The request's head is larger than this server reads."),
)


class HeadLimits(Value):
    """How much of a head is read, and for how long."""

    size_bytes: int
    headers: int
    timeout_s: float


class HeadRefusedError(Exception):
    """Stops the parser in a head that breaks a limit."""


def connection_class(limits: Limits, doorway: Doorway) -> type[HttpToolsProtocol]:
    """Return the class of connections under these limits; the doorway has words for refusals."""
    head = HeadLimits(
        size_bytes=size_bytes(limits.header_bytes),
        headers=limits.headers,
        timeout_s=seconds(limits.header_timeout),
    )
    return type("LimitedConnection", (Connection,), {"limits": head, "doorway": doorway})


class Connection(HttpToolsProtocol):
    """One connection of a client; uvicorn makes it, and hears of its end."""

    limits: HeadLimits
    doorway: Doorway

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Wait for the first head."""
        super().__init__(*args, **kwargs)
        self._head_bytes = 0
        self._in_head = True
        self._refusal = _MALFORMED
        self._refused = False
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Give the client its time for the first head."""
        super().connection_made(transport)
        self._head_timer = self.loop.call_later(self.limits.timeout_s, self._head_late)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timer with the connection."""
        self._stop_head_timer()
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override]
        """Answer what was asked in full: a client may end its side of the connection first."""
        cycle = cast("Cycle | None", self.cycle)
        if cycle is None or cycle.response_complete or cycle.more_body:
            return False
        self._stop_head_timer()
        cycle.keep_alive = False
        if cycle.scope["http_version"] == "1.1":
            self._probe(_PROBE_S)
        return True

    def _probe(self, pause_s: float) -> None:
        """Ask a client that sends no more whether it still reads."""
        if self.cycle.response_started or self.transport.is_closing():
            return
        if not self.pipeline:  # else it would fall into the middle of an earlier answer
            self.transport.write(_PROBE)
        self.loop.call_later(pause_s, self._probe, 2 * pause_s)

    def data_received(self, data: bytes) -> None:
        """Parse; a head that does not end counts before it is known what it says."""
        if self._refused:
            return
        super().data_received(data)
        if not self._in_head or self._refused:
            return
        self._unended_bytes += len(data)
        if self._unended_bytes > self.limits.size_bytes:
            self._refusal = _TOO_LARGE
            self.send_400_response("")
        elif self._head_timer is None and not self.transport.is_closing():
            self._head_timer = self.loop.call_later(self.limits.timeout_s, self._head_late)

    _unended_bytes = 0

    def on_message_begin(self) -> None:
        """Start to count the next head."""
        self._in_head = True
        self._head_bytes = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Count the request line."""
        self._count(len(url))
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count the header, and keep it."""
        self._count(len(name) + len(value))
        name = name.lower()
        if name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        headers = self.headers
        headers.append((name, value))
        if len(headers) > self.limits.headers:
            self._refusal = _TOO_LARGE
            raise HeadRefusedError

    def on_headers_complete(self) -> None:
        """Start the application, or queue it behind the request that is being answered."""
        self._in_head = False
        self._unended_bytes = 0
        self._stop_head_timer()
        crowded = self._crowded()
        keep_alive = self._complete_scope() and not crowded
        app = self.doorway.crowded if crowded else self.app
        before = cast("Cycle | None", self.cycle)
        self.cycle = Cycle(
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=keep_alive,
            on_response=self.on_response_complete,
        )
        if before is None or before.response_complete:
            self._start_asgi_task(self.cycle, app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, app))

    def _complete_scope(self) -> bool:
        """Fill in what the request line says; tell whether the connection may stay open."""
        scope, parser = self.scope, self.parser
        scope["method"] = parser.get_method().decode("ascii")
        version = parser.get_http_version()
        scope["http_version"] = version
        url = httptools.parse_url(self.url)
        raw_path = url.path
        path = raw_path.decode("ascii")
        scope["path"] = urllib.parse.unquote(path) if "%" in path else path
        scope["raw_path"] = raw_path
        scope["query_string"] = url.query or b""
        return version != "1.0" and parser.should_keep_alive()

    def _crowded(self) -> bool:
        limit = self.limit_concurrency
        return limit is not None and len(self.connections) > limit

    def _count(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > self.limits.size_bytes:
            self._refusal = _TOO_LARGE
            raise HeadRefusedError

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the refusal has its own words
        """Refuse what cannot be parsed, or may not be; then let the client read the answer."""
        self._refused = True
        self._stop_head_timer()
        cycle = cast("Cycle | None", self.cycle)
        if cycle is not None and not cycle.response_complete:
            self.transport.close()
            return
        self.transport.write(self.doorway.refusal(*self._refusal))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(_LINGER_S, self.transport.close)

    def _head_late(self) -> None:
        """A client that began a head is told; one that only connected is not."""
        self._head_timer = None
        if self._unended_bytes:
            self._refusal = _TOO_LATE
            self.send_400_response("")
        else:
            self.transport.close()

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
