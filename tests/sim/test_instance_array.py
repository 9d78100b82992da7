"""Arrays: length, tuples, `contains` and unique items."""

from __future__ import annotations

from typing import Any

import pytest

from fakeai.core.rng import Rng
from fakeai.sim.instance import Limits, Unsatisfiable, compile_instance


def make(context: str = "", **schema: Any) -> list[Any]:
    """Return an array of a schema."""
    maker = compile_instance({"type": "array", **schema})
    made: Any = maker.make(Rng(1).stream("test", 0), context)
    assert isinstance(made, list)
    return made


def test_a_list_has_a_few_items() -> None:
    """Where the schema does not say how many, one to three."""
    assert 1 <= len(make(items={"type": "string"})) <= 3


def test_a_tuple_is_made_whole() -> None:
    """Each place has its own schema."""
    made = make(prefixItems=[{"const": "a"}, {"const": 1}], items=False)

    assert ["a", 1] == made


def test_a_tuple_ends_before_a_place_without_a_value() -> None:
    """Items that need not be there are left out."""
    assert ["a"] == make(prefixItems=[{"const": "a"}, False])


def test_an_item_that_must_be_there_is_there() -> None:
    """As often as it must, and no oftener than it may."""
    digits = {"type": "integer", "minimum": 1, "maximum": 3}
    made = make(items=digits, contains={"const": 2}, minContains=2, maxContains=2, minItems=6)

    assert 2 == made.count(2)


def test_two_demands_may_meet_in_one_item() -> None:
    """With room for one item only, it satisfies both."""
    made = make(
        allOf=[{"contains": {"minimum": 5}}, {"contains": {"maximum": 5}}],
        items={"type": "integer"},
        maxItems=1,
    )

    assert [5] == made


@pytest.mark.parametrize(
    "items",
    [
        {"type": "integer", "minimum": 1, "maximum": 30},
        {"enum": list(range(30))},
        {"type": "string"},
        {"type": "string", "pattern": "^[a-z][0-9]$"},
        {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]},
    ],
)
def test_unique_items_differ(items: dict[str, Any]) -> None:
    """Thirty of a kind are all different."""
    made = make(items=items, minItems=30, uniqueItems=True)

    assert 30 == len({str(item) for item in made})


def test_a_list_of_people_is_the_people_mentioned() -> None:
    """No more, no fewer, and each once."""
    schema: Any = {"type": "object", "properties": {"guests": {"items": {"type": "string"}}}}
    schema["properties"]["guests"]["type"] = "array"

    made = compile_instance(schema).make(Rng(1).stream("test", 0), "Invite Ann, Bo and Cy Day.")

    assert {"guests": ["Cy Day", "Ann", "Bo"]} == made


def test_too_many_items_are_refused() -> None:
    """The limit is named."""
    with pytest.raises(Unsatisfiable, match="over the limit of 10 items"):
        compile_instance({"type": "array", "minItems": 11}, limits=Limits(items_max=10))


def test_an_item_without_a_value_names_its_place() -> None:
    """The reason is that of the item."""
    with pytest.raises(Unsatisfiable, match=r"item 1 cannot have a value: the schema is false"):
        make(prefixItems=[True, False], minItems=2)
