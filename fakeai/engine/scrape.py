"""The pages that scrapers read: the metrics as text and as a summary."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Final

import msgspec

from fakeai.core.document import locate
from fakeai.core.error import ApiError
from fakeai.core.problem import Problem
from fakeai.engine.summary import summarize
from fakeai.pipeline.stage import Steps
from fakeai.wire.http import send_whole
from fakeai.wire.prometheus import Exposition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from fakeai.core.metric import Meter
    from fakeai.engine.route import Route
    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.stage import Step
    from fakeai.spec.load import Loaded
    from fakeai.stages.metrics import Config
    from fakeai.wire.prometheus import Face

_HASHED: Final = "sha256:"


def scrape_pages(
    config: Config | None, meter: Meter, faces: Sequence[Face], now: Callable[[], float]
) -> dict[str, list[Steps]]:
    """Return the steps of each page by its path; none without the section `metrics`."""
    if config is None:
        return {}
    exposition = Exposition(meter, faces)
    check = [] if config.token is None else [Steps(enter=_compile_check(config.token))]

    def text(exchange: Exchange) -> tuple[bytes, str]:
        return exposition.encode(_header(exchange, b"accept"))

    def summary(_exchange: Exchange) -> tuple[bytes, str]:
        return msgspec.json.encode(summarize(meter)), "application/json"

    return {
        config.path: [*check, _page(text, now)],
        f"{config.path}.json": [*check, _page(summary, now)],
    }


def check_paths(
    loaded: Loaded, pages: Iterable[str], routes: Iterable[Route], problems: list[Problem]
) -> None:
    """Check that no endpoint of the spec has the path of a page."""
    taken = {route.path for route in routes if route.method == "GET"}
    place = locate(loaded.node, ["metrics", "path"]).place
    problems.extend(
        Problem(
            code="FA036",
            place=place,
            path="metrics.path",
            message=f"`GET {path}` is already taken by an endpoint",
        )
        for path in pages
        if path in taken
    )


def _page(render: Callable[[Exchange], tuple[bytes, str]], now: Callable[[], float]) -> Steps:
    async def wait(exchange: Exchange) -> None:
        body, media_type = render(exchange)
        exchange.status, exchange.sent_bytes, exchange.first_sent = 200, len(body), now()
        headers = [*exchange.headers, (b"content-type", media_type.encode())]
        await send_whole(exchange.send, 200, headers, body)

    return Steps(wait=wait)


def _compile_check(token: str) -> Step:
    """Return the step that refuses a scraper without the token."""
    hashed = token.removeprefix(_HASHED) if token.startswith(_HASHED) else _digest(token)

    def enter(exchange: Exchange) -> None:
        scheme, _, given = _header(exchange, b"authorization").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(_digest(given), hashed):
            raise ApiError("unauthenticated", "The metrics need the bearer token of the spec.")

    return enter


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _header(exchange: Exchange, wanted: bytes) -> str:
    for name, value in exchange.scope["headers"]:
        if name == wanted:
            return str(value, "latin-1")
    return ""
