"""Cycle: one request and its answer, with few steps a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    HEADER_VALUE_RE,
    STATUS_LINE,
    RequestResponseCycle,
)

if TYPE_CHECKING:
    from fakeai.pipeline.exchange import Header

#: Names as they go out; answers use the same few again and again.
_NAMES: Final[dict[bytes, bytes]] = {}
_NAMES_MAX: Final = 512
_START: Final = "http.response.start"
_BODY: Final = "http.response.body"


class Cycle(RequestResponseCycle):
    """uvicorn's cycle, whose head goes out with its body where the length is known."""

    _held = b""

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
        self.waiting_for_100_continue = False
        status = message["status"]
        head = [STATUS_LINE[status], *self._lines(message["headers"])]
        if not self.keep_alive:
            head.append(b"connection: close\r\n")
        bodiless = self.scope["method"] == "HEAD" or status in (204, 304)
        if self.chunked_encoding is None and not bodiless:
            self.chunked_encoding = True
            head.append(b"transfer-encoding: chunked\r\n")
        head.append(b"\r\n")
        if self.chunked_encoding:
            self.transport.write(b"".join(head))
        else:
            self._held = b"".join(head)

    def _lines(self, headers: list[Header]) -> list[bytes]:
        """Return the header lines; what they say of length and connection is noted."""
        lines: list[bytes] = []
        for name, value in (*self.default_headers, *headers):
            start = _NAMES.get(name) or _line_start(name)
            if start == b"content-length: ":
                self.expected_content_length = int(value)
                self.chunked_encoding = False
            elif start == b"transfer-encoding: ":
                continue
            elif start == b"connection: ":
                self.keep_alive = self.keep_alive and b"close" not in value.lower()
                continue
            lines += (start, value, b"\r\n")
        if HEADER_VALUE_RE.search(b"".join(lines[1::3])):
            raise RuntimeError("Invalid HTTP header value.")
        return lines

    def _write_body(self, message: Any) -> None:
        if message["type"] != _BODY or self.response_complete:
            raise RuntimeError(f"Unexpected ASGI message '{message['type']}'.")
        body, more = message.get("body", b""), message.get("more_body", False)
        if self.chunked_encoding and self.scope["method"] != "HEAD":
            self._write_chunk(body, more=more)
        else:
            self._write_plain(body)
        if not more:
            self._complete()

    def _write_chunk(self, body: bytes, *, more: bool) -> None:
        chunk = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
        self.transport.write(chunk if more else chunk + b"0\r\n\r\n")

    def _write_plain(self, body: bytes) -> None:
        held, self._held = self._held, b""
        if self.scope["method"] == "HEAD":
            self.expected_content_length = 0
            self.transport.write(held)
            return
        self.expected_content_length -= len(body)
        if self.expected_content_length < 0:
            raise RuntimeError("Response content longer than Content-Length")
        self.transport.write(held + body)

    def _complete(self) -> None:
        if self.expected_content_length:
            raise RuntimeError("Response content shorter than Content-Length")
        self.response_complete = True
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()


def _line_start(name: bytes) -> bytes:
    """Return a header's name as its line begins; names that are used again are kept."""
    if HEADER_RE.search(name):
        raise RuntimeError("Invalid HTTP header name.")
    start = name.lower() + b": "
    if len(_NAMES) < _NAMES_MAX:
        _NAMES[name] = start
    return start
