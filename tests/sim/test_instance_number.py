"""Numbers: bounds, steps and what a reader expects of a field."""

from __future__ import annotations

from typing import Any

import pytest

from fakeai.core.rng import Rng
from fakeai.sim.instance_document import SchemaDocument
from fakeai.sim.instance_facts import Facts
from fakeai.sim.instance_limits import Unsatisfiable
from fakeai.sim.instance_merge import absorb
from fakeai.sim.instance_number import NumberMaker
from fakeai.sim.mentions import Mentions

NOT_WHOLE = {"not": {"type": "integer"}}


def maker(**schema: Any) -> NumberMaker:
    """Return the maker of a schema for numbers."""
    facts = Facts()
    given = {"type": "number", **schema}
    absorb(SchemaDocument(given), facts, given)
    return NumberMaker(facts)


def make(field: str, context: str = "", /, **schema: Any) -> float:
    """Return a number for a field."""
    return maker(**schema).make(Rng(1).stream("test", 0), Mentions(context), field)


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [("age", 18, 80), ("score", 0, 1), ("latitude", -60, 70), ("star_rating", 1, 5)],
)
def test_a_field_has_a_likely_number(field: str, low: int, high: int) -> None:
    """The window of the field's kind holds the number."""
    assert low <= make(field) <= high


def test_bounds_come_before_likelihood() -> None:
    """An age of 200 is made if the schema wants it."""
    assert 200 == make("age", minimum=200, maximum=200)


def test_steps_are_exact_in_decimals() -> None:
    """Between 0.25 and 0.35 only 0.3 is a multiple of a tenth."""
    assert 0.3 == make("x", multipleOf=0.1, minimum=0.25, maximum=0.35)


def test_two_steps_are_kept_at_once() -> None:
    """Multiples of 4 and of 6 are multiples of 12."""
    assert 24 == make("x", allOf=[{"multipleOf": 4}, {"multipleOf": 6}], minimum=13, maximum=35)


def test_a_narrow_interval_gets_more_decimals() -> None:
    """The number lies between bounds that agree in seven places."""
    assert 1 < make("x", exclusiveMinimum=1, exclusiveMaximum=1.0000001) < 1.0000001


def test_a_number_that_is_not_whole() -> None:
    """A schema may forbid integers."""
    assert not float(make("x", type="number", multipleOf=0.5, allOf=[NOT_WHOLE])).is_integer()


def test_a_float_division_finds_the_multiple_as_well() -> None:
    """Validators that divide floats accept the number, too."""
    numbers = [make("x", multipleOf=0.1, minimum=value, maximum=value + 2) for value in range(20)]

    assert [True] * 20 == [(number / 0.1).is_integer() for number in numbers]


def test_the_number_next_to_the_name_is_taken() -> None:
    """Of two numbers, the one near the field's name fits."""
    assert 7 == make("guests", "Room 12, guests: 7", type="integer")


def test_an_example_is_better_than_an_invention() -> None:
    """Examples are used where they are valid."""
    assert 4242 == make("x", examples=[4242, "no"])


def test_numbers_in_order_reach_every_one() -> None:
    """Those before the start come last."""
    assert [3, 4, 1, 2] == list(maker(type="integer", minimum=1, maximum=4).in_order(2))


def test_numbers_in_order_go_down_from_an_upper_bound() -> None:
    """Without a lower bound, the largest comes first."""
    numbers = maker(type="integer", maximum=4).in_order()

    assert [4, 3] == [next(numbers), next(numbers)]


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"minimum": 2, "maximum": 1}, "minimum 2 is over maximum 1"),
        ({"minimum": 1, "exclusiveMaximum": 1}, "between 1 and itself"),
        ({"multipleOf": 7, "minimum": 8, "maximum": 13}, "no multiple of 7"),
        ({"minimum": 1, "maximum": 1, "not": {"const": 1}}, "excluded"),
    ],
)
def test_no_number_is_a_reason(schema: dict[str, Any], reason: str) -> None:
    """Each contradiction is told in its own words."""
    with pytest.raises(Unsatisfiable, match=reason):
        maker(**schema)
