"""The official client of the messages API, sync and async."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import anthropic
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MODEL = "claude-opus-4-5"
MESSAGES: Any = [{"role": "user", "content": "Why do whales sing? Café ☕ 鯨."}]
WEATHER: Any = {
    "name": "get_weather",
    "description": "Tell the weather of a city",
    "input_schema": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
    },
}
KEYS = """
auth: { required: true, keys: { one: { key: "right-key" } } }
"""


@pytest.fixture
def client(live: Callable[[str], str]) -> Iterator[anthropic.Anthropic]:
    """Return a client that refuses bodies which are not as published."""
    with anthropic.Anthropic(
        base_url=live(""), api_key="any", max_retries=0, _strict_response_validation=True
    ) as made:
        yield made


def create(client: anthropic.Anthropic, **fields: Any) -> anthropic.types.Message:
    """Ask for a message."""
    asked: Any = {"model": MODEL, "max_tokens": 300, "messages": MESSAGES, **fields}
    message: anthropic.types.Message = client.messages.create(**asked)
    return message


def test_a_plain_answer(client: anthropic.Anthropic) -> None:
    """The body is what the client's own types want."""
    message = create(client)

    assert (MODEL, "assistant", "message") == (message.model, message.role, message.type)
    assert ["text"] == [block.type for block in message.content]
    assert message.stop_reason in {"end_turn", "max_tokens"}
    assert message.usage.input_tokens > 0
    assert message.usage.output_tokens > 0


def test_a_stream_equals_the_plain_answer(client: anthropic.Anthropic) -> None:
    """The event helper gathers the same text, usage and reason."""
    plain = create(client)

    with client.messages.stream(model=MODEL, max_tokens=300, messages=MESSAGES) as stream:
        text = "".join(stream.text_stream)
        final = stream.get_final_message()

    assert plain.content[0].type == final.content[0].type == "text"
    assert plain.content[0].text == final.content[0].text == text
    assert plain.stop_reason == final.stop_reason
    assert plain.usage.output_tokens == final.usage.output_tokens


def test_the_events_of_a_stream_come_in_order(client: anthropic.Anthropic) -> None:
    """A message begins, a block begins, grows and ends, the message ends."""
    with client.messages.stream(model=MODEL, max_tokens=3, messages=MESSAGES) as stream:
        kinds = [event.type for event in stream if event.type != "text"]

    assert [
        "message_start",
        "content_block_start",
        *["content_block_delta"] * 3,
        "content_block_stop",
        "message_delta",
        "message_stop",
    ] == kinds


def test_a_tool_is_used_to_its_end(client: anthropic.Anthropic) -> None:
    """A call with valid input comes first; with its result, the answer is text that uses it."""
    messages: Any = [{"role": "user", "content": "What is the weather in Paris?"}]
    first = create(client, messages=messages, tools=[WEATHER])
    call = first.content[-1]
    assert call.type == "tool_use"
    result = {"type": "tool_result", "tool_use_id": call.id, "content": "sunny, 31 degrees"}
    messages += [
        {"role": "assistant", "content": [block.to_dict() for block in first.content]},
        {"role": "user", "content": [result]},
    ]
    second = create(client, messages=messages, tools=[WEATHER], max_tokens=8192)

    assert ("tool_use", "get_weather", {"city": "Paris"}) == (
        first.stop_reason,
        call.name,
        call.input,
    )
    assert second.stop_reason == "end_turn"
    assert second.content[0].type == "text"
    assert "31" in second.content[0].text


def test_the_input_of_a_tool_is_streamed(client: anthropic.Anthropic) -> None:
    """The pieces of JSON join to what the helper gathers."""
    with client.messages.stream(
        model=MODEL,
        max_tokens=300,
        messages=[{"role": "user", "content": "Weather in Oslo"}],
        tools=[WEATHER],
        tool_choice={"type": "any"},
    ) as stream:
        pieces = [
            event.delta.partial_json
            for event in stream
            if event.type == "content_block_delta" and event.delta.type == "input_json_delta"
        ]
        final = stream.get_final_message()

    assert final.content[0].type == "tool_use"
    assert json.loads("".join(pieces)) == final.content[0].input == {"city": "Oslo"}


