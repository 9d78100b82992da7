"""Query types: texts as what a schema speaks of."""

from __future__ import annotations

from typing import Any

import pytest

from fakeai.pipeline.query_types import query_types

DEFS: dict[str, Any] = {
    "count": {"type": "integer"},
    "flag": {"$ref": "#/$defs/answer"},
    "answer": {"type": "boolean"},
    "round": {"$ref": "#/$defs/round"},
}


def read(field: Any, value: Any) -> Any:
    """Return how a field of this schema is read."""
    types = query_types({"properties": {"a": field}, "$defs": DEFS})
    return types["a"].read(value) if "a" in types else value


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ({"type": "boolean"}, "true", True),
        ({"type": "boolean"}, "false", False),
        ({"type": "integer"}, "12", 12),
        ({"type": "number"}, "12", 12),
        ({"type": "number"}, "-0.5", -0.5),
        ({"type": "number"}, "1e3", 1000.0),
        ({"type": ["number", "null"]}, "2.5", 2.5),
        ({"anyOf": [{"type": "boolean"}, {"type": "integer"}]}, "7", 7),
        ({"enum": [1, 2]}, "2", 2),
        ({"const": True}, "true", True),
        ({"$ref": "#/$defs/count"}, "3", 3),
        ({"$ref": "#/$defs/flag"}, "true", True),
        ({"type": "array"}, "x", ["x"]),
        ({"type": "array", "items": {"type": "integer"}}, "5", [5]),
        ({"type": "array", "items": {"type": "integer"}}, ["5", "x"], [5, "x"]),
        (
            {
                "type": "object",
                "properties": {"n": {"type": "integer"}},
                "additionalProperties": {"type": "boolean"},
            },
            {"n": "1", "m": "true"},
            {"n": 1, "m": True},
        ),
    ],
)
def test_a_field_is_read_as_its_schema_types_it(field: Any, text: Any, expected: Any) -> None:
    """Types may be named, referred to, or follow from the values that there are."""
    found = read(field, text)

    assert (expected, type(expected)) == (found, type(found))


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ({"type": "boolean"}, "True"),
        ({"type": "boolean"}, "1"),
        ({"type": "integer"}, "1.5"),
        ({"type": "integer"}, "9" * 40),
        ({"type": "number"}, "1e400"),
        ({"type": "number"}, "nan"),
        ({"type": "number"}, ""),
        ({"type": "string"}, "1"),
        ({"type": ["string", "integer"]}, "1"),
        ({"$ref": "#/$defs/round"}, "1"),
        ({}, "1"),
        (True, "1"),
    ],
)
def test_what_does_not_fit_stays_a_text(field: Any, text: str) -> None:
    """So does what may be one."""
    assert text == read(field, text)


def test_fields_of_texts_need_no_reading() -> None:
    """Only what must be read otherwise is kept."""
    schema = {"properties": {"a": {"type": "string"}, "b": {"type": "integer"}, "c": True}}

    assert ["b"] == [*query_types(schema)]
