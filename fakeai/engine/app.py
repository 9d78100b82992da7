"""Engine to Litestar: routes, unknown paths, the API description."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import msgspec
from litestar import Litestar, Request, Response, route
from litestar.enums import HttpMethod
from litestar.exceptions import MethodNotAllowedException, NotFoundException
from litestar.types import ASGIApp  # noqa: TC002 - Litestar reads the annotation

from fakeai.engine.admin import admin_apps
from fakeai.engine.cors import cors_rules, with_cors
from fakeai.engine.dispatch import mounts
from fakeai.engine.openapi import describe
from fakeai.engine.route import Route, parse_route

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from litestar.handlers import HTTPRouteHandler
    from litestar.plugins import PluginProtocol

    from fakeai.engine.compile import Engine
    from fakeai.engine.dispatch import Mount
    from fakeai.engine.endpoint import App
    from fakeai.pipeline.exchange import Receive, Scope, Send


#: What a page of the server's own answers.
_READING: Final = (HttpMethod.GET, HttpMethod.HEAD)


def create_app(engine: Engine) -> App:
    """Return the application that serves an engine: its routes, with CORS around them."""
    mounted = mounts(engine.endpoints, engine.unrouted)
    app = _shortcut(mounted, _router(engine, mounted))
    rules = cors_rules(engine.loaded)
    return app if rules is None else with_cors(app, rules)


def _shortcut(mounted: list[Mount], router: Any) -> App:
    """Take a path without parameters straight to its endpoint; the router takes the rest."""
    exact = {
        (method, mount.route.path): mount.app
        for mount in mounted
        for method in mount.route.methods
        if not mount.route.parameters
    }
    find = exact.get

    def app(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        endpoint = find((scope["method"], scope["path"])) if "method" in scope else None
        if endpoint is None:
            return router(scope, receive, send)  # type: ignore[no-any-return]
        scope["path_params"] = {}
        return endpoint(scope, receive, send)

    return app


class _Router(Litestar):
    """Litestar without its plug-ins for model libraries: no handler here takes or gives a model.

    Loading them, where a program has such a library, would be a fifth of the start.
    """

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return plugins


def _router(engine: Engine, mounted: list[Mount]) -> Litestar:
    """Return the Litestar application that routes to an engine's endpoints."""
    unrouted = _unrouted(engine.unrouted)
    return _Router(
        route_handlers=[
            *(_mount(m.name, m.route.methods, m.route, m.app) for m in mounted),
            *(_mount("page", page.methods, page, app) for page, app in engine.pages.items()),
            *_admin(engine),
            *_pages(engine),
        ],
        exception_handlers={NotFoundException: unrouted, MethodNotAllowedException: unrouted},
        openapi_config=None,
        logging_config=None,
    )


def _mount(name: str, methods: tuple[str, ...], where: Route, app: App) -> HTTPRouteHandler:
    """Mount a compiled endpoint: a handler that returns the ASGI app it routes to."""
    target: Any = app

    def handler() -> ASGIApp:
        return target  # type: ignore[no-any-return]

    handler.__name__ = name
    verbs: Any = list(methods)
    path = where.litestar_path
    return route(path, http_method=verbs, status_code=200, sync_to_thread=False)(handler)


def _admin(engine: Engine) -> list[HTTPRouteHandler]:
    """Mount the admin routes, if the spec has any."""
    mounted = []
    for method, path, app in admin_apps(engine):
        where = parse_route(f"{method} {path}")
        if isinstance(where, Route):
            mounted.append(_mount("admin", where.methods, where, app))
    return mounted


def _unrouted(app: Any) -> Callable[[Request[Any, Any, Any], Exception], Response[None]]:
    """Return the exception handler that lets the compiled pipeline answer 404 and 405."""

    class Unrouted(Response[None]):
        def to_asgi_response(self, *_args: Any, **_kwargs: Any) -> Any:
            return app

    return lambda _request, _exception: Unrouted(None)


def _pages(engine: Engine) -> list[HTTPRouteHandler]:
    """Return the API description and the page that shows it."""

    @cache
    def document() -> bytes:
        return msgspec.json.encode(describe(engine))

    @route(
        "/openapi.json", http_method=_READING, sync_to_thread=False, media_type="application/json"
    )
    def openapi() -> bytes:
        return document()

    @route("/docs", http_method=_READING, sync_to_thread=False, media_type="text/html")
    def docs() -> bytes:
        return files("fakeai.engine").joinpath("static/docs.html").read_bytes()

    return [openapi, docs]
