"""Connections: HTTP/1.1 on httptools, the head of a request limited.

A request whose body came with its head is answered before its bytes are let go: no task, no
event, no timer. What has to wait goes on in a task, as in uvicorn's own protocol, of which this
is the lean form.
"""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Any, Final

import httptools
from uvicorn.protocols.utils import get_local_addr, get_remote_addr, is_ssl

from fakeai.engine.cycle import Cycle
from fakeai.engine.flow import HIGH_WATER_BYTES, Flow
from fakeai.engine.head import MALFORMED, TOO_LARGE, TOO_LATE, Ends, head_limits, make_scope
from fakeai.engine.lines import Openings
from fakeai.engine.turns import Turns

if TYPE_CHECKING:
    import uvicorn
    from uvicorn.server import ServerState

    from fakeai.engine.doorway import Doorway
    from fakeai.engine.endpoint import App
    from fakeai.engine.head import HeadLimits
    from fakeai.spec.server import Limits

#: How long a refused client may go on sending before the connection is cut, so that it can read.
_LINGER_S: Final = 1.0


class HeadRefusedError(Exception):
    """Stops the parser in a head that breaks a limit."""


def connection_class(limits: Limits, doorway: Doorway) -> type[asyncio.Protocol]:
    """Return the class of connections under these limits; the doorway has words for refusals."""
    parts = {
        "__slots__": (),
        "limits": head_limits(limits),
        "doorway": doorway,
        "openings": Openings(),
    }
    return type("LimitedConnection", (Connection,), parts)


