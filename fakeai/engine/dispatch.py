"""Dispatch: which row, or which protocol's refusal, a request gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable

    from fakeai.engine.compile import CompiledEndpoint
    from fakeai.engine.endpoint import App
    from fakeai.engine.route import Route
    from fakeai.pipeline.exchange import Receive, Scope, Send


class Mount(NamedTuple):
    """What answers one route."""

    name: str
    route: Route
    app: App


def mounts(endpoints: Iterable[CompiledEndpoint], unrouted: App) -> list[Mount]:
    """Return one mount for each route; a row that has its route to itself is called directly.

    `unrouted` answers what no row of a shared route takes.
    """
    shared: dict[tuple[str, str], list[CompiledEndpoint]] = {}
    for endpoint in endpoints:
        shared.setdefault(endpoint.route.shape, []).append(endpoint)
    return [Mount(rows[0].name, rows[0].route, _one_of(rows, unrouted)) for rows in shared.values()]


def _one_of(rows: list[CompiledEndpoint], unrouted: App) -> App:
    choices = [(row.row.when.header.lower().encode(), row.app) for row in rows if row.row.when]
    other = next((row.app for row in rows if row.row.when is None), unrouted)
    if not choices:
        return other

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        given = {name for name, _ in scope["headers"]}
        chosen = next((app for header, app in choices if header in given), other)
        await chosen(scope, receive, send)

    return app


def unrouted_app(endpoints: Iterable[CompiledEndpoint], apps: dict[str, App], fallback: str) -> App:
    """Return what refuses in the protocol of the endpoint that has the path, for other methods.

    `apps` are the refusals by protocol. Unknown paths are refused in the `fallback` one.
    """
    other = apps[fallback]
    if len(apps) == 1:
        return other
    rows = [
        (e.route.pattern(), e.row.when and e.row.when.header.lower().encode(), apps[e.row.protocol])
        for e in endpoints
    ]
    # A header says more than a path.
    rows.sort(key=lambda row: row[1] is None)

    def app(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        path, given = scope["path"], {name for name, _ in scope["headers"]}
        fits = (
            refuse
            for pattern, header, refuse in rows
            if (header is None or header in given) and pattern.fullmatch(path)
        )
        return next(fits, other)(scope, receive, send)

    return app
