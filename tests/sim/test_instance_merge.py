"""Merging: what several schemas demand together."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from fakeai.sim.instance_document import SchemaDocument
from fakeai.sim.instance_facts import Contains, Facts, Tuple
from fakeai.sim.instance_limits import StepsSpentError, Unsatisfiable
from fakeai.sim.instance_merge import NESTING_MAX, absorb


def merged(*schemas: Any) -> Facts:
    """Return the facts of schemas that hold together."""
    facts = Facts()
    root: Any = {"allOf": list(schemas)}
    absorb(SchemaDocument(root), facts, root)
    return facts


def test_types_are_intersected() -> None:
    """An integer is a number."""
    facts = merged({"type": ["number", "null"]}, {"type": ["integer", "string"]})

    assert frozenset({"integer"}) == facts.types


def test_listed_values_are_intersected_by_value() -> None:
    """1 and 1.0 are one value, 1 and true are two."""
    assert [1, "a"] == merged({"enum": [1, True, "a"]}, {"enum": ["a", 1.0]}).values


def test_bounds_are_the_narrowest() -> None:
    """Of lengths, of items, of properties."""
    facts = merged(
        {"minLength": 1, "maxLength": 9, "minItems": 2, "maxProperties": 4},
        {"minLength": 3, "maxLength": 5, "maxItems": 7, "minProperties": 1},
    )

    assert (3, 5) == (facts.text.size.low, facts.text.size.high)
    assert (2, 7) == (facts.array.size.low, facts.array.size.high)
    assert (1, 4) == (facts.object.size.low, facts.object.size.high)


def test_an_exclusive_bound_of_draft_4_is_a_flag() -> None:
    """It stands beside the bound that it sharpens."""
    facts = merged({"minimum": 3, "exclusiveMinimum": True})

    assert (Fraction(3), True) == (facts.number.low, facts.number.low_excluded)


def test_a_tuple_of_draft_7_is_a_prefix() -> None:
    """`items` was a list, and `additionalItems` the rest."""
    facts = merged({"items": [True], "additionalItems": False})

    assert (Tuple(prefix=(True,), rest=False),) == facts.array.tuples


def test_what_must_be_contained_needs_room() -> None:
    """Two items that must be there are at least two items."""
    facts = merged({"contains": {"const": 1}, "minContains": 2})

    assert 2 == facts.array.size.low
    assert (Contains({"const": 1}, {"not": {"const": 1}}, 2, None),) == facts.array.contains


def test_a_choice_of_one_is_none() -> None:
    """A single branch is merged at once."""
    facts = merged({"anyOf": [{"type": "string"}]}, {"oneOf": [{"minLength": 2}]})

    assert ((), 2) == (facts.choices, facts.text.size.low)


def test_choices_stay_open() -> None:
    """Each remembers where it stands, and whether its branches exclude each other."""
    facts = merged({"anyOf": [True, {}]}, {"oneOf": [{}, {}]})

    assert [("/allOf/0/anyOf", False), ("/allOf/1/oneOf", True)] == [
        (choice.path, choice.exclusive) for choice in facts.choices
    ]


def test_a_condition_is_a_choice_of_two() -> None:
    """It holds and so does `then`, or it fails and `else` holds."""
    (choice,) = merged({"if": {"type": "string"}, "then": {"minLength": 3}}).choices

    assert (
        {"allOf": [{"type": "string"}, {"minLength": 3}]},
        {"allOf": [{"not": {"type": "string"}}, True]},
    ) == choice.branches


def test_a_reference_and_its_siblings_both_hold() -> None:
    """The target is merged with what stands beside the reference."""
    root: Any = {"$ref": "#/$defs/a", "maxLength": 5, "$defs": {"a": {"minLength": 2}}}
    facts = Facts()
    absorb(SchemaDocument(root), facts, root)

    assert (2, 5) == (facts.text.size.low, facts.text.size.high)


def test_a_reference_to_itself_says_nothing() -> None:
    """A schema that is merged already is not merged again."""
    root: Any = {"$ref": "#"}
    facts = Facts()
    absorb(SchemaDocument(root), facts, root)

    assert Facts().types == facts.types


def test_too_many_schemas_inside_each_other_are_given_up() -> None:
    """A tower of `allOf` is bounded."""
    tower: Any = {"type": "string"}
    for _ in range(NESTING_MAX + 1):
        tower = {"allOf": [tower]}

    with pytest.raises(StepsSpentError):
        merged(tower)


@pytest.mark.parametrize(
    ("schemas", "reason", "path"),
    [
        ([{"type": "string"}, {"type": "number"}], "string and number at once", "/allOf/1"),
        ([{"enum": [1]}, {"const": 2}], "list of allowed values", "/allOf/1"),
        ([{}, {"not": True}], "no value can satisfy 'not'", "/allOf/1"),
    ],
)
def test_a_contradiction_says_where(schemas: list[Any], reason: str, path: str) -> None:
    """The second of two schemas is the one that contradicts."""
    with pytest.raises(Unsatisfiable, match=reason) as refused:
        merged(*schemas)

    assert path == refused.value.path
