"""CORS: preflights before everything, headers on every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from fakeai.core.document import locate
from fakeai.core.problem import Problem, Related
from fakeai.spec.units import seconds
from fakeai.wire.http import LINE
from fakeai.wire.origins import Cors, CorsRules, is_preflight, origin_problems

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from fakeai.core.document import Node
    from fakeai.core.problem import Place
    from fakeai.engine.endpoint import App
    from fakeai.pipeline.exchange import Header, Receive, Scope, Send
    from fakeai.spec.load import Loaded
    from fakeai.wire.http import Line

_ORIGINS: Final = "allow_origins"
_REGEXES: Final = "allow_origin_regexes"


def with_cors(app: App, rules: CorsRules) -> App:
    """Return the application with CORS around it."""
    cors = Cors(rules)

    def answer(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] != "http":
            return app(scope, receive, send)
        headers = cors.same
        if headers is None or scope["method"] == "OPTIONS":
            sent: dict[bytes, bytes] = dict(scope["headers"])
            origin = sent.get(b"origin")
            if origin is not None and is_preflight(scope["method"], scope["headers"]):
                wanted = sent.get(b"access-control-request-headers", b"")
                return _send_preflight(send, cors.preflight(origin, wanted) or cors.headers(origin))
            headers = cors.headers(origin)
        line: Line | None = scope.get(LINE)
        if line is not None:
            line.added = headers
            return app(scope, receive, send)

        # Not a coroutine itself: a stream sends thousands of messages through it.
        def send_with_headers(message: dict[str, object]) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                given: list[Header] = message["headers"]  # type: ignore[assignment]
                message["headers"] = [*given, *headers]
            return send(message)

        return app(scope, receive, send_with_headers)

    return answer


async def _send_preflight(send: Send, headers: tuple[Header, ...]) -> None:
    """Without the headers that allow it, the browser does not send the request."""
    await send({"type": "http.response.start", "status": 204, "headers": list(headers)})
    await send({"type": "http.response.body", "body": b""})


def cors_rules(loaded: Loaded) -> CorsRules | None:
    """Return the spec's CORS rules, if it has any."""
    given = loaded.spec.server.cors
    if given is None:
        return None
    return CorsRules(
        origins=given.allow_origins,
        origin_regexes=given.allow_origin_regexes,
        methods=given.allow_methods,
        headers=given.allow_headers,
        expose_headers=given.expose_headers,
        credentials=given.allow_credentials,
        max_age_s=round(seconds(given.max_age)),
    )


def check_cors(loaded: Loaded, problems: list[Problem]) -> None:
    """Check the origins; any origin together with credentials is a problem."""
    rules = cors_rules(loaded)
    if rules is None:
        return
    none = replace(rules, origins=(), origin_regexes=())
    alone = [
        *((_ORIGINS, at, replace(none, origins=(o,))) for at, o in enumerate(rules.origins)),
        *(
            (_REGEXES, at, replace(none, origin_regexes=(r,)))
            for at, r in enumerate(rules.origin_regexes)
        ),
    ]
    credentials = locate(loaded.node, ["server", "cors"]).children.get("allow_credentials")
    related: tuple[Related, ...] = ()
    if rules.credentials and credentials is not None:
        related = (Related(credentials.place, "credentials are let through here"),)
    for field, position, rule in alone:
        place = _place(loaded.node, field, position)
        path = f"server.cors.{field}"
        problems.extend(
            Problem(code="FA025", place=place, path=path, message=message, related=related)
            for message in origin_problems(rule)
        )


def _place(node: Node, field: str, position: int) -> Place:
    """Return where an entry stands; where the list is the default, what stands around it."""
    cors = locate(node, ["server", "cors"])
    entries = cors.children.get(field)
    if entries is None:
        return cors.key_place or cors.place
    return locate(entries, [position]).place
