"""prompted: a table of prompts, and the values that answers take."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from fakeai.core.rng import Rng
from fakeai.pipeline.inputs import Inputs, Tool
from fakeai.pipeline.makers import Makers
from fakeai.pipeline.prompted import offered
from fakeai.pipeline.tool_calls import call_text, wanted_calls
from fakeai.sim.json_shape import wanted_shape
from fakeai.stages.context import read_context
from tests.repository import ROOT

CASES = yaml.safe_load((ROOT / "tests/data/prompt_values.yaml").read_text())
SEEDS = 3
"""Chance finds a value once, but not every time."""


def spelled(content: Any) -> Any:
    """Return a content that may be written as a repetition."""
    if isinstance(content, dict):
        return content["repeat"] * content["times"] + content.get("end", "")
    return content


def schema_of(short: Any) -> dict[str, Any]:
    """Return the schema of a type in short."""
    if isinstance(short, str):
        return {"type": short}
    return {"type": "array", "items": schema_of(short[0])} if isinstance(short, list) else short


def object_of(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an object that has all fields."""
    properties = {name: schema_of(short) for name, short in fields.items()}
    return {"type": "object", "properties": properties, "required": list(fields)}


def read(case: Any) -> Any:
    """Return the conversation of a case."""
    messages = [*case.get("before", []), {"role": "user", "content": case["ask"]}]
    return read_context([{**said, "content": spelled(said.get("content"))} for said in messages])


def id_of(case: Any) -> str:
    """Return the end of what is asked, as the name of a case."""
    return str(spelled(case["ask"]))[-40:]


def agreed(expected: dict[str, Any], actual: dict[str, Any]) -> dict[str, Any]:
    """Return the values expected, as they are; a null stands for any that names no key."""
    free = [value for name, value in actual.items() if expected.get(name, 0) is None]
    assert expected.keys().isdisjoint(free)
    return {name: None if value is None else actual[name] for name, value in expected.items()}


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("case", [case for case in CASES if "calls" in case], ids=id_of)
def test_calls_take_their_arguments_from_the_prompt(case: Any, seed: int) -> None:
    """Those tools are called that the prompt means, with what it says."""
    makers, context = Makers(), read(case)
    tools = [
        Tool(name=name, parameters=object_of(fields)) for name, fields in case["tools"].items()
    ]
    inputs = Inputs(tools=tools, parallel_tool_calls=case.get("parallel", False))
    made = {}
    for tool in wanted_calls(inputs, context):
        rng = Rng(seed).stream("test", 0)
        made[tool.name] = json.loads(call_text(tool, makers, rng, offered(context), "") or "")

    assert case["calls"].keys() == made.keys()
    assert case["calls"] == {
        name: agreed(fields, made[name]) for name, fields in case["calls"].items()
    }


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("case", [case for case in CASES if "object" in case], ids=id_of)
def test_objects_take_their_values_from_the_prompt(case: Any, seed: int) -> None:
    """Their keys, too, where no schema says which."""
    context = read(case)
    if "shape" in case:
        schema, text = object_of(case["shape"]), offered(context)
    else:
        schema = wanted_shape("\n".join(context.texts))
        text = offered(context, shape=schema)

    made = json.loads(Makers().text(schema, Rng(seed).stream("test", 0), text, ""))

    assert case["object"].keys() == made.keys()
    assert case["object"] == agreed(case["object"], made)
