"""completion: tools, plain and streamed, over HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from tests.harness import Answer, World

if TYPE_CHECKING:
    from pathlib import Path

WEATHER: dict[str, Any] = {
    "name": "get_weather",
    "description": "Get the weather in a city",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "unit": {"enum": ["celsius", "kelvin"]}},
        "required": ["city"],
    },
}
EMAIL = {
    "name": "send_email",
    "parameters": {"properties": {"to": {"type": "string", "format": "email"}}, "required": ["to"]},
}
TOOLS = [{"type": "function", "function": tool} for tool in (EMAIL, WEATHER)]
PARIS = "What is the weather in Paris?"


def rejoined(answer: Answer) -> list[dict[str, Any]]:
    """Return the tool calls of a stream, their pieces joined, as the client library does."""
    deltas = [choice["delta"] for chunk in answer.chunks for choice in chunk["choices"]]
    calls: list[dict[str, Any]] = []
    for piece in [piece for delta in deltas for piece in delta.get("tool_calls", [])]:
        kind, key = ("custom", "input") if "custom" in piece else ("function", "arguments")
        if "id" in piece:
            calls.append(piece)
        else:
            calls[piece["index"]][kind][key] += piece[kind][key]
    return calls


async def test_a_prompt_that_asks_for_a_tool_gets_its_call(tmp_path: Path) -> None:
    """The arguments are valid and take their values from the prompt."""
    answer = await World(tmp_path).chat(PARIS, tools=TOOLS)
    choice = answer.json["choices"][0]
    (call,) = choice["message"]["tool_calls"]
    arguments = json.loads(call["function"]["arguments"])

    assert ("tool_calls", None) == (choice["finish_reason"], choice["message"]["content"])
    assert ("get_weather", "Paris") == (call["function"]["name"], arguments["city"])
    assert call["id"].startswith("call_")
    assert jsonschema_rs.is_valid(WEATHER["parameters"], arguments)


async def test_an_unrelated_prompt_gets_text(tmp_path: Path) -> None:
    """Tools on offer do not have to be called."""
    choice = (await World(tmp_path).chat("Tell me a joke", tools=TOOLS)).json["choices"][0]

    assert "stop" == choice["finish_reason"]
    assert "tool_calls" not in choice["message"]


@pytest.mark.parametrize(
    ("choice", "names"),
    [
        ("none", []),
        ("required", ["get_weather"]),
        ({"type": "function", "function": {"name": "send_email"}}, ["send_email"]),
        (
            {
                "type": "allowed_tools",
                "allowed_tools": {
                    "mode": "required",
                    "tools": [{"type": "function", "function": {"name": "send_email"}}],
                },
            },
            ["send_email"],
        ),
    ],
)
async def test_tool_choice_decides(tmp_path: Path, choice: object, names: list[str]) -> None:
    """It forbids, forces, names or narrows."""
    answer = await World(tmp_path).chat(PARIS, tools=TOOLS, tool_choice=choice)
    message = answer.json["choices"][0]["message"]

    assert names == [call["function"]["name"] for call in message.get("tool_calls", [])]


async def test_a_choice_that_is_not_offered_is_refused(tmp_path: Path) -> None:
    """The refusal names the parameter."""
    choice = {"type": "function", "function": {"name": "nope"}}
    answer = await World(tmp_path).chat(PARIS, tools=TOOLS, tool_choice=choice)

    assert (422, "tool_choice") == (answer.status, answer.json["error"]["param"])


async def test_an_allowed_tool_that_is_not_offered_is_refused(tmp_path: Path) -> None:
    """The refusal names its place in the list, or what it lacks."""
    world, named = World(tmp_path), {"type": "function", "function": {"name": "send_email"}}
    params = []
    for wrong in ({"type": "function", "function": {"name": "nope"}}, {"type": "function"}):
        allowed = {"mode": "auto", "tools": [named, wrong]}
        choice = {"type": "allowed_tools", "allowed_tools": allowed}
        answer = await world.chat(PARIS, tools=TOOLS, tool_choice=choice)
        params.append((answer.status, answer.json["error"]["param"]))

    place = "tool_choice.allowed_tools.tools.1"
    assert [(422, place), (422, f"{place}.name")] == params


async def test_parallel_calls_are_made_when_asked_for(tmp_path: Path) -> None:
    """Each call has its own id, and a stream numbers them."""
    world, prompt = World(tmp_path), "Email bob@example.com the weather in Rome"
    one = (await world.chat(prompt, tools=TOOLS)).json["choices"][0]["message"]
    both = await world.chat(prompt, tools=TOOLS, parallel_tool_calls=True, stream=True)
    calls = rejoined(both)

    assert 1 == len(one["tool_calls"])
    assert [0, 1] == [call["index"] for call in calls]
    assert 2 == len({call["id"] for call in calls})
    assert ["send_email", "get_weather"] == [call["function"]["name"] for call in calls]


async def test_streamed_pieces_rejoin_to_the_plain_arguments(tmp_path: Path) -> None:
    """The first piece has id and name; the others are arguments only."""
    world = World(tmp_path)
    plain = (await world.chat(PARIS, tools=TOOLS)).json
    streamed = await world.chat(
        PARIS, tools=TOOLS, stream=True, stream_options={"include_usage": True}
    )
    (call,) = rejoined(streamed)
    expected = plain["choices"][0]["message"]["tool_calls"][0]["function"]

    assert expected == call["function"]
    assert plain["usage"] == streamed.chunks[-1]["usage"]
    assert "tool_calls" == streamed.chunks[-2]["choices"][0]["finish_reason"]


async def test_a_result_is_used_in_the_text(tmp_path: Path) -> None:
    """An agent's loop ends: what the tool said stands in the answer."""
    world = World(tmp_path)
    message = (await world.chat(PARIS, tools=TOOLS)).json["choices"][0]["message"]
    call_id = message["tool_calls"][0]["id"]
    messages = [
        {"role": "user", "content": PARIS},
        message,
        {"role": "tool", "tool_call_id": call_id, "content": '{"sky": "clear"}'},
    ]
    choice = (await world.chat(messages=messages, tools=TOOLS)).json["choices"][0]

    assert "stop" == choice["finish_reason"]
    assert choice["message"]["content"].startswith("The tool's answer is: sky: clear")


