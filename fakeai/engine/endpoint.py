"""One row of the route table as one ASGI app."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from fakeai.core.error import ApiError
from fakeai.pipeline.exchange import Exchange
from fakeai.pipeline.stage import Steps

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from fakeai.pipeline.exchange import Receive, Scope, Send
    from fakeai.pipeline.stage import Outside, WaitingStep

    App = Callable[[Scope, Receive, Send], Awaitable[None]]

_SANE_ID: Final = re.compile(rb"[A-Za-z0-9._:-]{1,128}")
_ID_BITS: Final = 128


def compile_app(run: WaitingStep, outside: Outside, id_prefix: str, rest: str | None = None) -> App:
    """Return the ASGI app that takes each request through a pipeline.

    `rest` names the path parameter that takes several parts; the router leaves a slash on it.
    """
    clock, rng = outside.clock, outside.rng
    unique_bits = rng.unique_bits

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        exchange = Exchange(scope, receive, send)
        if rest is not None:
            scope["path_params"][rest] = scope["path_params"][rest].removeprefix("/")
        exchange.started = clock.now()
        exchange.wall = clock.wall()
        unique = f"{unique_bits(_ID_BITS):032x}"
        exchange.id = unique
        exchange.request_id = _given_id(scope) or id_prefix + unique
        await run(exchange)

    return app


def _given_id(scope: Scope) -> str | None:
    """Return the client's own request id, if it is fit for a header and a log line."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _SANE_ID.fullmatch(value):
            return str(value, "ascii")
    return None


def not_routed(allowed: Callable[[str], list[str]]) -> Steps:
    """Return the step that refuses a request no endpoint takes.

    `allowed` gives the methods that a path has; none means that the path is unknown.
    """

    def enter(exchange: Exchange) -> None:
        scope: Any = exchange.scope
        method, path = scope["method"], scope["path"]
        methods = allowed(path)
        if not methods:
            message = f"Unknown URL: {method} {path}"
            raise ApiError("unknown_route", message, details={"method": method, "path": path})
        names = ", ".join(methods)
        message = f"Method {method} is not allowed on {path}; allowed: {names}"
        details = {"method": method, "path": path, "allowed": names}
        raise ApiError("wrong_method", message, details=details)

    return Steps(enter=enter)
