"""completion: the older form that goes on from a prompt of turns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.harness import Answer, World

if TYPE_CHECKING:
    from pathlib import Path

PROMPT = "\n\nHuman: What is the capital of France?\n\nAssistant:"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Return a server."""
    return World(tmp_path)


async def complete(world: World, **fields: Any) -> Answer:
    """Ask for a completion."""
    body = {
        "model": "claude-sonnet-4-5",
        "prompt": PROMPT,
        "max_tokens_to_sample": 500,
        "temperature": 0,
        **fields,
    }
    return await world.send(
        "POST", "/v1/complete", body, headers={"anthropic-version": "2023-06-01"}
    )


async def test_an_answer_ends_before_the_next_turn(world: World) -> None:
    """As the older API tells an end that nothing forced."""
    answer = (await complete(world)).json

    assert ("completion", "stop_sequence", "\n\nHuman:") == (
        *(answer["type"], answer["stop_reason"], answer["stop"]),
    )
    assert answer["completion"]
    assert answer["id"] == answer["log_id"]


async def test_a_limit_is_told(world: World) -> None:
    """Nothing stopped it but the limit."""
    answer = (await complete(world, max_tokens_to_sample=5)).json

    assert ("max_tokens", None) == (answer["stop_reason"], answer["stop"])


async def test_a_stop_sequence_is_told(world: World) -> None:
    """The text ends before it."""
    whole = (await complete(world)).json["completion"]
    stop = whole.split()[4]
    answer = (await complete(world, stop_sequences=[stop])).json

    assert ("stop_sequence", stop) == (answer["stop_reason"], answer["stop"])
    assert whole[: whole.index(stop)] == answer["completion"]


@pytest.mark.parametrize("limit", [5, 500])
async def test_a_stream_joins_to_the_plain_answer(world: World, limit: int) -> None:
    """The last event has the reason, those before have none."""
    plain = (await complete(world, max_tokens_to_sample=limit)).json
    chunks = (await complete(world, max_tokens_to_sample=limit, stream=True)).chunks
    parts = [chunk for chunk in chunks if chunk["type"] == "completion"]

    assert {"type": "ping"} == chunks[0]
    assert plain["completion"] == "".join(part["completion"] for part in parts)
    assert {(None, None)} == {(part["stop_reason"], part["stop"]) for part in parts[:-1]}
    assert (plain["stop_reason"], plain["stop"]) == (parts[-1]["stop_reason"], parts[-1]["stop"])


@pytest.mark.parametrize("field", ["prompt", "model", "max_tokens_to_sample"])
async def test_a_missing_field_is_refused(world: World, field: str) -> None:
    """By its name, in the protocol's envelope."""
    answer = await complete(world, **{field: None})

    assert (400, "error") == (answer.status, answer.json["type"])
    assert answer.json["error"]["message"].startswith(field)
