"""Objects: required, optional and invented properties."""

from __future__ import annotations

from typing import Any

import pytest

from fakeai.core.rng import Rng
from fakeai.sim import instance_object
from fakeai.sim.instance import Unsatisfiable, compile_instance

TEXT: Any = {"type": "string"}
WHOLE: Any = {"type": "integer"}


def make(**schema: Any) -> dict[str, Any]:
    """Return an object of a schema."""
    made: Any = compile_instance({"type": "object", **schema}).make(Rng(1).stream("test", 0))
    assert isinstance(made, dict)
    return made


def test_optional_properties_are_filled_in() -> None:
    """A reader sees all that the schema describes."""
    assert {"a", "b"} == set(make(properties={"a": TEXT, "b": WHOLE}, required=["a"]))


def test_an_optional_property_without_a_value_is_left_out() -> None:
    """It is not there, rather than wrong."""
    assert {"a"} == set(make(properties={"a": TEXT, "b": False}))


def test_the_most_properties_are_not_exceeded() -> None:
    """What is required goes first, wherever it stands."""
    made = make(properties={"a": TEXT, "b": TEXT, "c": TEXT}, required=["c"], maxProperties=2)

    assert ["a", "c"] == list(made)


def test_a_map_has_a_few_entries() -> None:
    """An object that only says what its values are gets two."""
    assert [int, int] == [type(value) for value in make(additionalProperties=WHOLE).values()]


def test_an_open_object_stays_empty() -> None:
    """Nothing is invented where nothing is described."""
    assert {} == make()


def test_missing_properties_are_invented() -> None:
    """Their names and values obey the schema."""
    made = make(patternProperties={"^n_": WHOLE}, additionalProperties=False, minProperties=4)

    assert [True] * 4 == [name.startswith("n_") and int is type(made[name]) for name in made]


def test_names_are_those_that_are_allowed() -> None:
    """A list of names is used up."""
    made = make(propertyNames={"enum": ["x", "y"]}, minProperties=2)

    assert {"x", "y"} == set(made)


def test_every_schema_that_matches_a_name_holds() -> None:
    """Two patterns and a declaration speak of one property."""
    made = make(
        properties={"ab": {"minimum": 3}},
        patternProperties={"^a": WHOLE, "b$": {"maximum": 3}},
        required=["ab"],
    )

    assert {"ab": 3} == made


def test_a_property_may_have_any_name() -> None:
    """Neither empty, nor foreign, nor odd names are lost."""
    names = ["", "名前", "a/b", "a~b", "$ref", "\n"]

    assert names == list(make(properties=dict.fromkeys(names, WHOLE), required=names))


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"required": ["a"], "properties": {"a": False}}, "the required property 'a'"),
        ({"required": ["a", "b"], "maxProperties": 1}, "2 properties are required"),
        ({"minProperties": 1, "additionalProperties": False}, "only 0 can be made"),
        ({"required": ["Z"], "propertyNames": {"pattern": "^a"}}, "propertyNames forbids 'Z'"),
    ],
)
def test_no_object_is_a_reason(schema: dict[str, Any], reason: str) -> None:
    """Each contradiction is told in its own words."""
    with pytest.raises(Unsatisfiable, match=reason):
        make(**schema)


@pytest.mark.parametrize(("length", "kept"), [(1_000, 1), (1_001, 0)])
def test_the_search_of_a_long_pattern_is_not_remembered(length: int, kept: int) -> None:
    """Whoever sends patterns must not fill the memory with them."""
    instance_object._remembered.cache_clear()
    name = "a" * length

    made = make(patternProperties={name: {"const": 1}}, additionalProperties=False, minProperties=1)

    assert {1} == set(made.values())
    assert kept == instance_object._remembered.cache_info().currsize
