"""A server that notes what its application is asked, byte by byte."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from uvicorn.server import ServerState

from fakeai.engine.connection import connection_class
from fakeai.spec.server import Limits
from fakeai.wire.begin import DONE
from fakeai.wire.http import LINE

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from fakeai.pipeline.exchange import Receive, Scope, Send
    from fakeai.wire.http import Line

#: One request of a connection is begun in each turn of the event loop.
TURNS = 10
#: What the connection itself adds to a scope.
_OURS = "fakeai."
_START = b"POST /v1/chat/completions?a=1 HTTP/1.1\r\n"


class Wire(asyncio.Transport):
    """A client that is always there, and takes what is written."""

    def __init__(self) -> None:
        """Connect."""
        super().__init__({"peername": ("10.0.0.7", 50000), "sockname": ("127.0.0.1", 8000)})
        self.written = b""
        self.closed = False

    def write(self, data: Any) -> None:
        """Keep it."""
        self.written += data

    def is_closing(self) -> bool:
        """Tell whether it is closed."""
        return self.closed

    def can_write_eof(self) -> bool:
        """Tell that both directions end together."""
        return False

    def pause_reading(self) -> None:
        """Do nothing: what a test sends is little."""

    def resume_reading(self) -> None:
        """Do nothing: reading was never paused."""

    def close(self) -> None:
        """Take note of it."""
        self.closed = True


class AskedServer:
    """Connections to an application that notes what it is asked."""

    def __init__(self) -> None:
        """Know no head yet."""
        doorway = SimpleNamespace(refusal=lambda status, _error: b"HTTP/1.1 %d x\r\n\r\n" % status)
        self._class: Any = connection_class(Limits(), doorway)  # type: ignore[arg-type]  # as much as refusals need
        self._config = SimpleNamespace(
            loaded=True, loaded_app=self._app, limit_concurrency=None, timeout_keep_alive=75
        )
        self.asked: list[tuple[dict[str, Any], bytes | None]] = []
        self.known = 0

    def connect(self) -> tuple[Any, Wire]:
        """Return a connection and its other end."""
        connection = self._class(self._config, ServerState(), {}, asyncio.get_running_loop())
        wire = Wire()
        connection.connection_made(wire)
        return connection, wire

    def ask(self, *pieces: bytes) -> tuple[list[Any], bytes]:
        """Return what the application was asked by one connection, and what it was answered."""
        self.asked = []

        async def send() -> bytes:
            connection, wire = self.connect()
            for piece in pieces:
                connection.data_received(piece)
            for _ in range(TURNS):
                await asyncio.sleep(0)
            connection.connection_lost(None)
            return wire.written

        return self.asked, asyncio.run(send())

    def _app(self, scope: Scope, _receive: Receive, _send: Send) -> Awaitable[None]:
        line: Line = scope[LINE]
        self.known += line.known_head is not None
        plain = {key: value for key, value in scope.items() if not key.startswith(_OURS)}
        self.asked.append((plain, line.take_body()))
        scope["state"]["seen"] = True
        rest = line.whole(200, [(b"content-length", b"2")], b"ok", "plain")
        assert rest is None
        return DONE


def post(*lines: bytes, body: bytes = b"") -> bytes:
    """Return a request with these header lines."""
    return _START + b"".join([line + b"\r\n" for line in lines]) + b"\r\n" + body
