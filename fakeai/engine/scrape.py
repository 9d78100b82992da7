"""The pages that scrapers read: the metrics as text and as a summary."""

from __future__ import annotations

import sys
from contextlib import closing
from importlib import import_module
from typing import TYPE_CHECKING, Final, TypeAlias

from fakeai.core.clock import give_way
from fakeai.core.document import locate
from fakeai.core.error import ApiError
from fakeai.core.later import Later
from fakeai.core.loop import asyncio
from fakeai.core.problem import Problem
from fakeai.core.snapshot import Snapshot
from fakeai.engine.route import Route
from fakeai.engine.summary import summarize
from fakeai.pipeline.keyring import matches
from fakeai.pipeline.stage import Steps
from fakeai.wire.begin import DONE
from fakeai.wire.http import answer, cancel_when_gone

_TEXT: Final = "fakeai.wire.prometheus"

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence

    from fakeai.core.metric import Meter
    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.stage import Step
    from fakeai.spec.load import Loaded
    from fakeai.stages.metrics import Config
    from fakeai.wire import prometheus
    from fakeai.wire.face import Face
else:
    # The client library brings an HTTP server of its own; only a scraper needs it.
    prometheus = Later(_TEXT)

Pieces: TypeAlias = "tuple[Iterator[bytes], str]"
"""A page as it is made, and its media type."""


def scrape_pages(
    config: Config | None, meter: Meter, faces: Sequence[Face]
) -> dict[Route, list[Steps]]:
    """Return the steps of each page by its route; none without the section `metrics`."""
    if config is None:
        return {}
    check = [] if config.token is None else [Steps(enter=_compile_check(config.token))]
    desk = _Desk(meter)

    def text(snapshot: Snapshot, exchange: Exchange) -> Pieces:
        accept = str(exchange.received.get(b"accept", b""), "latin-1")
        return prometheus.exposition(snapshot, faces, accept)

    def summary(snapshot: Snapshot, _exchange: Exchange) -> Pieces:
        return summarize(snapshot), "application/json"

    return {
        Route.page(config.path): [*check, Steps(wait=_load), _page(desk, text)],
        Route.page(f"{config.path}.json"): [*check, _page(desk, summary)],
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


def _load(_exchange: Exchange) -> Awaitable[None] | None:
    """Load the client library, whose import takes as long as many tokens: in a thread."""
    return None if _TEXT in sys.modules else _loaded()


async def _loaded() -> None:
    await asyncio.to_thread(import_module, _TEXT)


class _Desk:
    """Makes one page at a time, a few milliseconds a turn: streams go on meanwhile.

    Whoever waits for another's page sees what is counted when its own is begun.
    """

    __slots__ = ("_lock", "_meter")

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._lock: asyncio.Lock | None = None

    async def page(
        self, exchange: Exchange, render: Callable[[Snapshot, Exchange], Pieces]
    ) -> tuple[bytes, str]:
        """Return a page and its media type."""
        lock = self._lock = self._lock or asyncio.Lock()
        async with lock:
            snapshot, text = Snapshot(), []
            with closing(snapshot.take(self._meter)) as steps:
                for _ in steps:
                    await give_way()
            pieces, media_type = render(snapshot, exchange)
            for piece in pieces:
                text.append(piece)
                await give_way()
        return b"".join(text), media_type


def _page(desk: _Desk, render: Callable[[Snapshot, Exchange], Pieces]) -> Steps:
    async def wait(exchange: Exchange) -> None:
        with cancel_when_gone(exchange.scope, exchange.receive, exchange.mark_gone):
            body, media_type = await desk.page(exchange, render)
        exchange.status, exchange.sent_bytes = 200, len(body)
        headers = [*exchange.headers, (b"content-type", media_type.encode())]
        await (answer(exchange.scope, exchange.send, 200, headers, body) or DONE)

    return Steps(wait=wait)


def _compile_check(token: str) -> Step:
    """Return the step that refuses a scraper without the token."""

    def enter(exchange: Exchange) -> None:
        if not matches(exchange.credential, token):
            raise ApiError("unauthenticated", "The metrics need the token of the spec.")

    return enter
