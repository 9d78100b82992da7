"""Scrape: the pages of the metrics."""

from __future__ import annotations

import asyncio
import sys
import threading
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from fakeai.core import snapshot
from fakeai.core.clock import give_way, settle
from fakeai.core.problem import SpecError
from fakeai.engine import scrape
from fakeai.wire import prometheus
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


async def test_the_format_is_negotiated(tmp_path: Path) -> None:
    """OpenMetrics for those who ask for it."""
    world = World(tmp_path)
    plain = await world.send("GET", "/metrics")
    accept = {"accept": "application/openmetrics-text; version=1.0.0"}
    asked = await world.send("GET", "/metrics", headers=accept)

    assert plain.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert asked.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert asked.body.endswith(b"# EOF\n")


async def test_head_has_the_length_of_get(tmp_path: Path) -> None:
    """Load tools look whether the page is there before they read it."""
    world = World(tmp_path)
    get, head = await world.send("GET", "/metrics"), await world.send("HEAD", "/metrics")

    assert (200, get.headers["content-length"]) == (head.status, head.headers["content-length"])


async def test_another_method_gets_405(tmp_path: Path) -> None:
    """With the methods that there are."""
    answer = await World(tmp_path).send("POST", "/metrics", {})

    assert (405, "GET, HEAD") == (answer.status, answer.headers["allow"])


@pytest.mark.parametrize(
    "token",
    ["s3cret", "sha256:1ec1c26b50d5d3c58d9583181af8076655fe00756bf7285940ba3670f99fcba0"],
    ids=["plain", "hashed"],
)
async def test_a_token_may_be_asked_for(tmp_path: Path, token: str) -> None:
    """Refusals are in the words of the protocol, on both pages."""
    world = World(tmp_path, f"metrics: {{ token: '{token}' }}\n")
    right, wrong = ({"authorization": f"Bearer {given}"} for given in ("s3cret", "guess"))
    paths = ("/metrics", "/metrics.json")

    assert [401, 401] == [(await world.send("GET", path)).status for path in paths]
    assert [401, 401] == [(await world.send("GET", p, headers=wrong)).status for p in paths]
    assert [200, 200] == [(await world.send("GET", p, headers=right)).status for p in paths]
    assert "invalid_api_key" == (await world.send("GET", paths[0])).json["error"]["code"]


async def test_the_path_is_chosen_by_the_spec(tmp_path: Path) -> None:
    """The summary lies beside it."""
    world = World(tmp_path, "metrics: { path: /internal/prometheus }\n")
    paths = ("/internal/prometheus", "/internal/prometheus.json", "/metrics")

    assert [200, 200, 404] == [(await world.send("GET", path)).status for path in paths]


def test_the_path_must_be_free(tmp_path: Path) -> None:
    """An endpoint cannot be hidden by a page."""
    with pytest.raises(SpecError, match="FA036"):
        World(tmp_path, "metrics: { path: /health }\n")


async def test_scraping_is_not_counted(tmp_path: Path) -> None:
    """A scraper does not see itself."""
    world = World(tmp_path)
    await world.send("GET", "/metrics")

    assert b"fakeai_requests_total{" not in (await world.send("GET", "/metrics")).body


async def test_a_page_is_made_in_turns_with_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long page holds up nobody; one that comes meanwhile waits, and is of its own moment."""
    monkeypatch.setattr(prometheus, "LINES_MAX", 1)
    monkeypatch.setattr(snapshot, "COPIED_MAX", 1)
    world = World(tmp_path)
    first = asyncio.create_task(world.begin("GET", "/metrics")[1])
    await give_way()
    await world.chat("Hi")
    is_begun = not first.done()
    second = asyncio.create_task(world.begin("GET", "/metrics")[1])
    pages = [(await page).body for page in (first, second)]
    ended = b'fakeai_requests_total{endpoint="chat_completions",model="gpt-4o",status="200"} 1.0'

    assert is_begun
    assert [False, True] == [ended in page for page in pages]


async def test_a_scraper_that_leaves_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its page is given up; counts go on, and so does the next one."""
    monkeypatch.setattr(snapshot, "COPIED_MAX", 1)
    world = World(tmp_path)
    connection, serving = world.begin("GET", "/metrics")
    task = asyncio.create_task(serving)
    await settle(2)
    connection.leave()
    await task
    await world.chat("Hi")

    assert 0 == connection.answer.status
    assert b"fakeai_requests_total{" in (await world.send("GET", "/metrics")).body


async def test_the_client_library_is_loaded_beside_the_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first page loads it in a thread, the next one finds it."""
    loaders = []

    def load(name: str) -> ModuleType:
        loaders.append(threading.current_thread())
        return import_module(name)

    monkeypatch.delitem(sys.modules, "fakeai.wire.prometheus")
    monkeypatch.setattr(scrape, "import_module", load)
    world = World(tmp_path)
    pages = [await world.send("GET", "/metrics") for _ in range(2)]

    assert [200, 200] == [page.status for page in pages]
    assert 1 == len(loaders)
    assert loaders[0] is not threading.current_thread()
