"""Doorway: answers to connections whose request reaches no endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from fakeai.core.error import ApiError
from fakeai.engine.arrival import Arrival
from fakeai.engine.endpoint import compile_app
from fakeai.pipeline.exchange import NO_SCOPE, Exchange
from fakeai.pipeline.refuse import compile_refusal
from fakeai.pipeline.run import compile_run
from fakeai.pipeline.stage import Steps
from fakeai.wire.http import JSON_TYPE

if TYPE_CHECKING:
    from http import HTTPStatus

    from fakeai.engine.compile import Engine
    from fakeai.engine.endpoint import App

#: When a client that found no place may try again.
_RETRY_S = 1.0


class Doorway:
    """Refuses in the protocol that the spec gives to errors outside all endpoints."""

    def __init__(self, engine: Engine) -> None:
        """Compile the answer to connections beyond the limit."""
        self._dialect = engine.dialects[engine.loaded.spec.fallback_protocol]
        self._arrival = Arrival(self._dialect, engine.addresses, engine.outside.rng)
        self._clock = engine.outside.clock
        fail = compile_refusal(self._dialect, engine.outside.log)
        run = compile_run([Steps(enter=_turn_away)], fail, engine.outside.log)
        self.crowded: App = compile_app(run, self._clock, self._arrival)

    def refusal(self, status: HTTPStatus, error: ApiError) -> bytes:
        """Return the whole answer to a head that is not read to its end."""
        exchange = Exchange({**NO_SCOPE}, _nothing, _nothing)
        exchange.started, exchange.wall = self._clock.now(), self._clock.wall()
        self._arrival.read(exchange)
        view = msgspec.structs.replace(self._dialect.view(exchange, error), status=status.value)
        body = self._dialect.error_body(exchange, view)
        length = (b"content-length", b"%d" % len(body))
        headers = [*self._dialect.head(exchange), JSON_TYPE, length, (b"connection", b"close")]
        lines = b"".join(b"%b: %b\r\n" % header for header in headers)
        return b"HTTP/1.1 %d %b\r\n%b\r\n%b" % (status, status.phrase.encode(), lines, body)


def _turn_away(_exchange: Exchange) -> None:
    message = "There are more connections than this server takes."
    raise ApiError("overloaded", message, retry_after_s=_RETRY_S)


async def _nothing(*_args: Any) -> None:
    """Stand in for a connection: what is refused here is written by the connection itself."""
