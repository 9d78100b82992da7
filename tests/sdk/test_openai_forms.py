"""The official client with tools, schemas, reasoning and logprobs."""

from __future__ import annotations

import json
from enum import Enum
from typing import TYPE_CHECKING, Any

import openai
import pytest
from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import Iterator

TOOLS: Any = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "Get the weather in a city",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}},
                "required": ["city"],
                "additionalProperties": False,
            },
            "strict": True,
        },
    }
]


class Mood(Enum):
    """A closed list."""

    good = "good"
    bad = "bad"


class Step(BaseModel):
    """A part that may hold itself."""

    title: str
    mood: Mood
    minutes: int | float | None
    next: Step | None


class Plan(BaseModel):
    """A nested answer."""

    author: str
    steps: list[Step]


@pytest.fixture
def client(base_url: str) -> Iterator[openai.OpenAI]:
    """Return a client that refuses bodies which are not as published."""
    with openai.OpenAI(
        base_url=base_url, api_key="any", max_retries=0, _strict_response_validation=True
    ) as made:
        yield made


def test_an_agent_comes_to_its_end(client: openai.OpenAI) -> None:
    """Call, result, answer: the loop that every agent runs."""
    messages: Any = [{"role": "user", "content": "What is the weather in Lisbon?"}]
    for _turn in range(3):
        answer = client.chat.completions.create(model="gpt-4o", messages=messages, tools=TOOLS)
        message = answer.choices[0].message
        if not message.tool_calls:
            break
        messages.append(message.model_dump(exclude_none=True))
        for call in message.tool_calls:
            assert call.type == "function"
            city = json.loads(call.function.arguments)["city"]
            result = {"city": city, "sky": "cloudless"}
            messages.append(
                {"role": "tool", "tool_call_id": call.id, "content": json.dumps(result)}
            )

    assert ["user", "assistant", "tool"] == [message["role"] for message in messages]
    assert "city: Lisbon, sky: cloudless" in (message.content or "")


def test_parse_gives_a_model(client: openai.OpenAI) -> None:
    """Nested optionals, enums, unions and recursion."""
    answer = client.chat.completions.parse(
        model="gpt-4o",
        messages=[{"role": "user", "content": "Plan my day"}],
        response_format=Plan,
    )

    assert isinstance(answer.choices[0].message.parsed, Plan)


def test_the_event_stream_joins_tool_calls(client: openai.OpenAI) -> None:
    """Its events end in the whole arguments."""
    with client.chat.completions.stream(
        model="gpt-4o",
        messages=[{"role": "user", "content": "The weather in Oslo"}],
        tools=TOOLS,
    ) as stream:
        kinds = {event.type for event in stream}
        final = stream.get_final_completion()
    calls = final.choices[0].message.tool_calls or []

    assert {"tool_calls.function.arguments.delta", "tool_calls.function.arguments.done"} <= kinds
    assert [{"city": "Oslo"}] == [json.loads(call.function.arguments) for call in calls]


def test_the_event_stream_joins_logprobs(client: openai.OpenAI) -> None:
    """They come in step with the content."""
    with client.chat.completions.stream(
        model="gpt-4o",
        messages=[{"role": "user", "content": "Hi"}],
        logprobs=True,
        top_logprobs=2,
    ) as stream:
        final = stream.get_final_completion()
    choice = final.choices[0]
    assert choice.logprobs is not None

    assert choice.message.content == "".join(e.token for e in choice.logprobs.content or [])


def test_reasoning_is_counted(client: openai.OpenAI) -> None:
    """The client reads it from the usage."""
    answer = client.chat.completions.create(
        model="o3", messages=[{"role": "user", "content": "Why?"}], reasoning_effort="low"
    )
    details = answer.usage and answer.usage.completion_tokens_details

    assert details
    assert 0 < (details.reasoning_tokens or 0)


def test_an_unsatisfiable_schema_is_a_client_error(base_url: str) -> None:
    """It is the request that is wrong."""
    schema = {"type": "object", "properties": {"a": False}, "required": ["a"]}
    wanted: Any = {"type": "json_schema", "json_schema": {"name": "a", "schema": schema}}
    with (
        openai.OpenAI(base_url=base_url, api_key="any", max_retries=0) as client,
        pytest.raises(openai.UnprocessableEntityError, match="Invalid schema"),
    ):
        client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": "x"}], response_format=wanted
        )
