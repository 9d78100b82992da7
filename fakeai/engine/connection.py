"""Connections: HTTP/1.1, the head of a request limited.

A request whose body came with its head is answered before its bytes are let go: no task, no
event, no timer. What has to wait goes on in a task, as in uvicorn's own protocol, of which this
is the lean form.
"""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Any, Final

from uvicorn.protocols.utils import get_local_addr, get_remote_addr, is_ssl

from fakeai.engine.cycle import Cycle
from fakeai.engine.flow import Flow
from fakeai.engine.head import TOO_LARGE, TOO_LATE, head_limits
from fakeai.engine.heads import Heads
from fakeai.engine.lines import INTERIM, Openings
from fakeai.engine.parsing import Parsing
from fakeai.engine.starts import Starts
from fakeai.engine.turns import Turns

if TYPE_CHECKING:
    import uvicorn
    from uvicorn.server import ServerState

    from fakeai.engine.doorway import Doorway
    from fakeai.engine.endpoint import App
    from fakeai.pipeline.exchange import Scope
    from fakeai.spec.server import Limits

#: How long a refused client may go on sending before the connection is cut, so that it can read.
_LINGER_S: Final = 1.0
#: A client that has closed both sides answers a write with a reset, and the next write finds it
#: gone: at once where it is near. Until the answer begins, interim ones can be written, and then
#: what means nothing in it; each pause is twice as long as the last.
_PROBE_S: Final = 0.01


def connection_class(limits: Limits, doorway: Doorway) -> type[asyncio.Protocol]:
    """Return the class of connections under these limits; the doorway has words for refusals."""
    parts = {
        "__slots__": (),
        "limits": head_limits(limits),
        "doorway": doorway,
        "heads": Heads(),
        "openings": Openings(),
        "starts": Starts(),
    }
    return type("LimitedConnection", (Connection,), parts)


class Connection(Parsing, asyncio.Protocol):
    """One connection of a client; uvicorn makes it, and hears of its end."""

    __slots__ = (
        "_app",
        "_crowd_max",
        "_head_timer",
        "_is_extra",
        "_refused",
        "loop",
        "state",
        "transport",
    )

    doorway: Doorway
    openings: Openings
    starts: Starts
    transport: asyncio.Transport

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],  # noqa: ARG002 - what uvicorn's lifespan keeps; we keep nothing
        _loop: Any = None,
    ) -> None:
        """Wait for the first head."""
        super().__init__()
        if not config.loaded:
            config.load()
        self.loop = _loop or asyncio.get_running_loop()
        self.state = server_state
        self._app: App = config.loaded_app
        self._crowd_max = config.limit_concurrency or math.inf
        self._refused = False
        self._head_timer: asyncio.TimerHandle | None = None
        self.turns = Turns(config.timeout_keep_alive)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Give the client its time for the first head."""
        self.state.connections.add(self)  # type: ignore[arg-type]  # no class of uvicorn's own
        self._is_extra = len(self.state.connections) > self._crowd_max
        self.transport = transport
        self.flow = Flow(transport)
        scheme = "https" if is_ssl(transport) else "http"
        server, client = get_local_addr(transport), get_remote_addr(transport)
        self._ends = {"server": server, "client": client, "scheme": scheme}
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
        self._probe(cycle)
        return True

    def _probe(self, cycle: Cycle, pause_s: float = _PROBE_S) -> None:
        """Ask a client that sends no more whether it still reads."""
        if cycle.response_complete or self.transport.is_closing():
            return
        if cycle.response_started:
            if cycle.ask is not None:
                cycle.ask()
        # Behind another answer it would fall into its middle.
        elif cycle.scope["http_version"] == "1.1" and not self.turns.has_queue:
            self.transport.write(INTERIM)
        self.loop.call_later(pause_s, self._probe, cycle, 2 * pause_s)

    def data_received(self, data: bytes) -> None:
        """Parse, and begin what came; a head that does not end counts before it is known."""
        if self._refused:
            return
        if not self.read(data):
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

    def begin_request(self, scope: Scope, *, keep_alive: bool) -> Cycle:
        """Let the application have it, or turn it away when the house is full."""
        if self._head_timer is not None:
            self._stop_head_timer()
        # Whoever is served already is not turned away for those who come later.
        if self._is_extra:
            self._is_extra = len(self.state.connections) > self._crowd_max
        app = self.doorway.crowded if self._is_extra else self._app
        cycle = Cycle(self, scope, app, keep_alive=keep_alive and not self._is_extra)
        self._latest = self.turns.arriving = cycle
        return cycle

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
