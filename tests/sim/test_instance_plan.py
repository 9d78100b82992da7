"""Plans: worked out once, refused at once."""

from __future__ import annotations

from fractions import Fraction
from itertools import count
from typing import Any

import pytest

from fakeai.core.rng import Rng
from fakeai.sim import instance_plan
from fakeai.sim.instance import compile_instance
from fakeai.sim.instance_document import SchemaDocument
from fakeai.sim.instance_limits import Unsatisfiable
from fakeai.sim.instance_plan import SEARCHES_MAX, Planner
from fakeai.sim.pools import BUILT_IN


def planner(root: Any) -> Planner:
    """Return the planner of a schema."""
    return Planner(SchemaDocument(root))


def test_a_plan_is_made_once() -> None:
    """The same schemas have the same plan, and makers are kept, too."""
    schema: Any = {"type": ["string", "number"]}
    plans = planner(schema)
    plan = plans.plan((schema,))

    assert plan is plans.plan((schema,))
    assert plan.texts(BUILT_IN, count()) is plan.texts(BUILT_IN, count())
    assert plan.numbers() is plan.numbers()


def test_a_contradiction_is_remembered() -> None:
    """The same refusal is raised again."""
    wrong: Any = {"allOf": [{"type": "string"}, {"type": "null"}]}
    plans = planner(wrong)
    refusals = []
    for _ in range(2):
        with pytest.raises(Unsatisfiable) as refused:
            plans.plan((wrong,))
        refusals.append(refused.value)

    assert refusals[0] is refusals[1]


def test_listed_values_are_sifted() -> None:
    """By type, by bounds, by length and by exclusion."""
    schema: Any = {
        "enum": [1, 7, 8, "abc", "a", None],
        "type": ["integer", "string"],
        "minimum": 3,
        "maxLength": 2,
        "not": {"const": 8},
    }

    assert [7, "a"] == planner(schema).plan((schema,)).values


def test_types_that_the_schema_speaks_of_come_first() -> None:
    """Properties want an object, even if a string would do."""
    schema: Any = {"properties": {"a": True}}

    assert "object" == planner(schema).plan((schema,)).kinds()[0]


def test_a_branch_is_merged_with_the_rest() -> None:
    """Each branch has a plan of its own, made once."""
    schema: Any = {"minLength": 2, "anyOf": [{"maxLength": 5}, {"maxLength": 7}]}
    plans = planner(schema)
    plan = plans.plan((schema,))
    branch = plans.branch(plan, 1, alone=False)

    assert (2, 7) == (branch.facts.text.size.low, branch.facts.text.size.high)
    assert branch is plans.branch(plan, 1, alone=False)


def test_a_branch_may_exclude_the_others() -> None:
    """An exclusive choice can be made explicit."""
    schema: Any = {"type": "integer", "oneOf": [{"minimum": 3}, {"maximum": 5}]}
    plans = planner(schema)
    facts = plans.branch(plans.plan((schema,)), 0, alone=True).facts

    assert (Fraction(5), True) == (facts.number.low, facts.number.low_excluded)


def test_a_branch_that_contradicts_a_required_property_is_refused_at_once() -> None:
    """It is not left to be found while the property is built."""
    schema: Any = {
        "type": "object",
        "required": ["k"],
        "properties": {"k": {"const": 1}},
        "anyOf": [{"properties": {"k": {"const": 2}}}, {}],
    }
    plans = planner(schema)

    with pytest.raises(Unsatisfiable):
        plans.branch(plans.plan((schema,)), 0, alone=False)


def test_plans_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """With too many plans all are forgotten, and made anew when they are wanted."""
    monkeypatch.setattr(instance_plan, "PLANS_MAX", 2)
    schemas: list[Any] = [{"minimum": number} for number in range(5)]
    plans = planner(schemas[0])
    first = plans.plan((schemas[0],))
    for schema in schemas:
        plans.plan((schema,))

    assert first is not plans.plan((schemas[0],))


def test_one_schema_has_so_many_searches_for_formats() -> None:
    """They take time, and a hostile schema may ask for any number: then formats are annotations."""
    fields = [f"field_{number}" for number in range(SEARCHES_MAX + 4)]
    address = {"type": "string", "format": "ipv4", "pattern": r"^10\."}
    properties: Any = {field: {**address} for field in fields}
    schema = {"type": "object", "properties": properties, "required": [*fields]}
    made: Any = compile_instance(schema).make(Rng(0).stream("test", 0))

    assert SEARCHES_MAX == len([text for text in made.values() if text.count(".") == 3])
