"""Access: what is in reach of an expression, and what is not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from fakeai.template.access import attribute, item, multiply, reader, refuse_power, remainder
from tests.template.yaml_source import Answer, Part


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
    assert expected == attribute(owner, name)
    assert expected == item(owner, name)


@pytest.mark.parametrize("name", ["secret", "__class__", "__struct_fields__", "nope"])
def test_what_an_object_does_not_declare_is_out_of_reach(name: str) -> None:
    """Methods, private names and those that do not exist."""
    with pytest.raises(UndefinedError, match="`Answer` has no attribute"):
        attribute(Answer(), name)


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
    assert expected == item(owner, position)


@pytest.mark.parametrize("operator", [multiply, remainder, refuse_power])
@pytest.mark.parametrize("sides", [("ab", 9), ([1], 9), ("%9d", 1)])
def test_operators_that_could_fill_the_memory_are_refused(operator: Any, sides: Any) -> None:
    """Only numbers are multiplied; powers are not taken."""
    with pytest.raises(TypeError, match=r"takes two numbers|is not available"):
        operator(*sides)


def test_numbers_are_multiplied_and_divided() -> None:
    """As anywhere."""
    assert (42, 3) == (multiply(6, 7), remainder(7, 4))


@given(st.one_of(st.none(), st.dictionaries(st.sampled_from("ab"), st.integers()), st.text()))
def test_a_reader_reads_as_attribute_does(owner: object) -> None:
    """From a map, from null and from other data."""
    assert [attribute(owner, name) for name in "ab"] == list(map(reader(owner), "ab"))
