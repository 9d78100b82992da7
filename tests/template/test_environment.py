"""The environment: what is in reach of an expression, and what is not."""

from __future__ import annotations

from typing import Any

import pytest
from jinja2 import UndefinedError

from fakeai.template.environment import TemplateEnvironment
from tests.template.yaml_source import Answer, Part

ENVIRONMENT = TemplateEnvironment()


@pytest.mark.parametrize(
    ("owner", "name", "expected"),
    [
        ({"items": 1}, "items", 1),
        ({}, "items", None),
        ({}, "keys", None),
        (None, "x", None),
        ("text", "upper", None),
        ([1], "append", None),
        (1, "real", None),
        (Answer(name="n"), "name", "n"),
        (Answer(parts=[Part(text="t")]), "first", Part(text="t")),
    ],
)
def test_attributes_are_keys_or_declared(owner: Any, name: str, expected: Any) -> None:
    """Never a method of Python's own types; what is absent is null."""
    assert expected == ENVIRONMENT.getattr(owner, name)
    assert expected == ENVIRONMENT.getitem(owner, name)


@pytest.mark.parametrize("name", ["secret", "__class__", "__struct_fields__", "nope"])
def test_what_an_object_does_not_declare_is_out_of_reach(name: str) -> None:
    """Methods, private names and those that do not exist."""
    with pytest.raises(UndefinedError, match="`Answer` has no attribute"):
        ENVIRONMENT.getattr(Answer(), name)


@pytest.mark.parametrize(
    ("owner", "position", "expected"),
    [
        ([1, 2], 0, 1),
        ([1, 2], -1, 2),
        ([1, 2], 2, None),
        ([1, 2], -3, None),
        ("ab", 1, "b"),
        (None, 0, None),
        ({"0": 1}, 0, None),
        (7, 0, None),
    ],
)
def test_items_are_those_that_exist(owner: Any, position: int, expected: Any) -> None:
    """One beyond the end is absent."""
    assert expected == ENVIRONMENT.getitem(owner, position)


def test_there_are_no_globals() -> None:
    """Nothing is callable that the scope did not bring."""
    assert {} == ENVIRONMENT.globals


@pytest.mark.parametrize(
    "expression",
    ["'ab' * 9", "x * 9", "[1] * 9", "'%9d' % 1", "2 ** 2", "x ** 2"],
)
def test_operators_that_could_fill_the_memory_are_refused(expression: str) -> None:
    """Only numbers are multiplied; powers are not taken."""
    with pytest.raises(TypeError, match=r"takes two numbers|is not available"):
        ENVIRONMENT.from_string(f"{{{{ {expression} }}}}").render(x="text")


@pytest.mark.parametrize(
    ("expression", "expected"), [("6 * 7", "42"), ("7 % 4", "3"), ("1.5 * 2", "3.0")]
)
def test_numbers_can_be_computed(expression: str, expected: str) -> None:
    """As anywhere."""
    assert expected == ENVIRONMENT.from_string(f"{{{{ {expression} }}}}").render()


def test_a_variable_that_was_not_given_is_an_error_at_once() -> None:
    """It must not travel into a body."""
    with pytest.raises(UndefinedError, match="`x` was not given"):
        ENVIRONMENT.from_string("{% set y = x %}").render()


def test_defined_means_not_null() -> None:
    """What is absent is null, so the two are one."""
    template = ENVIRONMENT.from_string("{{ x.a is defined }} {{ x.b is defined }}")

    assert "true false" == template.render(x={"a": 1})
