"""Hundreds of JSON Schemas: as formats of answers, as inputs of tools."""

from __future__ import annotations

import json
import re
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any, Final

import jsonschema
import jsonschema_rs
import pytest

from tests.repository import ROOT

if TYPE_CHECKING:
    from tests.harness import Answer, World

GROUPS: Final = sorted((ROOT / "tests" / "data" / "json_schemas").glob("*.json"))
REFUSED: Final = {"refused", "invalid"}
PROMPT: Final = "Ada Lovelace (ada@example.org) bought 5 apples in Lyon for €12.50."


def cases(group: str) -> list[tuple[str, Any]]:
    """Return the names and schemas of a group."""
    path = next(path for path in GROUPS if path.stem == group)
    return [(case["name"], case["schema"]) for case in json.loads(path.read_text("utf-8"))]


async def formatted(world: World, schema: Any) -> Answer:
    """Ask for an answer by a schema."""
    wanted = {"type": "json_schema", "json_schema": {"name": "it", "schema": schema}}
    return await world.chat(PROMPT, response_format=wanted)


async def called(world: World, schema: Any) -> Answer:
    """Ask for the call of a tool whose input has a schema."""
    tool = {"type": "function", "function": {"name": "it", "parameters": schema}}
    return await world.chat(PROMPT, tools=[tool], tool_choice="required")


def held(schema: Any) -> Any:
    """Return the schema of an object with a value of the schema given, as a tool's input is."""
    dialect = {}
    if isinstance(schema, dict):
        dialect = {key: schema[key] for key in ("$schema",) if key in schema}
        schema = {"$id": "urn:it", **schema}  # its references are its own
    return {**dialect, "type": "object", "properties": {"value": schema}, "required": ["value"]}


def value(answer: Answer) -> str:
    """Return the JSON that an answer says, or that its call is given."""
    message = answer.json["choices"][0]["message"]
    if "tool_calls" in message:
        return str(message["tool_calls"][0]["function"]["arguments"])
    return str(message["content"])


def wrong(schema: Any, answer: Answer) -> str | None:
    """Return what is wrong with an answer in the eyes of another validator."""
    if answer.status != 200:
        return f"{answer.status}: {answer.json['error']['message']}"
    made = value(answer)
    exact = json.loads(json.dumps(schema), parse_float=Decimal)
    oracle = jsonschema.validators.validator_for(exact, jsonschema.Draft202012Validator)
    try:
        with localcontext(prec=400):
            error = next(oracle(exact).iter_errors(json.loads(made, parse_float=Decimal)), None)
    except (re.error, RecursionError):  # a pattern that is not Python's; references in a circle
        return None if jsonschema_rs.is_valid(schema, json.loads(made)) else made
    return None if error is None else str(error.message)


@pytest.mark.parametrize("group", [path.stem for path in GROUPS if path.stem not in REFUSED])
async def test_every_answer_is_valid(world: World, group: str) -> None:
    """What is said and what a tool is given, each for the schema that was sent."""
    found = [
        (name, way.__name__, wrong(sent, await way(world, sent)))
        for name, schema in cases(group)
        for way, sent in ((formatted, schema), (called, held(schema)))
        if isinstance(sent, dict)  # `true` alone is no format
    ]

    assert [] == [fault for fault in found if fault[2]]


@pytest.mark.parametrize("group", sorted(REFUSED))
async def test_every_refusal_says_where_and_why(world: World, group: str) -> None:
    """It names the place of the schema in the request, or a place inside it, and has a reason."""
    for name, schema in cases(group):
        answers = [await formatted(world, schema), await called(world, held(schema))]
        errors = [answer.json["error"] for answer in answers]

        assert (name, [422, 422]) == (name, [answer.status for answer in answers])
        assert errors[0]["param"].startswith("response_format.json_schema.schema")
        assert errors[1]["param"].startswith("tools.0.function.parameters")
        assert all(len(error["message"]) > len("Invalid schema: ") for error in errors)


def test_there_are_hundreds() -> None:
    """The collection stays as large as it is said to be."""
    assert 300 <= sum(len(cases(path.stem)) for path in GROUPS if path.stem not in REFUSED)
