"""Facts: bounds that narrow, and equality as JSON Schema has it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from fakeai.sim import instance_facts
from fakeai.sim.instance_facts import (
    Facts,
    Members,
    NumberFacts,
    ObjectFacts,
    Size,
    equality_key,
    exact,
    named_types,
    type_of,
)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "null"),
        (True, "boolean"),
        (1, "integer"),
        (1.0, "integer"),
        (1.5, "fraction"),
        ("", "string"),
        ([], "array"),
        ({}, "object"),
    ],
)
def test_each_value_has_a_type(value: Any, kind: str) -> None:
    """A whole float is an integer, and a boolean is no number."""
    assert kind == type_of(value)


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        ([1, True], [True, 1], False),
        ({"a": 1, "b": 2}, {"b": 2.0, "a": 1}, True),
        ("1", 1, False),
    ],
)
def test_equality_is_that_of_json(one: Any, other: Any, equal: bool) -> None:
    """Numbers are compared by value, booleans are no numbers."""
    assert equal == (equality_key(one) == equality_key(other))


def test_a_decimal_is_what_is_written() -> None:
    """A tenth is a tenth."""
    assert Fraction(1, 10) == exact(0.1)


def test_a_number_is_an_integer_or_a_fraction() -> None:
    """The type of all numbers is two types."""
    assert {"integer", "fraction", "null"} == named_types(["number", "null"])


def test_bounds_only_narrow() -> None:
    """The strictest of all bounds holds, and of equal ones the one that excludes."""
    facts = NumberFacts()
    for bound, excluded in ((1, False), (3, False), (3, True), (2, False)):
        facts.at_least(Fraction(bound), excluded=excluded)
        facts.at_most(Fraction(10 - bound), excluded=excluded)

    assert (Fraction(3), True) == (facts.low, facts.low_excluded)
    assert (Fraction(7), True) == (facts.high, facts.high_excluded)


def test_a_number_is_weighed_against_all() -> None:
    """Bounds, divisors and barred divisors."""
    facts = NumberFacts(divisors=(Fraction(2),), barred_divisors=(Fraction(3),))
    facts.at_least(Fraction(2), excluded=True)
    facts.at_most(Fraction(8), excluded=False)

    assert [4, 8] == [n for n in range(10) if facts.allows(Fraction(n))]


def test_a_size_may_be_impossible() -> None:
    """The least is over the most."""
    size = Size()
    size.at_least(2)
    size.at_most(1)

    assert (True, False) == (size.is_empty, size.allows(1))


def test_a_copy_is_independent() -> None:
    """What is added to a copy is not added to the first."""
    facts = Facts()
    copied = facts.copy()
    copied.text.size.at_least(3)
    copied.object.required["a"] = None
    copied.number.at_least(Fraction(1), excluded=False)

    assert Facts() == facts


def test_a_property_is_governed_by_all_that_speak_of_it() -> None:
    """Declared, matching, other, and left over."""
    facts = ObjectFacts(
        members=(
            Members({"a": True}, {"^a": {"type": "null"}}, others=False, says_others=True),
            Members({}, {"^b": {"type": "object"}}, others=True, says_others=False),
        ),
        leftover={"type": "string"},
    )

    assert (True, {"type": "null"}, True) == facts.goal("a")
    assert (False, {"type": "object"}) == facts.goal("b")


def test_a_property_that_nobody_speaks_of_is_left_over() -> None:
    """The schema of what is left over holds for it."""
    facts = ObjectFacts(
        members=(Members({"a": True}, {}, others=True, says_others=False),), leftover=False
    )

    assert (True, False) == facts.goal("z")


@pytest.mark.parametrize(("length", "kept"), [(1_000, 1), (1_001, 0)])
def test_a_long_pattern_is_not_remembered(length: int, kept: int) -> None:
    """Whoever sends patterns must not fill the memory with them."""
    instance_facts._remembered.cache_clear()
    members = Members({}, {"a" * length: False}, others=True, says_others=False)
    facts = ObjectFacts(members=(members,))

    assert (False,) == facts.goal("a" * length)
    assert kept == instance_facts._remembered.cache_info().currsize
