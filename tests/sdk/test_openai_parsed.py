"""The official client's own helpers: parsed models, events, raw bodies."""

from __future__ import annotations

import json
from datetime import date  # noqa: TC003 - pydantic reads the annotations
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

import openai
import pytest
from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

MESSAGES: Any = [{"role": "user", "content": "Review the shop in Oslo, and its weather."}]


class Kind(StrEnum):
    """A closed list."""

    book = "book"
    film = "film"


class Money(BaseModel):
    """One side of a union."""

    type: Literal["money"]
    amount: float
    currency: str


class Swap(BaseModel):
    """The other side, with an item in it again."""

    type: Literal["swap"]
    against: Item


class Note(BaseModel):
    """Optional, with optional parts."""

    text: str | None
    day: date | None
    answer_to: Note | None


class Item(BaseModel):
    """A part with all that is asked for."""

    kind: Kind
    price: Money | Swap | None
    size: int | str | list[float]
    note: Note | None
    parts: list[Item]


class Review(BaseModel):
    """The whole answer."""

    city: str
    best: Item | None
    others: list[Item | Note]


class Weather(BaseModel):
    """The input of a tool."""

    city: str
    unit: Kind | None


WEATHER: Any = openai.pydantic_function_tool(
    Weather, name="get_weather", description="Get the weather of a city"
)


@pytest.fixture
def client(base_url: str) -> Iterator[openai.OpenAI]:
    """Return a client that refuses bodies which are not as published."""
    with openai.OpenAI(
        base_url=base_url, api_key="any", max_retries=0, _strict_response_validation=True
    ) as made:
        yield made


@pytest.fixture
async def asynchronous(base_url: str) -> AsyncIterator[openai.AsyncOpenAI]:
    """Return the same client for programs of many tasks."""
    async with openai.AsyncOpenAI(
        base_url=base_url, api_key="any", max_retries=0, _strict_response_validation=True
    ) as made:
        yield made


@pytest.mark.parametrize("seed", range(6))
def test_parse_gives_the_model(client: openai.OpenAI, seed: int) -> None:
    """Optionals in optionals, enums, unions and recursion, in whatever draw."""
    answer = client.chat.completions.parse(
        model="gpt-4o", messages=MESSAGES, response_format=Review, seed=seed
    )
    message = answer.choices[0].message

    assert isinstance(message.parsed, Review)
    assert json.loads(message.content or "") == message.parsed.model_dump(mode="json")


async def test_the_async_client_parses_the_same(
    client: openai.OpenAI, asynchronous: openai.AsyncOpenAI
) -> None:
    """Each of several choices is a model of its own."""
    asked: Any = {
        "model": "gpt-4o",
        "messages": MESSAGES,
        "response_format": Review,
        "n": 2,
        "seed": 3,
    }
    answer = await asynchronous.chat.completions.parse(**asked)
    models = [choice.message.parsed for choice in answer.choices]

    assert [choice.message.parsed for choice in client.chat.completions.parse(**asked).choices] == (
        models
    )
    assert models[0] != models[1]


def test_parse_reads_the_input_of_a_tool(client: openai.OpenAI) -> None:
    """The arguments of a strict tool are the model that described it."""
    answer = client.chat.completions.parse(
        model="gpt-4o", messages=MESSAGES, tools=[WEATHER], tool_choice="required"
    )
    calls = answer.choices[0].message.tool_calls or []
    inputs = [call.function.parsed_arguments for call in calls]

    assert "tool_calls" == answer.choices[0].finish_reason
    assert ["Oslo"] == [given.city for given in inputs if isinstance(given, Weather)]


def test_a_cut_answer_is_not_parsed(client: openai.OpenAI) -> None:
    """The client says that the limit was reached, not that the JSON is wrong."""
    with pytest.raises(openai.LengthFinishReasonError):
        client.chat.completions.parse(
            model="gpt-4o", messages=MESSAGES, response_format=Review, max_tokens=2
        )


