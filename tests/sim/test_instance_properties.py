"""Properties of instances that hold for every schema."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import jsonschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakeai.core.rng import Rng
from fakeai.sim.instance import InvalidSchema, Limits, Unsatisfiable, compile_instance

if TYPE_CHECKING:
    from random import Random

    from hypothesis.strategies import SearchStrategy

QUICK = Limits(steps_max=3_000, values_max=1_000, attempts_max=4)

NAMES = st.sampled_from(["a", "b", "city", "email", "price", "naïve"])
TEXTS = st.text(alphabet="abcé 1", max_size=6)
NUMBERS = st.integers(-9, 9) | st.sampled_from([0.5, -2.25, 1e-3, 1e20])
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
PATTERNS = st.sampled_from(["^a", "b$", "^[a-c]+$", r"\d", "^(?!b)", "^.{2,4}$"])
TYPES = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])


def _keywords(inner: SearchStrategy[Any]) -> SearchStrategy[dict[str, Any]]:
    """Return a strategy for schemas whose parts are drawn from another one."""
    sizes = st.integers(0, 4)
    return st.fixed_dictionaries(
        {},
        optional={
            "type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True),
            "enum": st.lists(VALUES, min_size=1, max_size=3),
            "const": VALUES,
            "minimum": NUMBERS,
            "exclusiveMaximum": NUMBERS,
            "multipleOf": st.sampled_from([1, 2, 3, 0.5, 0.1]),
            "minLength": sizes,
            "maxLength": sizes,
            "pattern": PATTERNS,
            "items": inner,
            "prefixItems": st.lists(inner, min_size=1, max_size=2),
            "contains": inner,
            "minItems": sizes,
            "maxItems": sizes,
            "uniqueItems": st.booleans(),
            "properties": st.dictionaries(NAMES, inner, max_size=3),
            "required": st.lists(NAMES, max_size=3, unique=True),
            "additionalProperties": inner,
            "minProperties": sizes,
            "maxProperties": sizes,
            "propertyNames": st.builds(lambda pattern: {"pattern": pattern}, PATTERNS),
            "dependentRequired": st.dictionaries(NAMES, st.lists(NAMES, max_size=2, unique=True)),
            "not": inner,
            "anyOf": st.lists(inner, min_size=1, max_size=3),
            "oneOf": st.lists(inner, min_size=1, max_size=3),
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "if": inner,
            "then": inner,
            "else": inner,
        },
    )


SCHEMAS = st.recursive(st.booleans() | _keywords(st.booleans()), _keywords, max_leaves=5)


def _around(value: Any) -> SearchStrategy[dict[str, Any]]:
    """Return a strategy for schemas that allow a value."""
    if isinstance(value, str):
        return st.builds(
            lambda low, high: {"type": "string", "minLength": low, "maxLength": high},
            st.integers(0, len(value)),
            st.integers(len(value), len(value) + 3),
        )
    if isinstance(value, bool) or value is None:
        return st.just({"enum": [value]})
    if isinstance(value, int | float):
        return st.builds(
            lambda below, above: {"type": "number", "minimum": below, "maximum": above},
            st.just(value) | st.just(value - 1),
            st.just(value) | st.just(value + 1),
        )
    if isinstance(value, list):
        return st.tuples(*map(_around, value)).map(
            lambda items: {
                "type": "array",
                "prefixItems": list(items) or [True],
                "minItems": len(items),
                "maxItems": len(items),
            }
        )
    return st.fixed_dictionaries({key: _around(item) for key, item in value.items()}).map(
        lambda members: {
            "type": "object",
            "properties": members,
            "required": list(members),
            "additionalProperties": False,
        }
    )


def attempt(schema: Any, seed: int, context: str = "") -> tuple[str, Any]:
    """Return an instance, or the text of the refusal."""
    try:
        return "made", compile_instance(schema, limits=QUICK).make(dice(seed), context)
    except (Unsatisfiable, InvalidSchema) as refusal:
        return "refused", str(refusal)


ALLOWING = VALUES.flatmap(_around)
SLOW_DRAWS = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])


def dice(seed: int) -> Random:
    """Return a stream of chance."""
    return Rng(seed).stream("test", 0)


@SLOW_DRAWS
@given(SCHEMAS, st.integers(0, 3), TEXTS)
def test_what_is_made_is_valid(schema: Any, seed: int, context: str) -> None:
    """An instance is valid in the eyes of another validator; a refusal has a reason."""
    event, made = attempt(schema, seed, context)

    if event == "made":
        assert [] == list(jsonschema.Draft202012Validator(schema).iter_errors(made))
    else:
        assert re.fullmatch(r"/[^:]*: .+", made, re.DOTALL)


@SLOW_DRAWS
@given(ALLOWING, st.integers(0, 3))
def test_a_schema_with_an_instance_is_not_refused(schema: Any, seed: int) -> None:
    """A schema that was written around a value gets an instance."""
    made = compile_instance(schema).make(dice(seed))

    assert [] == list(jsonschema.Draft202012Validator(schema).iter_errors(made))


@SLOW_DRAWS
@given(ALLOWING, ALLOWING, st.integers(0, 3))
def test_either_of_two_satisfiable_schemas_is_satisfiable(
    first: Any, second: Any, seed: int
) -> None:
    """A choice of two schemas that have instances has an instance."""
    schema: Any = {"anyOf": [first, second]}

    made = compile_instance(schema).make(dice(seed))

    assert [] == list(jsonschema.Draft202012Validator(schema).iter_errors(made))


@SLOW_DRAWS
@given(SCHEMAS, st.integers(0, 99))
def test_the_same_seed_makes_the_same_instance(schema: Any, seed: int) -> None:
    """Two makers of one schema agree."""
    assert attempt(schema, seed) == attempt(schema, seed)