async def test_the_spec_words_the_answer_to_a_result(tmp_path: Path) -> None:
    """`templates.tool_result` is its beginning."""
    messages = [
        {"role": "user", "content": "Add"},
        {"role": "function", "name": "add", "content": "7"},
    ]
    answer = await World(tmp_path, 'templates: { tool_result: "It is {result}!" }\n').chat(
        messages=messages
    )

    assert answer.json["choices"][0]["message"]["content"].startswith("It is 7!")


async def test_legacy_functions_are_called_the_old_way(tmp_path: Path) -> None:
    """Plain and streamed answers have `function_call`."""
    world = World(tmp_path)
    choice = (await world.chat(PARIS, functions=[WEATHER])).json["choices"][0]
    streamed = await world.chat(PARIS, functions=[WEATHER], stream=True)
    pieces = [chunk["choices"][0]["delta"].get("function_call", {}) for chunk in streamed.chunks]

    assert "function_call" == choice["finish_reason"]
    assert choice["message"]["function_call"]["arguments"] == "".join(
        piece.get("arguments", "") for piece in pieces
    )
    assert "tool_calls" not in choice["message"]
    assert "function_call" == streamed.chunks[-1]["choices"][0]["finish_reason"]


async def test_function_call_names_the_function(tmp_path: Path) -> None:
    """The older form forces, and forbids, as the newer one does."""
    world = World(tmp_path)
    named = await world.chat("Hi", functions=[EMAIL, WEATHER], function_call={"name": "send_email"})
    never = await world.chat(PARIS, functions=[WEATHER], function_call="none")

    assert "send_email" == named.json["choices"][0]["message"]["function_call"]["name"]
    assert "function_call" not in never.json["choices"][0]["message"]


async def test_agents_are_led_to_their_end(tmp_path: Path) -> None:
    """Where a call is required, tools that were not called since the user spoke go first."""
    world = World(tmp_path)
    messages: list[dict[str, object]] = [{"role": "user", "content": PARIS}]
    names = []
    for _ in range(2):
        answer = await world.chat(messages=messages, tools=TOOLS, tool_choice="required")
        (call,) = answer.json["choices"][0]["message"]["tool_calls"]
        names.append(call["function"]["name"])
        result = {"role": "tool", "tool_call_id": call["id"], "content": "done"}
        messages += [{"role": "assistant", "tool_calls": [call]}, result]
    last = await world.chat(messages=messages, tools=TOOLS)
    messages.append({"role": "user", "content": PARIS})
    anew = await world.chat(messages=messages, tools=TOOLS, tool_choice="required")
    again = anew.json["choices"][0]["message"]["tool_calls"][0]["function"]["name"]

    assert ["get_weather", "send_email", "get_weather"] == [*names, again]
    assert "stop" == last.json["choices"][0]["finish_reason"]


async def test_json_ends_where_it_ends(tmp_path: Path) -> None:
    """`ignore_eos` makes prose longer; arguments and JSON stay what they are, cut at the limit."""
    world, wanted = World(tmp_path), {"type": "json_object"}
    ends = []
    for fields in ({"tools": TOOLS}, {"response_format": wanted}):
        free = (await world.chat(PARIS, **fields)).json
        size = free["usage"]["completion_tokens"]
        for limit in (size + 50, size - 1):
            body = (await world.chat(PARIS, **fields, ignore_eos=True, max_tokens=limit)).json
            used = body["usage"]["completion_tokens"] - size
            ends.append((used, body["choices"][0]["finish_reason"]))

    assert [(0, "tool_calls"), (-1, "length"), (0, "stop"), (-1, "length")] == ends


async def test_arguments_are_cut_at_the_limit(tmp_path: Path) -> None:
    """The finish reason says so, and usage is exact."""
    answer = (await World(tmp_path).chat(PARIS, tools=TOOLS, max_tokens=5)).json

    assert "length" == answer["choices"][0]["finish_reason"]
    assert 5 == answer["usage"]["completion_tokens"]


async def test_parameters_without_values_are_refused(tmp_path: Path) -> None:
    """A tool that nothing can call names its schema."""
    never = {"name": "never", "parameters": {"properties": {"a": False}, "required": ["a"]}}
    answer = await World(tmp_path).chat("never", tools=[{"type": "function", "function": never}])

    assert (422, "tools.0.function.parameters") == (answer.status, answer.json["error"]["param"])


@pytest.mark.parametrize(
    "schema",
    [{"type": "sphere"}, {"properties": {"a": False}, "required": ["a"]}, {"$ref": "#/nowhere"}],
)
async def test_a_protocol_may_be_lenient_with_schemas(tmp_path: Path, schema: object) -> None:
    """A tool whose schema is none is called without arguments."""
    body = {
        "model": "claude-sonnet-4-5",
        "max_tokens": 99,
        "messages": [{"role": "user", "content": "paint"}],
        "tools": [{"name": "paint", "input_schema": schema}],
    }
    answer = await World(tmp_path).send("POST", "/v1/messages", body)
    (block,) = answer.json["content"]

    assert ("tool_use", {}) == (block["type"], block["input"])
