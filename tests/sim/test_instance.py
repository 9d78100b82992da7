"""Instances: each schema of the collection has one, or a refusal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs
import pytest

from fakeai.core.rng import Rng
from fakeai.sim.instance import (
    InvalidSchema,
    Limits,
    Unsatisfiable,
    compile_instance,
)
from fakeai.sim.pools import BUILT_IN
from tests.repository import ROOT

if TYPE_CHECKING:
    from random import Random

FOLDER: Final = ROOT / "tests" / "data" / "json_schemas"
REFUSED: Final = {"refused", "invalid"}
CONTEXT: Final = "Ada Lovelace (ada@example.org) bought 5 apples in Lyon for €12.50 on 2025-03-04."
PERSON: Final[Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "email": {"type": "string", "format": "email"},
        "age": {"type": "integer", "minimum": 0},
        "city": {"type": "string"},
    },
    "required": ["name", "email", "age", "city"],
    "additionalProperties": False,
}


def dice(seed: int = 1) -> Random:
    """Return a stream of chance."""
    return Rng(seed).stream("test", 0)


def cases(*, refused: bool) -> list[Any]:
    """Return the collection's schemas, as parameters of a test."""
    return [
        pytest.param(case["schema"], case.get("refusal"), path.stem, id=f"{path.stem}-{name}")
        for path in sorted(FOLDER.glob("*.json"))
        if (path.stem in REFUSED) == refused
        for case in json.loads(path.read_text("utf-8"))
        for name in [case["name"].replace(" ", "-")]
    ]


def validator(schema: Any) -> jsonschema_rs.Validator:
    """Return an independent validator; the dialect of one schema is known to nobody."""
    if isinstance(schema, dict) and "example.com" in str(schema.get("$schema")):
        schema = {key: value for key, value in schema.items() if key != "$schema"}
    return jsonschema_rs.validator_for(schema, validate_formats=False)


@pytest.mark.parametrize(("schema", "refusal", "group"), cases(refused=False))
def test_every_schema_gets_valid_instances(schema: Any, refusal: None, group: str) -> None:
    """Whatever the seed and the conversation, the instance is valid."""
    assert (None, False) == (refusal, group in REFUSED)
    maker = compile_instance(schema)

    made = [maker.make(dice(seed)) for seed in range(4)] + [maker.make(dice(), CONTEXT)]

    assert [True] * 5 == [validator(schema).is_valid(value) for value in made]


@pytest.mark.parametrize(("schema", "refusal", "group"), cases(refused=True))
def test_every_refusal_has_its_reason(schema: Any, refusal: str, group: str) -> None:
    """A schema without an instance is refused early, and told why."""
    expected = InvalidSchema if group == "invalid" else Unsatisfiable

    with pytest.raises(expected) as refused:
        compile_instance(schema)

    assert refusal in str(refused.value)
    assert str(refused.value).partition(": ")[2] != ""


def test_the_collection_is_large() -> None:
    """There are hundreds of schemas, and names are given once."""
    names = [case.id for refused in (False, True) for case in cases(refused=refused)]

    assert (True, len(names)) == (len(names) >= 400, len(set(names)))


def test_the_same_stream_makes_the_same_instance() -> None:
    """Nothing but the stream decides, and another stream decides otherwise."""
    maker = compile_instance(PERSON)
    first = maker.make(dice(1))

    assert first == compile_instance(PERSON).make(dice(1))
    assert first != maker.make(dice(2))


def test_values_come_from_the_conversation() -> None:
    """What the text says of a field is in the field."""
    assert {
        "name": "Ada Lovelace",
        "email": "ada@example.org",
        "age": 5,
        "city": "Lyon",
    } == compile_instance(PERSON).make(dice(), CONTEXT)


def test_a_conversation_never_breaks_the_schema() -> None:
    """A city that is not among the cities allowed is not taken."""
    schema: Any = {"type": "object", "properties": {"city": {"enum": ["Rome", "Oslo"]}}}

    made: Any = compile_instance(schema).make(dice(), "I live in Lyon, but Oslo is nice")

    assert {"city": "Oslo"} == made


def test_properties_keep_the_order_of_the_schema() -> None:
    """Clients that stream read the first property first."""
    made: Any = compile_instance(PERSON).make(dice())

    assert ["name", "email", "age", "city"] == list(made)


def test_pools_are_what_names_are_taken_from() -> None:
    """A pool of one value leaves no choice."""
    pools = BUILT_IN.overlaid({"city": ("Atlantis",)})

    made: Any = compile_instance(PERSON, pools=pools).make(dice())

    assert "Atlantis" == made["city"]


def test_an_instance_is_the_callers_own() -> None:
    """Changing what was made changes neither the schema nor the next instance."""
    schema: Any = {"const": {"list": [1]}}
    maker = compile_instance(schema)
    made: Any = maker.make(dice())
    made["list"].append(2)

    assert {"list": [1]} == maker.make(dice())


def test_formats_are_kept_to_where_they_can_be() -> None:
    """A format that contradicts the only values is an annotation, as JSON Schema has it."""
    schema: Any = {"type": "string", "format": "date", "enum": ["someday"]}

    assert "someday" == compile_instance(schema).make(dice())


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(steps_max=3), "steps"),
        (Limits(values_max=2), "values"),
        (Limits(depth_max=0), "deeper"),
    ],
)
def test_limits_end_the_search(limits: Limits, reason: str) -> None:
    """Each limit refuses in its own words."""
    with pytest.raises(Unsatisfiable, match=reason):
        compile_instance(PERSON, limits=limits)


@pytest.mark.parametrize(
    ("limits", "reason"),
    [(Limits(schema_chars_max=20), "larger"), (Limits(schema_depth_max=1), "deeper")],
)
def test_limits_refuse_a_monstrous_schema(limits: Limits, reason: str) -> None:
    """A schema is measured before anything walks it."""
    with pytest.raises(InvalidSchema, match=reason):
        compile_instance(PERSON, limits=limits)


def test_what_counts_most_of_a_conversation_is_read() -> None:
    """The limit counts from the first passage, which is what was said last."""
    maker = compile_instance(PERSON, limits=Limits(context_chars_max=20))

    first: Any = maker.make(dice(), "I live in Lyon.", "x" * 20)
    second: Any = maker.make(dice(), "x" * 20, "I live in Lyon.")

    assert "Lyon" == first["city"]
    assert second["city"] in BUILT_IN.values["city"]


@pytest.mark.parametrize("schema", [{"const": float("inf")}, "text", [], 3])
def test_what_is_not_a_schema_is_refused(schema: Any) -> None:
    """Neither a number without end nor a root that is no object."""
    with pytest.raises(InvalidSchema):
        compile_instance(schema)


def test_bounds_beyond_any_float_are_kept() -> None:
    """A schema may speak of numbers that no machine multiplies."""
    schema: Any = {"type": "number", "minimum": 10**400, "multipleOf": 0.5}
    made: Any = compile_instance(schema).make(dice())

    assert 10**400 <= made


def test_large_integers_stay_exact() -> None:
    """A bound beyond 64 bits is met to the digit."""
    schema: Any = {"type": "integer", "minimum": 10**30, "maximum": 10**30}

    assert 10**30 == compile_instance(schema).make(dice())
