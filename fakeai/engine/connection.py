"""Connections: HTTP/1.1 on httptools, the head of a request limited.

A request whose body came with its head is answered before its bytes are let go: no task, no
event, no timer. What has to wait goes on in a task, as in uvicorn's own protocol, of which this
is the lean form.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final

import httptools
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from fakeai.engine.cycle import Cycle, Openings
from fakeai.engine.head import MALFORMED, TOO_LARGE, TOO_LATE, Ends, head_limits, make_scope

if TYPE_CHECKING:
    import asyncio

    from fakeai.engine.doorway import Doorway
    from fakeai.engine.endpoint import App
    from fakeai.engine.head import HeadLimits
    from fakeai.spec.server import Limits

#: How long a refused client may go on sending before the connection is cut, so that it can read.
_LINGER_S: Final = 1.0


class HeadRefusedError(Exception):
    """Stops the parser in a head that breaks a limit."""


def connection_class(limits: Limits, doorway: Doorway) -> type[HttpToolsProtocol]:
    """Return the class of connections under these limits; the doorway has words for refusals."""
    parts = {"limits": head_limits(limits), "doorway": doorway, "openings": Openings()}
    return type("LimitedConnection", (Connection,), parts)


class Connection(HttpToolsProtocol):
    """One connection of a client; uvicorn makes it, and hears of its end."""

    limits: HeadLimits
    doorway: Doorway
    openings: Openings
    app: App
    cycle: Cycle | None  # type: ignore[assignment]  # the one whose head came last

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Wait for the first head."""
        super().__init__(*args, **kwargs)
        self._in_head = False
        self._head_bytes = 0
        """What came of the head that has not ended, but for the part that is being read."""
        self._part_bytes = 0
        self._shares_part = False  # with the end of another request
        self._refusal = MALFORMED
        self._refused = False
        self._head_timer: asyncio.TimerHandle | None = None
        self._idle_timer: asyncio.TimerHandle | None = None
        self._idle_since = 0.0
        self._arriving: Cycle | None = None
        """The request that is not begun before what was received of it is read."""
        self._answering: Cycle | None = None
        self._queue: deque[Cycle] = deque()
        self._had_turn = False
        self._turn_comes = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Give the client its time for the first head."""
        super().connection_made(transport)
        self._ends = Ends(self.server, self.client, self.scheme or "http")
        self._head_timer = self.loop.call_later(self.limits.timeout_s, self._head_late)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell everybody who waits on this connection."""
        self._stop_head_timer()
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        self.connections.discard(self)
        for cycle in (self._answering, self.cycle, *self._queue):
            if cycle is not None:
                cycle.lose()
        self._queue.clear()
        self.flow.resume_writing()
        if exc is None:
            self.transport.close()
        self.parser = None  # type: ignore[assignment]  # which holds this connection

    def eof_received(self) -> bool:  # type: ignore[override]
        """Answer what was asked in full: a client may end its side of the connection first."""
        cycle = self.cycle
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
        self._had_turn = self._shares_part = False
        self._part_bytes = len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._unsupported_upgrade_warning()
        except httptools.HttpParserError:
            self.send_400_response("")
            return
        if self._arriving is not None:
            self._begin(self._arriving)
        if self._in_head:
            self._wait_for_head()

    def _wait_for_head(self) -> None:
        """Let a head that has not ended neither grow nor take time without bound."""
        if not self._shares_part:
            self._head_bytes += self._part_bytes
        if self._head_bytes > self.limits.size_bytes:
            self._refusal = TOO_LARGE
            self.send_400_response("")
        elif self._head_timer is None and not self.transport.is_closing():
            self._head_timer = self.loop.call_later(self.limits.timeout_s, self._head_late)

    # What the parser finds.

    def on_message_begin(self) -> None:
        """Begin with the next head."""
        self._in_head = True
        self.url = b""
        self.headers = []
        self.expect_100_continue = False

    def on_url(self, url: bytes) -> None:
        """Keep the target; a long one comes in pieces."""
        if self._head_bytes + len(url) > self.limits.size_bytes:
            self._refuse_head()
        self.url = self.url + url if self.url else url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header."""
        name = name.lower()
        self.headers.append((name, value))
        if len(self.headers) > self.limits.headers:
            self._refuse_head()
        if name == b"expect":
            self.expect_100_continue = value.lower() == b"100-continue"

    def on_headers_complete(self) -> None:
        """Make a request of the head, within its limits."""
        headers, parser, limits = self.headers, self.parser, self.limits
        # What was received is more than the head: a sum is needed only where that is much.
        received = self._head_bytes + self._part_bytes
        if received > limits.size_bytes and limits.are_broken(self.url, headers):
            self._refuse_head()
        self._in_head = False
        self._head_bytes = 0
        if self._head_timer is not None:
            self._stop_head_timer()
        crowded = self.limit_concurrency is not None and (
            len(self.connections) > self.limit_concurrency
        )
        version = parser.get_http_version()
        scope = make_scope(self._ends, parser.get_method(), self.url, version, headers)
        keep_alive = not crowded and version != "1.0" and parser.should_keep_alive()
        app = self.doorway.crowded if crowded else self.app
        cycle = Cycle(self, scope, app, keep_alive=keep_alive)
        cycle.waits_to_be_asked = self.expect_100_continue
        self.cycle = self._arriving = cycle

    def on_body(self, body: bytes) -> None:
        """Feed the request; what is not received for long is not read further."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            return
        cycle.feed(body)
        if cycle is not self._arriving and len(cycle.body) > HIGH_WATER_LIMIT:
            self.flow.pause_reading()

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._shares_part = True
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            return
        cycle.more_body = False
        cycle.wake()
        if cycle is self._arriving:
            self._begin(cycle)

    def _refuse_head(self) -> None:
        self._refusal = TOO_LARGE
        raise HeadRefusedError

    @property
    def has_queue(self) -> bool:
        """Whether requests wait behind the one that is being answered."""
        return bool(self._queue)

    # Requests, one after the other.

    def _begin(self, cycle: Cycle) -> None:
        """Start a request, or queue it: behind another one, and one a turn of the event loop."""
        self._arriving = None
        before = self._answering
        if self._had_turn or self._queue or not (before is None or before.response_complete):
            self.flow.pause_reading()
            self._queue.append(cycle)
            self._take_turn()
        else:
            self._start(cycle)

    def _take_turn(self) -> None:
        if not self._turn_comes:
            self._turn_comes = True
            self.loop.call_soon(self._start_next)

    def _start_next(self) -> None:
        self._turn_comes = False
        before = self._answering
        if self._queue and (before is None or before.response_complete):
            self._start(self._queue.popleft())

    def _start(self, cycle: Cycle) -> None:
        """Let the application do what it can at once; the rest of it goes on in a task."""
        self._had_turn = True
        self._answering = cycle
        rest = cycle.start()
        if rest is not None:
            task = self.loop.create_task(rest)
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    def on_response_complete(self) -> None:
        """Go on with the next request, or wait for one."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self._queue:
            self._take_turn()
            return
        # One timer a connection, which looks when it rings: setting one for each answer costs more.
        self._idle_since = self.loop.time()
        if self._idle_timer is None:
            self._idle_timer = self.loop.call_later(self.timeout_keep_alive, self._idle_end)

    def _idle_end(self) -> None:
        self._idle_timer = None
        busy = self._answering is not None and not self._answering.response_complete
        if busy or self._queue or self._head_timer is not None or self.transport.is_closing():
            return
        left_s = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left_s > 0:
            self._idle_timer = self.loop.call_later(left_s, self._idle_end)
        else:
            self.transport.close()

    # Refusals before there is a request.

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the refusal has its own words
        """Refuse what cannot be parsed, or may not be; then let the client read the answer."""
        self._refused = True
        self._stop_head_timer()
        cycle = self.cycle
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
        if self._in_head:
            self._refusal = TOO_LATE
            self.send_400_response("")
        else:
            self.transport.close()

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
