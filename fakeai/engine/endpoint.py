"""One row of the route table as one ASGI app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fakeai.core.error import ApiError
from fakeai.engine.route import path_parameters
from fakeai.pipeline.exchange import Exchange
from fakeai.pipeline.stage import Steps

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from fakeai.core.clock import Clock
    from fakeai.engine.arrival import Arrival
    from fakeai.pipeline.exchange import Receive, Scope, Send
    from fakeai.pipeline.run import Run

    App = Callable[[Scope, Receive, Send], Awaitable[None]]


def compile_app(run: Run, clock: Clock, arrival: Arrival, rest: str | None = None) -> App:
    """Return the ASGI app that takes each request through a pipeline.

    It does what need not wait before it is awaited, and returns `DONE` where that was all.
    `rest` names the path parameter that takes several parts.
    """
    read_head = arrival.read

    def app(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        exchange = Exchange(scope, receive, send)
        found = scope.get("path_params")
        if found:
            scope["path_params"] = path_parameters(found, rest)
        exchange.started = clock.now()
        exchange.wall = clock.wall()
        read_head(exchange)
        return run(exchange)

    return app


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
