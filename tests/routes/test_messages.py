"""/v1/messages: what holds for the answer to any valid request."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakeai.sim.tokens import HeuristicCounter
from tests.routes.drawing import schema_of, values
from tests.routes.joining import joined_message

if TYPE_CHECKING:
    from tests.harness import Answer, World

FILE: Final = "anthropic/messages.yaml"
REQUEST: Final = schema_of(FILE, "request")
VALID_REQUEST: Final = jsonschema_rs.validator_for(REQUEST)
RESPONSE: Final = jsonschema_rs.validator_for(schema_of(FILE, "response"))
EVENT: Final = jsonschema_rs.validator_for(schema_of(FILE, "chunk"))

CITY: Final[Any] = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
}
WEATHER: Final[Any] = {"name": "get_weather", "input_schema": CITY}
IMAGE: Final[Any] = {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}
BLOCKS: Final[list[Any]] = [
    {"type": "text", "text": "What is the weather in Oslo? naïve ☕ 鯨"},
    IMAGE,
    {"type": "document", "source": {"type": "text", "data": "Whales sing."}},
    {"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": {"city": "Oslo"}},
    {"type": "thinking", "thinking": "So.", "signature": "x"},
    {"type": "text", "text": "x", "cache_control": {"type": "ephemeral"}},
]
POOLS: Final = {
    "model": st.sampled_from(["all-round", "by-characters"]),
    "max_tokens": st.integers(1, 150),
    "stream": st.booleans(),
    "stop_sequences": st.sampled_from([["e"], [" a", "\n"], ["x", "qq"], [], None]),
    "tools": st.sampled_from([[WEATHER], [WEATHER, {"name": "now", "input_schema": {}}]]),
    "tool_choice": st.sampled_from(
        [{"type": "auto"}, {"type": "any"}, {"type": "tool", "name": "get_weather"}, None]
    ),
    "$defs/block": st.sampled_from(BLOCKS),
    "$defs/thinking": st.sampled_from(
        [{"type": "enabled", "budget_tokens": 1024}, {"type": "adaptive"}, {"type": "disabled"}]
    ),
    "$defs/thread": st.sampled_from([{"type": "create"}, None]),
    "$defs/output_format": st.sampled_from([{"type": "json_schema", "schema": CITY}, None]),
}
DRAWS: Final = settings(
    max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@st.composite
def requests(draw: Any) -> Any:
    """Draw a valid request for a message."""
    body = draw(values(REQUEST, POOLS).filter(VALID_REQUEST.is_valid))
    if (body.get("thinking") or {}).get("type") == "enabled":
        body["max_tokens"] += body["thinking"]["budget_tokens"]  # which has to leave some over
    body["messages"] = answered(body["messages"])
    return body if body.get("tools") else {**body, "tool_choice": None}


def answered(messages: list[Any]) -> list[Any]:
    """Return a conversation in which every call has its result."""
    whole: list[Any] = []
    for message in messages:
        whole.append(message)
        blocks = message.get("content") if message["role"] == "assistant" else None
        calls = [b for b in blocks if b["type"] == "tool_use"] if isinstance(blocks, list) else []
        results = [{"type": "tool_result", "tool_use_id": call["id"]} for call in calls]
        if results:
            whole.append({"role": "user", "content": results})
    return whole


async def ask(world: World, path: str = "/v1/messages", **fields: Any) -> Answer:
    """Ask for a message."""
    messages = [{"role": "user", "content": "Why do whales sing?"}]
    body = {"model": "all-round", "max_tokens": 60, "messages": messages, **fields}
    return await world.send("POST", path, body)


async def both(world: World, body: Any) -> tuple[Answer, Answer]:
    """Send a request in both modes."""
    body = {key: value for key, value in body.items() if key != "stream"}
    return await ask(world, **body), await ask(world, **body, stream=True)


@DRAWS
@given(body=requests())
async def test_any_valid_request_is_answered_in_both_modes(world: World, body: Any) -> None:
    """Body and events are as published here, and the events make the body with its usage."""
    plain, streamed = await both(world, body)
    answer, events = plain.json, streamed.chunks

    assert [200, 200] == [plain.status, streamed.status], answer
    assert [] == [error.message for error in RESPONSE.iter_errors(answer)]
    assert [] == [error.message for event in events for error in EVENT.iter_errors(event)]
    assert answer == joined_message(events)


@DRAWS
@given(body=requests())
async def test_any_answer_keeps_to_its_request(world: World, body: Any) -> None:
    """No stop text in the text, and never a token over the limit."""
    answer = (await both(world, body))[0].json
    texts = [block["text"] for block in answer["content"] if block["type"] == "text"]

    assert [] == [s for s in body.get("stop_sequences") or [] for text in texts if s in text]
    assert answer["usage"]["output_tokens"] <= body["max_tokens"]
    if body["model"] == "all-round":
        assert all(HeuristicCounter().count(text) <= body["max_tokens"] for text in texts)


@DRAWS
@given(body=requests())
async def test_the_events_of_any_stream_are_in_order(world: World, body: Any) -> None:
    """A message holds its blocks one after the other, each begun, grown and ended."""
    streamed = (await both(world, body))[1]
    kinds = [event["type"] for event in streamed.chunks if event["type"] != "ping"]
    after = {
        "message_start": {"content_block_start", "message_delta"},
        "content_block_start": {"content_block_delta", "content_block_stop"},
        "content_block_delta": {"content_block_delta", "content_block_stop"},
        "content_block_stop": {"content_block_start", "message_delta"},
        "message_delta": {"message_stop"},
    }
    names = [
        line.removeprefix("event: ")
        for line in streamed.body.decode().splitlines()
        if line.startswith("event: ")
    ]

    assert ("message_start", "message_stop") == (kinds[0], kinds[-1])
    assert [] == [pair for pair in pairwise(kinds) if pair[1] not in after[pair[0]]]
    assert names == [event["type"] for event in streamed.chunks]


@DRAWS
@given(body=requests())
async def test_tokens_are_counted_alike(world: World, body: Any) -> None:
    """`count_tokens` says of a request what its answer's usage says of the input."""
    usage = (await ask(world, **{**body, "stream": False})).json["usage"]
    counted = (await ask(world, "/v1/messages/count_tokens", **body)).json
    parts = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")

    assert {"input_tokens": sum(usage[part] for part in parts)} == counted


