"""completion: what was said last gives a call its arguments."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

CITY: dict[str, Any] = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
}
TOOL = {"name": "get_weather", "description": "Get the weather in a city"}


async def test_a_second_question_is_not_answered_with_the_first_ones_arguments(
    tmp_path: Path,
) -> None:
    """What was called before counts less than what is said now."""
    said = [
        {"role": "user", "content": "weather in Rome"},
        {
            "role": "assistant",
            "tool_calls": [
                {
                    "id": "call_1",
                    "type": "function",
                    "function": {"name": "get_weather", "arguments": '{"city":"Rome"}'},
                }
            ],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": "sunny"},
        {"role": "assistant", "content": "It is sunny."},
        {"role": "user", "content": "And the weather in Bergen?"},
    ]
    tools = [{"type": "function", "function": {**TOOL, "parameters": CITY}}]
    body = {"model": "gpt-4o", "messages": said, "tools": tools}
    answer = await World(tmp_path).send("POST", "/v1/chat/completions", body)
    (call,) = answer.json["choices"][0]["message"]["tool_calls"]

    assert "Bergen" == json.loads(call["function"]["arguments"])["city"]


async def test_the_last_question_counts_in_the_messages_api(tmp_path: Path) -> None:
    """Results of tools are no questions, and a long system message hides none."""
    tool = {**TOOL, "input_schema": CITY}
    called = {"type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": {"city": "Rome"}}
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "sunny"}
    said = [
        {"role": "user", "content": "weather in Rome"},
        {"role": "assistant", "content": [called]},
        {"role": "user", "content": [result]},
        {"role": "assistant", "content": "It is sunny."},
        {"role": "user", "content": "And the weather in Bergen?"},
    ]
    body = {"model": "claude-sonnet-4-5", "max_tokens": 99, "messages": said, "tools": [tool]}
    body["system"] = "lorem ipsum " * 500
    answer = await World(tmp_path).send("POST", "/v1/messages", body)

    assert "Bergen" == answer.json["content"][0]["input"]["city"]