def test_the_events_of_an_object(client: openai.OpenAI) -> None:
    """The content grows to the model; its end and the chunk of usage come once."""
    asked: Any = {"model": "gpt-4o", "messages": MESSAGES, "response_format": Review, "seed": 1}
    with client.chat.completions.stream(**asked, stream_options={"include_usage": True}) as stream:
        events = list(stream)
        final = stream.get_final_completion()
    deltas = [event for event in events if event.type == "content.delta"]
    done = [event for event in events if event.type == "content.done"]
    plain = client.chat.completions.parse(**asked)

    assert "".join(event.delta for event in deltas) == deltas[-1].snapshot
    assert [(plain.choices[0].message.content, plain.choices[0].message.parsed)] == [
        (event.content, event.parsed) for event in done
    ]
    assert (plain.usage, "stop") == (final.usage, final.choices[0].finish_reason)
    assert {"chunk", "content.delta", "content.done"} == {event.type for event in events}


def test_the_events_of_a_tool(client: openai.OpenAI) -> None:
    """The arguments grow to the model of the tool."""
    with client.chat.completions.stream(
        model="gpt-4o", messages=MESSAGES, tools=[WEATHER], tool_choice="required"
    ) as stream:
        events = list(stream)
        final = stream.get_final_completion()
    deltas = [e for e in events if e.type == "tool_calls.function.arguments.delta"]
    done = [e for e in events if e.type == "tool_calls.function.arguments.done"]
    calls = final.choices[0].message.tool_calls or []

    assert ["".join(event.arguments_delta for event in deltas)] == [
        event.arguments for event in done
    ]
    assert [("get_weather", calls[0].function.parsed_arguments)] == [
        (event.name, event.parsed_arguments) for event in done
    ]
    assert "tool_calls" == final.choices[0].finish_reason


async def test_the_async_events_are_the_same(
    client: openai.OpenAI, asynchronous: openai.AsyncOpenAI
) -> None:
    """Their kinds, in their order, to the end."""
    asked: Any = {"model": "gpt-4o", "messages": MESSAGES, "tools": [WEATHER], "seed": 2}
    with client.chat.completions.stream(**asked) as stream:
        kinds = [event.type for event in stream]
    async with asynchronous.chat.completions.stream(**asked) as streamed:
        same = [event.type async for event in streamed]
        final = await streamed.get_final_completion()

    assert kinds == same
    assert final.choices[0].message.tool_calls


def test_a_raw_response_is_headers_and_a_body(client: openai.OpenAI) -> None:
    """Plain and streamed, it parses to what the call without it returns."""
    raw = client.chat.completions.with_raw_response
    answer = raw.create(model="gpt-4o", messages=MESSAGES, seed=4)
    parsed = raw.parse(model="gpt-4o", messages=MESSAGES, response_format=Review)
    stream = raw.create(model="gpt-4o", messages=MESSAGES, seed=4, stream=True)
    text = "".join(c.choices[0].delta.content or "" for c in stream.parse())

    assert answer.parse().choices[0].message.content == text
    assert isinstance(parsed.parse().choices[0].message.parsed, Review)
    assert ("application/json", "text/event-stream; charset=utf-8") == (
        answer.headers["content-type"],
        stream.headers["content-type"],
    )
    assert int(answer.headers["x-ratelimit-limit-requests"]) > 0


async def test_the_async_raw_response(asynchronous: openai.AsyncOpenAI) -> None:
    """Its body is parsed at once, its headers are there."""
    raw = await asynchronous.chat.completions.with_raw_response.create(
        model="gpt-4o", messages=MESSAGES
    )

    assert (raw.request_id or "").startswith("req_")
    assert raw.parse().choices[0].message.content


def test_a_streaming_response_is_read_by_lines(client: openai.OpenAI) -> None:
    """The headers come before the body, and the last line of the stream is its end."""
    calls = client.chat.completions.with_streaming_response
    with calls.create(model="gpt-4o", messages=MESSAGES, stream=True) as response:
        kind = response.headers["content-type"]
        lines = [line for line in response.iter_lines() if line]
    with calls.create(model="gpt-4o", messages=MESSAGES) as response:
        answer = response.parse()

    assert ("text/event-stream; charset=utf-8", "data: [DONE]") == (kind, lines[-1])
    assert answer.choices[0].message.content


async def test_the_async_streaming_response(asynchronous: openai.AsyncOpenAI) -> None:
    """The same, awaited."""
    calls = asynchronous.chat.completions.with_streaming_response
    async with calls.create(model="gpt-4o", messages=MESSAGES, stream=True) as response:
        lines = [line async for line in response.iter_lines() if line]
    async with calls.create(model="gpt-4o", messages=MESSAGES) as response:
        answer = await response.parse()

    assert "data: [DONE]" == lines[-1]
    assert answer.choices[0].message.content
