"""Negation: a value that breaks a schema satisfies one of its negations."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeai.core.rng import Rng
from fakeai.sim.instance import compile_instance
from fakeai.sim.instance_document import SchemaDocument
from fakeai.sim.instance_negation import negations

SCHEMAS: list[Any] = [
    {"type": "string"},
    {"type": ["integer", "null"]},
    {"const": 3},
    {"enum": [1, "a", None]},
    {"minimum": 3, "maximum": 5},
    {"exclusiveMinimum": 3, "exclusiveMaximum": 5},
    {"multipleOf": 4},
    {"minLength": 2, "maxLength": 4},
    {"pattern": "^a"},
    {"minItems": 1, "maxItems": 2},
    {"minProperties": 1, "maxProperties": 2},
    {"required": ["a", "b"]},
    {"properties": {"a": {"type": "string"}}},
    {"properties": {"a": True}, "additionalProperties": False},
    {"items": {"type": "integer"}},
    {"contains": {"type": "integer"}},
    {"anyOf": [{"type": "string"}, {"type": "null"}]},
    {"oneOf": [{"minimum": 3}, {"maximum": 5}]},
    {"allOf": [{"type": "string"}, {"minLength": 3}]},
    {"not": {"type": "string"}},
    {"uniqueItems": True, "type": "array"},
    {"prefixItems": [{"type": "string"}, {"type": "integer"}]},
    {"propertyNames": {"pattern": "^a"}},
    {"dependentRequired": {"a": ["b"]}},
    {"dependentSchemas": {"a": {"required": ["b"]}}},
    {"$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}},
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
@given(seed=st.integers(0, 20))
def test_an_instance_of_the_negation_breaks_the_schema(schema: Any, seed: int) -> None:
    """What is made for `not` is what the schema rejects."""
    negated: Any = {"$defs": schema.get("$defs", {}), "not": schema}

    made = compile_instance(negated).make(Rng(seed).stream("test", 0))

    assert False is jsonschema_rs.Draft202012Validator(schema).is_valid(made)


@pytest.mark.parametrize(("schema", "ways"), [(True, []), (False, [True]), ({}, [])])
def test_what_cannot_be_broken_has_no_negation(schema: Any, ways: list[Any]) -> None:
    """Nothing breaks a schema that says nothing; everything breaks `false`."""
    assert ways == negations(SchemaDocument({}), schema)


def test_what_is_not_understood_is_left_to_the_validator() -> None:
    """The last way allows anything."""
    assert [True] == negations(SchemaDocument({}), {"uniqueItems": True})


def test_flags_of_old_drafts_are_not_bounds() -> None:
    """A boolean beside a bound, a list of items: neither is negated."""
    assert [] == negations(SchemaDocument({}), {"exclusiveMinimum": True, "items": [True]})
