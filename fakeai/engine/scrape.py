"""The pages that scrapers read: the metrics as text and as a summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from fakeai.core.document import locate
from fakeai.core.error import ApiError
from fakeai.core.later import Later
from fakeai.core.problem import Problem
from fakeai.engine.route import Route
from fakeai.engine.summary import summarize
from fakeai.pipeline.keyring import matches
from fakeai.pipeline.stage import Steps
from fakeai.wire.http import answer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from fakeai.core.metric import Meter
    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.stage import Step
    from fakeai.spec.load import Loaded
    from fakeai.stages.metrics import Config
    from fakeai.wire import prometheus
    from fakeai.wire.face import Face
else:
    # The client library brings an HTTP server of its own; only a scraper needs it.
    prometheus = Later("fakeai.wire.prometheus")


def scrape_pages(
    config: Config | None, meter: Meter, faces: Sequence[Face], now: Callable[[], float]
) -> dict[Route, list[Steps]]:
    """Return the steps of each page by its route; none without the section `metrics`."""
    if config is None:
        return {}
    check = [] if config.token is None else [Steps(enter=_compile_check(config.token))]

    def text(exchange: Exchange) -> tuple[bytes, str]:
        accept = str(exchange.received.get(b"accept", b""), "latin-1")
        return prometheus.Exposition(meter, faces).encode(accept)

    def summary(_exchange: Exchange) -> tuple[bytes, str]:
        return msgspec.json.encode(summarize(meter)), "application/json"

    return {
        Route.page(config.path): [*check, _page(text, now)],
        Route.page(f"{config.path}.json"): [*check, _page(summary, now)],
    }


def check_paths(
    loaded: Loaded, pages: Iterable[Route], routes: Iterable[Route], problems: list[Problem]
) -> None:
    """Check that no other route has the path of a page."""
    taken = {route.shape for route in routes}
    place = locate(loaded.node, ["metrics", "path"]).place
    problems.extend(
        Problem(
            code="FA036",
            place=place,
            path="metrics.path",
            message=f"`GET {page.path}` is already taken",
        )
        for page in pages
        if page.shape in taken
    )


def _page(render: Callable[[Exchange], tuple[bytes, str]], now: Callable[[], float]) -> Steps:
    def wait(exchange: Exchange) -> Awaitable[None] | None:
        body, media_type = render(exchange)
        exchange.status, exchange.sent_bytes, exchange.first_sent = 200, len(body), now()
        headers = [*exchange.headers, (b"content-type", media_type.encode())]
        return answer(exchange.scope, exchange.send, 200, headers, body)

    return Steps(wait=wait)


def _compile_check(token: str) -> Step:
    """Return the step that refuses a scraper without the token."""

    def enter(exchange: Exchange) -> None:
        if not matches(exchange.credential, token):
            raise ApiError("unauthenticated", "The metrics need the token of the spec.")

    return enter
