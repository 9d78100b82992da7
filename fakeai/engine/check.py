"""What only the engine can check: the pipeline's order and the routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fakeai.core.document import locate, path_text
from fakeai.core.nearest import did_you_mean, near_misses
from fakeai.core.problem import Problem, Related
from fakeai.engine.admin import PAGES
from fakeai.engine.route import Route, parse_route
from fakeai.engine.table import GENERATE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from fakeai.core.document import Node
    from fakeai.pipeline.stage import Stage
    from fakeai.spec.endpoint import Endpoint
    from fakeai.spec.load import Loaded
    from fakeai.spec.model import Spec

#: Fields of the exchange that have no neutral value: who reads one needs its writer.
REQUIRED: Final = frozenset({"request", "inputs", "model", "context", "outcome"})
#: The stage that sends the answer.
_LAST: Final = "respond"
#: The API description, and the page that shows it.
_OWN: Final = ("GET /openapi.json", "GET /docs")


def check_pipeline(
    loaded: Loaded,
    stages: Mapping[str, Stage],
    generators: Mapping[str, Stage],
    problems: list[Problem],
) -> None:
    """Check the names in `pipeline:`, that none stands twice, and the flow of data."""
    order = loaded.spec.pipeline
    known = [*stages, GENERATE]
    for position, name in enumerate(order):
        path: list[str | int] = ["pipeline", position]
        if name not in known:
            problems.append(_unknown(loaded.node, path, "stage", name, known))
        elif name in order[:position]:
            message = f"`{name}` stands twice in the pipeline"
            problems.append(_problem(loaded.node, path, "FA033", message))
    _check_flow(loaded, stages, generators, problems)
    _check_end(loaded, known, problems)
    _check_rows(loaded, stages, generators, problems)


def _check_rows(
    loaded: Loaded,
    stages: Mapping[str, Stage],
    generators: Mapping[str, Stage],
    problems: list[Problem],
) -> None:
    for name, row in loaded.spec.endpoints.items():
        here: list[str | int] = ["endpoints", name]
        if row.generate and row.generate not in generators:
            where = [*here, "generate"]
            problems.append(_unknown(loaded.node, where, "generator", row.generate, generators))
        for position, skipped in enumerate(row.skip):
            where = [*here, "skip", position]
            if skipped not in stages:
                problems.append(_unknown(loaded.node, where, "stage", skipped, stages))
            elif skipped == _LAST:
                message = f"without `{_LAST}`, requests are never answered"
                problems.append(_problem(loaded.node, where, "FA039", message))


def _check_end(loaded: Loaded, known: Collection[str], problems: list[Problem]) -> None:
    """What sends the answer must be there, and nothing can follow it."""
    order = loaded.spec.pipeline
    if _LAST in order[:-1]:
        message = f"`{_LAST}` must be the last stage: it sends the answer"
        path: list[str | int] = ["pipeline", order.index(_LAST)]
        problems.append(_problem(loaded.node, path, "FA039", message))
    elif loaded.spec.endpoints and _LAST not in order and set(order) <= set(known):
        given = loaded.node.children.get("pipeline", loaded.node)
        message = f"without `{_LAST}` as its last stage, requests are never answered"
        place = given.key_place or given.place
        problems.append(Problem(code="FA039", place=place, path="pipeline", message=message))


def _check_flow(
    loaded: Loaded,
    stages: Mapping[str, Stage],
    generators: Mapping[str, Stage],
    problems: list[Problem],
) -> None:
    """Every stage must stand after those that write what it reads."""
    order = loaded.spec.pipeline
    writers: dict[str, list[str]] = {}
    for name in order:
        for field in _writes(name, stages, generators):
            writers.setdefault(field, []).append(name)
    # An endpoint has one generator only, in the place of `generate`.
    homes = {f: GENERATE for s in generators.values() for f in s.writes}
    homes |= {f: s.name for s in stages.values() for f in s.writes}
    for position, name in enumerate(order):
        for field in sorted(_reads(name, stages, generators)):
            late = [w for w in writers.get(field, ()) if order.index(w) > position]
            if not late and field in writers:
                continue
            home = late[0] if late else homes.get(field)
            if home is None or home == name or (not late and field not in REQUIRED):
                continue
            message = f"`{name}` reads `{field}`, which `{home}` writes"
            message += " later in the pipeline" if late else ", and that is not in the pipeline"
            problems.append(_problem(loaded.node, ["pipeline", position], "FA034", message))
            break


def _writes(
    name: str, stages: Mapping[str, Stage], generators: Mapping[str, Stage]
) -> frozenset[str]:
    if name == GENERATE:
        return frozenset().union(*(g.writes for g in generators.values()))
    return stages[name].writes if name in stages else frozenset()


def _reads(
    name: str, stages: Mapping[str, Stage], generators: Mapping[str, Stage]
) -> frozenset[str]:
    if name == GENERATE:
        return frozenset().union(*(g.reads for g in generators.values()))
    return stages[name].reads if name in stages else frozenset()


def own_routes(spec: Spec) -> list[Route]:
    """Return the routes for which no row of the route table stands."""
    admin = spec.server.admin
    pages = [] if admin is None else [f"{page.method} {admin.path}{page.path}" for page in PAGES]
    parsed = [parse_route(text) for text in (*_OWN, *pages)]
    return [route for route in parsed if isinstance(route, Route)]


def check_routes(loaded: Loaded, problems: list[Problem]) -> dict[str, Route]:
    """Return every endpoint's route; bad ones and two of the same are problems.

    Rows that `when` tells apart may share a route, if they name its parameters alike.
    """
    own = {route.shape for route in own_routes(loaded.spec)}
    routes: dict[str, Route] = {}
    sharing: dict[tuple[str, str], list[str]] = {}
    for name, row in loaded.spec.endpoints.items():
        path: list[str | int] = ["endpoints", name, "route"]
        route = parse_route(row.route)
        if isinstance(route, str):
            problems.append(_problem(loaded.node, path, "FA035", f"bad route: {route}"))
            continue
        if route.shape in own:
            message = f"`{row.route}` is a page of the server's own"
            problems.append(_problem(loaded.node, path, "FA036", message))
            continue
        others = sharing.setdefault(route.shape, [])
        rows = loaded.spec.endpoints
        alike = (o for o in others if routes[o].path != route.path or _same(rows[o], row))
        first = next(alike, None)
        if first is not None:
            other = locate(loaded.node, ["endpoints", first, "route"])
            message = f"`{row.route}` is already taken by the endpoint `{first}`"
            related = (Related(other.place, f"`{first}` is here"),)
            problems.append(_problem(loaded.node, path, "FA036", message, related=related))
            continue
        others.append(name)
        routes[name] = route
    return routes


def _same(one: Endpoint, other: Endpoint) -> bool:
    """Say whether two rows take the same requests of their route."""
    headers = [row.when.header.lower() if row.when else None for row in (one, other)]
    return headers[0] == headers[1]


def _unknown(
    node: Node, path: list[str | int], what: str, name: str, known: Collection[str]
) -> Problem:
    near = near_misses(name, known)
    return Problem(
        code="FA032",
        place=locate(node, path).place,
        path=path_text(path),
        message=f"unknown {what} `{name}`",
        hint=did_you_mean(near) or f"there are: {', '.join(known)}",
        replacement=near[0] if len(near) == 1 else None,
    )


def _problem(
    node: Node,
    path: list[str | int],
    code: str,
    message: str,
    *,
    related: tuple[Related, ...] = (),
) -> Problem:
    place = locate(node, path).place
    return Problem(code=code, place=place, path=path_text(path), message=message, related=related)
