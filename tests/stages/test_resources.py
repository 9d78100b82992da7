"""resources: what is kept of an answer, and when."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

ROUTE = "/v1/chat/completions"
SLOW = "latency: { default: slow, profiles: { slow: { ttft: 1s, itl: 1s } } }\n"


async def count(world: World) -> int:
    """Return how many completions are kept."""
    return len((await world.send("GET", ROUTE)).json["data"])


@pytest.mark.parametrize("latency", ["", SLOW])
@pytest.mark.parametrize("stream", [False, True])
async def test_a_stored_completion_is_the_one_that_was_sent(
    tmp_path: Path, latency: str, *, stream: bool
) -> None:
    """Plain or streamed, under the id that the client has."""
    world = World(tmp_path, latency)
    answer = await world.chat("Hi", store=True, stream=stream, metadata={"topic": "greeting"})
    sent = answer.chunks[0] if stream else answer.json
    kept = (await world.send("GET", f"{ROUTE}/{sent['id']}")).json
    text = answer.text if stream else sent["choices"][0]["message"]["content"]

    assert text == kept["choices"][0]["message"]["content"]
    assert ("chat.completion", {"topic": "greeting"}) == (kept["object"], kept["metadata"])
    assert stream or kept.items() >= sent.items()


async def test_what_was_asked_is_kept_too(tmp_path: Path) -> None:
    """The settings of the request, and which request it was."""
    world = World(tmp_path)
    tools = [{"type": "function", "function": {"name": "sum", "parameters": {"type": "object"}}}]
    answer = await world.chat("Hi", store=True, seed=7, temperature=0.5, tools=tools, user="ann")
    kept = (await world.send("GET", f"{ROUTE}/{answer.json['id']}")).json

    assert (7, 0.5, tools, "ann") == (
        *(kept["seed"], kept["temperature"], kept["tools"], kept["input_user"]),
    )
    assert answer.headers["x-request-id"] == kept["request_id"]


@pytest.mark.parametrize(
    "fields", [{}, {"store": False}, {"store": None}, {"metadata": {"a": "b"}}]
)
async def test_nothing_is_kept_that_was_not_to_be(tmp_path: Path, fields: Any) -> None:
    """Without `store: true`, an id is not found again."""
    world = World(tmp_path)
    answer = await world.chat("Hi", **fields)

    assert 404 == (await world.send("GET", f"{ROUTE}/{answer.json['id']}")).status
    assert 0 == await count(world)


async def test_a_refused_request_is_not_kept(tmp_path: Path) -> None:
    """There is no answer to keep."""
    world = World(tmp_path)
    answer = await world.chat("Hi", store=True, temperature=9)

    assert (422, 0) == (answer.status, await count(world))


async def test_an_answer_that_nobody_stayed_for_is_not_kept(tmp_path: Path) -> None:
    """It was never finished."""
    world = World(
        tmp_path, "latency: { default: slow, profiles: { slow: { ttft: 1s, itl: 100ms } } }"
    )
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}], "store": True}
    connection, serving = world.begin("POST", ROUTE, {**body, "stream": True})
    task = asyncio.create_task(serving)
    await world.clock.advance(1.25)
    connection.leave()
    await task

    assert 0 == await count(world)


async def test_a_row_without_the_resource_keeps_nothing(tmp_path: Path) -> None:
    """The row says where to, the template what."""
    world = World(tmp_path, "endpoints: { chat_completions: { resource: null } }")
    await world.chat("Hi", store=True)

    assert 0 == await count(world)
