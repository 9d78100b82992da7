"""request_log: one line an exchange, and nothing that was said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fakeai.stages.request_log import USUAL
from tests.harness import World
from tests.scrape import scrape

if TYPE_CHECKING:
    from pathlib import Path

AUTH = "auth: {keys: {team: {key: sk-team}}}\n"


async def line(world: World, key: str = "sk-team", content: str = "Hello") -> dict[str, Any]:
    """Chat once and return the fields of the line."""
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": content}]}
    headers = {"authorization": f"Bearer {key}", "x-request-id": "mine"}
    await world.send("POST", "/v1/chat/completions", body, headers=headers, peer="10.0.0.1")
    return world.log.lines[-1][2]


async def test_a_line_says_who_what_and_how_much(tmp_path: Path) -> None:
    """Every usual field is there, with its value."""
    fields = await line(World(tmp_path, AUTH))

    assert set(USUAL) == set(fields)
    assert ("mine", "10.0.0.1", "chat_completions", "gpt-4o", "team", 200, None) == tuple(
        fields[name]
        for name in ("request_id", "client_ip", "endpoint", "model", "key", "status", "error")
    )
    assert min(fields["bytes"], fields["request_bytes"], fields["completion_tokens"]) > 0
    assert fields["cost_usd"] > 0


@pytest.mark.parametrize("name", [*USUAL, "prompt"])
async def test_each_field_can_be_asked_for_alone(tmp_path: Path, name: str) -> None:
    """The spec chooses the fields."""
    fields = await line(World(tmp_path, f"request_log: {{fields: [{name}]}}\n"))

    assert {name} == set(fields)


async def test_neither_keys_nor_messages_are_logged(tmp_path: Path) -> None:
    """A key without a name is known by the start of its hash."""
    world = World(tmp_path, "request_log: {level: debug}\n")
    fields = await line(world, "sk-very-secret", "My own business")

    assert "sk-very-secret" not in str(world.log.lines)
    assert "own business" not in str(world.log.lines)
    assert str(fields["key"]).startswith("sha256:")


async def test_messages_are_logged_on_request(tmp_path: Path) -> None:
    """The field `prompt` is the last user message."""
    world = World(tmp_path, "request_log: {fields: [status, prompt]}\n")

    assert "My question" == (await line(world, content="My question"))["prompt"]


async def test_refusals_are_logged_with_their_kind(tmp_path: Path) -> None:
    """Unknown paths too."""
    world = World(tmp_path)
    await world.send("GET", "/nope")

    assert (404, "unknown_route") == (
        world.log.lines[-1][2]["status"],
        world.log.lines[-1][2]["error"],
    )


@pytest.mark.parametrize(("level", "lines"), [("info", 1), ("debug", 2)])
async def test_debug_adds_a_line_at_the_start(tmp_path: Path, level: str, lines: int) -> None:
    """The first line of two says that a request came in."""
    world = World(tmp_path, f"request_log: {{level: {level}}}\n")
    await line(world)

    assert lines == len(world.log.lines)


async def test_without_its_section_nothing_is_logged(tmp_path: Path) -> None:
    """No section, no stage."""
    world = World(tmp_path, "request_log: null\n")
    await world.chat()

    assert [] == world.log.lines


#: The first token comes after 200 ms, each further one after 50 ms.
SLOW = "latency: {default: slow, profiles: {slow: {ttft: 200ms, itl: 50ms}}}\n"
STEPS = SLOW.replace("ttft: 200ms, itl: 50ms", "steps: {base: 50ms, per_prefill_token: 150ms}")


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
@pytest.mark.parametrize(
    ("overlay", "ttft_ms"), [("", 0.0), (SLOW, 200.0), (STEPS, 200.0)], ids=["none", "slow", "step"]
)
async def test_the_first_token_is_timed_as_it_is_in_metrics(
    tmp_path: Path, overlay: str, ttft_ms: float, *, stream: bool
) -> None:
    """A plain answer has one as well, long before it is sent."""
    world = World(tmp_path, overlay)
    await world.chat("Hello", max_tokens=5, ignore_eos=True, stream=stream)
    fields = world.log.lines[-1][2]
    labels = 'endpoint="chat_completions",model="gpt-4o"'
    measured = await scrape(world)

    assert (ttft_ms, ttft_ms and 400.0) == (fields["ttft_ms"], fields["duration_ms"])
    assert ttft_ms == 1000 * measured[f"fakeai_time_to_first_token_seconds_sum{{{labels}}}"]


@pytest.mark.parametrize("path", ["/nope", "/v1/models"])
async def test_where_no_token_is_made_there_is_no_first_one(tmp_path: Path, path: str) -> None:
    """Neither for refusals nor for lists."""
    world = World(tmp_path)
    await world.send("GET", path)

    assert world.log.lines[-1][2]["ttft_ms"] is None


@pytest.mark.parametrize(
    "patience", ["", "keep_alive: 60ms", "keep_alive: 60ms, idle_timeout: 150ms"]
)
async def test_all_bytes_of_a_body_are_counted(tmp_path: Path, patience: str) -> None:
    """Comments and error events, too."""
    world = World(tmp_path, f"{SLOW}streams: {{{patience}}}\n")
    answer = await world.chat(stream=True, max_tokens=5)

    assert (": keep-alive" in answer.body.decode()) == bool(patience)
    assert ("error" in answer.chunks[-1]) == ("idle" in patience)
    assert len(answer.body) == world.log.lines[-1][2]["bytes"]