class Connection(asyncio.Protocol):
    """One connection of a client; uvicorn makes it, and hears of its end."""

    __slots__ = (
        "_app",
        "_crowd_max",
        "_ends",
        "_expects",
        "_head_bytes",
        "_head_timer",
        "_headers",
        "_latest",
        "_parser",
        "_part_bytes",
        "_refusal",
        "_refused",
        "_shares_part",
        "_url",
        "flow",
        "is_in_head",
        "loop",
        "state",
        "transport",
        "turns",
    )

    limits: HeadLimits
    doorway: Doorway
    openings: Openings
    flow: Flow
    transport: asyncio.Transport
    _ends: Ends
    _headers: list[tuple[bytes, bytes]]
    _url: bytes

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],  # noqa: ARG002 - what uvicorn's lifespan keeps; we keep nothing
        _loop: Any = None,
    ) -> None:
        """Wait for the first head."""
        if not config.loaded:
            config.load()
        self.loop = _loop or asyncio.get_running_loop()
        self.state = server_state
        self._app: App = config.loaded_app
        self._crowd_max = config.limit_concurrency or math.inf
        self._parser: Any = httptools.HttpRequestParser(self)
        self._parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self.is_in_head = False
        self._head_bytes = 0  # without the part that is being read
        self._part_bytes = 0
        self._shares_part = False  # with the end of another request
        self._refusal = MALFORMED
        self._refused = False
        self._head_timer: asyncio.TimerHandle | None = None
        self._latest: Cycle | None = None
        self.turns = Turns(config.timeout_keep_alive)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Give the client its time for the first head."""
        self.state.connections.add(self)  # type: ignore[arg-type]  # no class of uvicorn's own
        self.transport = transport
        self.flow = Flow(transport)
        scheme = "https" if is_ssl(transport) else "http"
        self._ends = Ends(get_local_addr(transport), get_remote_addr(transport), scheme)
        self._head_timer = self.loop.call_later(self.limits.timeout_s, self._head_late)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell everybody who waits on this connection."""
        self.state.connections.discard(self)
        self._stop_head_timer()
        self.turns.end()
        if self._latest is not None:
            self._latest.lose()
            self._latest = None
        self.flow.resume_writing()
        if exc is None:
            self.transport.close()
        self._parser = None  # which holds this connection

    def shutdown(self) -> None:
        """Close once what was asked for has been answered."""
        if self._latest is None or self._latest.response_complete:
            self.transport.close()
        else:
            self._latest.keep_alive = False

    def pause_writing(self) -> None:
        """The client does not keep up."""
        self.flow.pause_writing()

    def resume_writing(self) -> None:
        """The client has caught up."""
        self.flow.resume_writing()

    def eof_received(self) -> bool:
        """Answer what was asked in full: a client may end its side of the connection first."""
        cycle = self._latest
        if cycle is None or cycle.response_complete or cycle.more_body:
            return False
        self._stop_head_timer()
        cycle.keep_alive = False
        if cycle.scope["http_version"] == "1.1":
            cycle.probe()
        return True

    def data_received(self, data: bytes) -> None:
        """Parse, and begin what came; a head that does not end counts before it is known."""
        if self._refused:
            return
        self._shares_part = False
        self._part_bytes = len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            pass  # to no other protocol: the request is answered as it stands
        except httptools.HttpParserError:
            self._refuse()
            return
        self.turns.come()
        if self.is_in_head:
            self._wait_for_head()

    def _wait_for_head(self) -> None:
        """Let a head that has not ended neither grow nor take time without bound."""
        if not self._shares_part:
            self._head_bytes += self._part_bytes
        if self._head_bytes > self.limits.size_bytes:
            self._refusal = TOO_LARGE
            self._refuse()
        elif self._head_timer is None and not self.transport.is_closing():
            self._head_timer = self.loop.call_later(self.limits.timeout_s, self._head_late)

    # What the parser finds.

    def on_message_begin(self) -> None:
        """Begin with the next head."""
        self.is_in_head = True
        self._url = b""
        self._headers = []
        self._expects = False

    def on_url(self, url: bytes) -> None:
        """Keep the target; a long one comes in pieces."""
        if self._head_bytes + len(url) > self.limits.size_bytes:
            self._refuse_head()
        self._url = self._url + url if self._url else url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header."""
        name = name.lower()
        self._headers.append((name, value))
        if len(self._headers) > self.limits.headers:
            self._refuse_head()
        if name == b"expect":
            self._expects = value.lower() == b"100-continue"

    def on_headers_complete(self) -> None:
        """Make a request of the head, within its limits."""
        headers, parser, limits = self._headers, self._parser, self.limits
        # What was received is more than the head: a sum is needed only where that is much.
        received = self._head_bytes + self._part_bytes
        if received > limits.size_bytes and limits.are_broken(self._url, headers):
            self._refuse_head()
        self.is_in_head = False
        self._headers = []  # an open stream needs none
        self._head_bytes = 0
        if self._head_timer is not None:
            self._stop_head_timer()
        crowded = len(self.state.connections) > self._crowd_max
        version = parser.get_http_version()
        scope = make_scope(self._ends, parser.get_method(), self._url, version, headers)
        keep_alive = not crowded and version != "1.0" and parser.should_keep_alive()
        app = self.doorway.crowded if crowded else self._app
        cycle = Cycle(self, scope, app, keep_alive=keep_alive)
        cycle.waits_to_be_asked = self._expects
        self._latest = self.turns.arriving = cycle

    def on_body(self, body: bytes) -> None:
        """Feed the request; what is not received for long is not read further."""
        cycle = self._latest
        if cycle is None or cycle.response_complete:
            return
        cycle.feed(body)
        if cycle is not self.turns.arriving and len(cycle.body) > HIGH_WATER_BYTES:
            self.flow.pause_reading()

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._shares_part = True
        cycle = self._latest
        if cycle is None or cycle.response_complete:
            return
        cycle.more_body = False
        cycle.wake()
        self.turns.begin(cycle)

    def _refuse(self) -> None:
        """Refuse what cannot be parsed, or may not be; then let the client read the answer."""
        self._refused = True
        self._stop_head_timer()
        cycle = self._latest
        if cycle is not None and not cycle.response_complete:
            self.transport.close()
            return
        self.transport.write(self.doorway.refusal(*self._refusal))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(_LINGER_S, self.transport.close)

    def _refuse_head(self) -> None:
        self._refusal = TOO_LARGE
        raise HeadRefusedError

    def _head_late(self) -> None:
        """A client that began a head is told; one that only connected is not."""
        self._head_timer = None
        if self.is_in_head:
            self._refusal = TOO_LATE
            self._refuse()
        else:
            self.transport.close()

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