def test_thinking_comes_first(client: anthropic.Anthropic) -> None:
    """A signed block of it stands before the text; its events say the same."""
    asked: Any = {
        "model": MODEL,
        "max_tokens": 2000,
        "messages": MESSAGES,
        "thinking": {"type": "enabled", "budget_tokens": 1024},
    }
    with client.messages.stream(**asked) as stream:
        deltas = [event.delta for event in stream if event.type == "content_block_delta"]
        final = stream.get_final_message()

    assert ["thinking", "text"] == [block.type for block in final.content]
    assert final.content[0].type == "thinking"
    assert final.content[0].signature
    assert final.content[0].thinking == "".join(
        delta.thinking for delta in deltas if delta.type == "thinking_delta"
    )


def test_tokens_are_counted_as_the_message_has_them(client: anthropic.Anthropic) -> None:
    """count_tokens is the input_tokens of the same request."""
    counted = client.messages.count_tokens(model=MODEL, messages=MESSAGES, system="Be brief.")

    assert create(client, system="Be brief.").usage.input_tokens == counted.input_tokens


async def test_the_async_client(live: Callable[[str], str]) -> None:
    """Plain and streamed."""
    async with anthropic.AsyncAnthropic(base_url=live(""), api_key="any") as client:
        plain = await client.messages.create(model=MODEL, max_tokens=9, messages=MESSAGES)
        async with client.messages.stream(model=MODEL, max_tokens=9, messages=MESSAGES) as stream:
            final = await stream.get_final_message()

    assert plain.content[0].type == final.content[0].type == "text"
    assert plain.content[0].text == final.content[0].text


@pytest.mark.parametrize(
    ("overlay", "raised", "kind"),
    [
        ("", anthropic.BadRequestError, "invalid_request_error"),
        (KEYS, anthropic.AuthenticationError, "authentication_error"),
        ("unknown_models: reject", anthropic.NotFoundError, "not_found_error"),
        ("body: { max_bytes: 10B }", anthropic.RequestTooLargeError, "request_too_large"),
    ],
)
def test_refusals_raise_their_own_class(
    live: Callable[[str], str],
    overlay: str,
    raised: type[anthropic.APIStatusError],
    kind: str,
) -> None:
    """The envelope has the type, and the id of the request."""
    bad: Any = {"max_tokens": 0} if not overlay else {"model": "no-such-model"}
    with (
        anthropic.Anthropic(base_url=live(overlay), api_key="wrong", max_retries=0) as client,
        pytest.raises(raised) as caught,
    ):
        create(client, **bad)

    body: Any = caught.value.body
    assert ("error", kind) == (body["type"], body["error"]["type"])
    assert body["request_id"] == caught.value.request_id


def test_a_spent_limit_raises_its_own_class(live: Callable[[str], str]) -> None:
    """The second request of a minute is one too many; the headers say when the limit is whole."""
    overlay = "rate_limits: { default_tier: one, tiers: { one: { rpm: 1 } } }"
    with anthropic.Anthropic(base_url=live(overlay), api_key="any", max_retries=0) as client:
        create(client)
        with pytest.raises(anthropic.RateLimitError) as caught:
            create(client)

    headers = caught.value.response.headers
    assert "1" == headers["anthropic-ratelimit-requests-limit"]
    assert "0" == headers["anthropic-ratelimit-requests-remaining"]
    assert headers["anthropic-ratelimit-requests-reset"].endswith("Z")
    assert int(headers["retry-after"]) > 0


def test_a_call_without_its_result_is_refused(client: anthropic.Anthropic) -> None:
    """As the real API does; so an agent that loses a result hears of it."""
    use = {"type": "tool_use", "id": "toolu_x", "name": "get_weather", "input": {"city": "Oslo"}}
    messages: Any = [*MESSAGES, {"role": "assistant", "content": [use]}, *MESSAGES]
    with pytest.raises(anthropic.BadRequestError, match=r"messages\.1: `tool_use` ids were found"):
        create(client, messages=messages, tools=[WEATHER])
