"""From a validator's errors to the one that was meant."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from fakeai.pipeline.violations import best_violation

PART = {
    "oneOf": [
        {
            "type": "object",
            "required": ["type", "text"],
            "properties": {"type": {"const": "text"}, "text": {"type": "string"}},
        },
        {
            "type": "object",
            "required": ["type", "url"],
            "properties": {"type": {"const": "image"}, "url": {"type": "string", "maxLength": 5}},
        },
    ]
}
SCHEMA = {
    "type": "object",
    "required": ["a"],
    "additionalProperties": False,
    "properties": {
        "a": {"anyOf": [{"type": "string"}, {"type": "array", "items": PART}, {"type": "null"}]},
        "n": {"anyOf": [{"type": "integer", "maximum": 3}, {"type": "null"}]},
        "e": {"enum": ["x", "y", None]},
        "p": {"type": "string", "pattern": "^a+$", "minLength": 1},
    },
}


def violation(value: Any) -> tuple[str, str | None, str]:
    """Return keyword, param and what was expected."""
    errors = jsonschema_rs.validator_for(SCHEMA).iter_errors(value)
    best = best_violation(errors)
    return best.keyword, best.param, best.expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({}, ("required", "a", "")),
        ([], ("type", None, "an object")),
        ({"a": 1}, ("type", "a", "a string or an array")),
        ({"a": [{"type": "text"}]}, ("required", "a.0.text", "")),
        ({"a": [{"type": "text", "text": 1}]}, ("type", "a.0.text", "a string")),
        ({"a": [{"type": "image", "url": "123456"}]}, ("maxLength", "a.0.url", "")),
        ({"a": [{"type": "sound"}]}, ("enum", "a.0.type", "'text' and 'image'")),
        ({"a": [5]}, ("type", "a.0", "an object")),
        ({"a": "", "n": 4}, ("maximum", "n", "")),
        ({"a": "", "n": "4"}, ("type", "n", "an integer")),
        ({"a": "", "e": "z"}, ("enum", "e", "'x' and 'y'")),
        ({"a": "", "p": "b"}, ("pattern", "p", "^a+$")),
        ({"a": "", "zz": 1}, ("additionalProperties", "zz", "")),
    ],
)
def test_the_alternative_that_was_meant(value: Any, expected: tuple[str, str | None, str]) -> None:
    """Alternatives are told apart by their type and their tag."""
    assert expected == violation(value)


def test_long_values_are_cut() -> None:
    """A refusal never repeats a whole prompt."""
    errors = jsonschema_rs.validator_for({"type": "integer"}).iter_errors("x" * 1000)

    assert 81 == len(best_violation(errors).value)
