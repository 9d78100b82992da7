"""Engine to Litestar: routes, unknown paths, the API description."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Litestar, Request, Response, get, route
from litestar.exceptions import MethodNotAllowedException, NotFoundException
from litestar.types import ASGIApp  # noqa: TC002 - Litestar reads the annotation

from fakeai.engine.openapi import describe

if TYPE_CHECKING:
    from collections.abc import Callable

    from litestar.handlers import HTTPRouteHandler

    from fakeai.engine.compile import CompiledEndpoint, Engine


def create_app(engine: Engine) -> Litestar:
    """Return the Litestar application that routes to an engine's endpoints."""
    unrouted = _unrouted(engine.unrouted)
    return Litestar(
        route_handlers=[*(_mount(endpoint) for endpoint in engine.endpoints), *_pages(engine)],
        exception_handlers={NotFoundException: unrouted, MethodNotAllowedException: unrouted},
        openapi_config=None,
        logging_config=None,
    )


def _mount(endpoint: CompiledEndpoint) -> HTTPRouteHandler:
    """Mount a compiled endpoint: a handler that returns the ASGI app it routes to."""
    app: Any = endpoint.app

    def handler() -> ASGIApp:
        return app  # type: ignore[no-any-return]

    handler.__name__ = endpoint.name
    path = endpoint.route.litestar_path
    methods: Any = list(endpoint.route.methods)
    return route(path, http_method=methods, status_code=200, sync_to_thread=False)(handler)


def _unrouted(app: Any) -> Callable[[Request[Any, Any, Any], Exception], Response[None]]:
    """Return the exception handler that lets the compiled pipeline answer 404 and 405."""

    class Unrouted(Response[None]):
        def to_asgi_response(self, *_args: Any, **_kwargs: Any) -> Any:
            return app

    return lambda _request, _exception: Unrouted(None)


def _pages(engine: Engine) -> list[HTTPRouteHandler]:
    """Return the API description and the page that shows it."""
    document = msgspec.json.encode(describe(engine))
    page = files("fakeai.engine").joinpath("static/docs.html").read_bytes()

    @get("/openapi.json", sync_to_thread=False, media_type="application/json")
    def openapi() -> bytes:
        return document

    @get("/docs", sync_to_thread=False, media_type="text/html")
    def docs() -> bytes:
        return page

    return [openapi, docs]