async def test_thinking_comes_first(world: World) -> None:
    """It is a block of its own, signed, and counted."""
    thinking = {"type": "enabled", "budget_tokens": 1024}
    answer = (await ask(world, max_tokens=1150, thinking=thinking)).json
    first = answer["content"][0]

    assert ["thinking", "text"] == [block["type"] for block in answer["content"]]
    assert first["signature"]
    assert (
        HeuristicCounter().count(first["thinking"])
        == (answer["usage"]["output_tokens_details"]["thinking_tokens"])
    )


async def test_a_tool_gets_its_input_and_gives_its_result(world: World) -> None:
    """The city of the question is in the call, and the result is in the last answer."""
    messages: list[Any] = [{"role": "user", "content": "What is the weather in Oslo?"}]
    call = (await ask(world, messages=messages, tools=[WEATHER])).json
    use = call["content"][-1]
    result = {"type": "tool_result", "tool_use_id": use["id"], "content": "cloudless, 9 degrees"}
    messages += [
        {"role": "assistant", "content": call["content"]},
        {"role": "user", "content": [result]},
    ]
    answer = (await ask(world, messages=messages, tools=[WEATHER])).json

    assert ("tool_use", {"city": "Oslo"}) == (call["stop_reason"], use["input"])
    assert ["text"] == [block["type"] for block in answer["content"]]
    assert "cloudless, 9 degrees" in answer["content"][0]["text"]


async def test_a_stop_sequence_is_named(world: World) -> None:
    """The text ends before it, and the answer says which one it was."""
    whole = (await ask(world)).json["content"][0]["text"]
    stop = whole[20:23]
    answer = (await ask(world, stop_sequences=["no such text", stop])).json

    assert whole[: whole.index(stop)] == answer["content"][0]["text"]
    assert ("stop_sequence", stop) == (answer["stop_reason"], answer["stop_sequence"])


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"max_tokens": 0}, "max_tokens"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "role"),
        ({"temperature": 1.5}, "temperature"),
        ({"tools": [{"name": "x"}]}, "input_schema"),
        ({"tool_choice": {"type": "tool"}}, "name"),
    ],
)
async def test_a_bad_value_is_refused_in_this_apis_envelope(
    world: World, fields: Any, word: str
) -> None:
    """The message names the field."""
    answer = await ask(world, **fields)
    body = answer.json

    assert (400, "error") == (answer.status, body["type"])
    assert "invalid_request_error" == body["error"]["type"]
    assert word in body["error"]["message"]
