"""completion: calls of custom tools keep to their grammars."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import jsonschema_rs
import pytest

from tests.generators.test_completion_tools import rejoined
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

FUNCTION = {"type": "function", "function": {"name": "noop"}}


async def test_custom_tools_take_text(tmp_path: Path) -> None:
    """A regular expression is kept to; without one, the input is prose."""
    world = World(tmp_path)
    grammar = {"type": "grammar", "grammar": {"syntax": "regex", "definition": "^[a-f]{6}$"}}
    tool = {"type": "custom", "custom": {"name": "paint", "format": grammar}}
    strict = await world.chat("paint", tools=[tool], stream=True)
    free = await world.chat("paint", tools=[{"type": "custom", "custom": {"name": "paint"}}])
    (call,) = rejoined(strict)

    assert ("custom", "paint") == (call["type"], call["custom"]["name"])
    assert jsonschema_rs.is_valid({"pattern": "^[a-f]{6}$"}, call["custom"]["input"])
    assert free.json["choices"][0]["message"]["tool_calls"][0]["custom"]["input"]


async def test_a_custom_tool_keeps_to_a_lark_grammar(tmp_path: Path) -> None:
    """Plain and streamed alike."""
    world = World(tmp_path)
    lark = 'start: "mix" COLOUR ("with" COLOUR)~2\nCOLOUR: "red" | "blue"\n%ignore " "'
    grammar = {"type": "grammar", "grammar": {"syntax": "lark", "definition": lark}}
    tool = {"type": "custom", "custom": {"name": "paint", "format": grammar}}
    (streamed,) = rejoined(await world.chat("paint", tools=[tool], stream=True))
    (plain,) = (await world.chat("paint", tools=[tool])).json["choices"][0]["message"]["tool_calls"]
    colour = "(red|blue)"

    assert re.fullmatch(f"mix {colour} with {colour} with {colour}", plain["custom"]["input"])
    assert plain["custom"] == streamed["custom"]


@pytest.mark.parametrize(
    ("syntax", "definition"),
    [
        ("regex", "[a-"),
        ("regex", "("),
        ("regex", "a{2,1}"),
        ("lark", "start: nowhere"),
        ("lark", "start: ("),
    ],
)
async def test_a_broken_grammar_is_refused(tmp_path: Path, syntax: str, definition: str) -> None:
    """The refusal names the grammar, whether the tool would be called or not."""
    grammar = {"type": "grammar", "grammar": {"syntax": syntax, "definition": definition}}
    tool = {"type": "custom", "custom": {"name": "paint", "format": grammar}}
    answer = await World(tmp_path).chat("Hi", tools=[FUNCTION, tool])
    expected = "tools.1.custom.format.grammar.definition"

    assert (422, expected) == (answer.status, answer.json["error"]["param"])
