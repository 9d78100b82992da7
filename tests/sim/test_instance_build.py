"""Building: choices, steps back, recursion that ends."""

from __future__ import annotations

from typing import Any

import pytest

from fakeai.core.rng import Rng
from fakeai.sim.instance import Limits, Unsatisfiable, compile_instance


def make(schema: Any, context: str = "", seed: int = 1) -> Any:
    """Return an instance of a schema."""
    return compile_instance(schema).make(Rng(seed).stream("test", 0), context)


def depth(value: Any) -> int:
    """Return how many containers stand inside each other."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, inner)) if inner else 0


def test_a_branch_that_leads_nowhere_is_left() -> None:
    """Only the third alternative has a value."""
    impossible = {"type": "integer", "minimum": 2, "maximum": 1}

    assert "x" == make({"anyOf": [impossible, False, {"const": "x"}]})


def test_a_choice_far_from_its_contradiction_is_taken_back() -> None:
    """The branch is right by itself, and wrong for a property that is built later."""
    schema = {
        "type": "object",
        "required": ["k"],
        "properties": {"k": {"enum": ["b"]}},
        "oneOf": [{"properties": {"k": {"const": "a"}}}, {"properties": {"k": {"const": "b"}}}],
    }

    assert {"k": "b"} == make(schema)


def test_exactly_one_branch_holds() -> None:
    """What satisfies both branches is not taken."""
    schema = {"oneOf": [{"type": "integer"}, {"type": "number", "minimum": 3}], "maximum": 5}

    made = [make(schema, seed=seed) for seed in range(20)]

    assert [1] * 20 == [isinstance(value, int) + (value >= 3) for value in made]


def test_recursion_ends() -> None:
    """A tree that could grow for ever stays small."""
    node = {"type": "object", "properties": {"kids": {"type": "array", "items": {"$ref": "#"}}}}

    assert [True] * 20 == [depth(make(node, seed=seed)) < 8 for seed in range(20)]


def test_recursion_ends_through_the_one_branch_that_ends() -> None:
    """A required part of itself is looked through for the way out."""
    schema = {
        "type": "object",
        "required": ["l", "r"],
        "properties": {
            "l": {"anyOf": [{"$ref": "#"}, {"type": "integer"}]},
            "r": {"anyOf": [{"$ref": "#"}, {"type": "null"}]},
        },
    }

    assert [True] * 20 == [depth(make(schema, seed=seed)) < 30 for seed in range(20)]


def test_null_is_rare() -> None:
    """A field that may be null mostly has a value."""
    schema = {"anyOf": [{"type": "string"}, {"type": "null"}]}

    assert 0 < [make(schema, seed=seed) for seed in range(200)].count(None) < 50


def test_the_conversation_chooses_the_branch() -> None:
    """The constant that marks a branch is mentioned."""
    branches = [
        {"type": "object", "properties": {"kind": {"const": kind}}, "required": ["kind"]}
        for kind in ("circle", "square", "triangle")
    ]

    assert {"kind": "square"} == make({"oneOf": branches}, "Please draw a square")


@pytest.mark.parametrize(
    ("text", "wanted"), [("with breakfast", True), ("without breakfast, please", False)]
)
def test_the_conversation_decides_a_flag(text: str, wanted: bool) -> None:
    """A flag is on if it is mentioned, and off if it is denied."""
    schema = {"type": "object", "properties": {"include_breakfast": {"type": "boolean"}}}

    assert {"include_breakfast": wanted} == make(schema, f"A room {text}")


def test_a_budget_of_steps_ends_a_hopeless_search() -> None:
    """Many choices with hardly a solution are given up."""
    clauses = [
        {"anyOf": [{"properties": {f"x{i}": {"const": i % 2}}}, {"required": [f"y{i}"]}]}
        for i in range(12)
    ]
    schema: Any = {
        "type": "object",
        "properties": {f"y{i}": False for i in range(12)},
        "required": [f"x{i}" for i in range(12)],
        "allOf": [*clauses, {"properties": {"x0": {"const": 9}}}],
    }

    with pytest.raises(Unsatisfiable):
        compile_instance(schema, limits=Limits(steps_max=200))
