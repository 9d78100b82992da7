"""The graft: structure and directives."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.template.yaml_source import TOKEN_SCOPE, Answer, Part, problems_of, rendered, tree_of

NUMBERS = st.lists(st.integers(0, 9), max_size=6)


@given(NUMBERS)
def test_for_makes_an_item_of_each_member(numbers: list[int]) -> None:
    """In order; `$if` leaves some out."""
    tree = tree_of('{ $for: n in request.x, $if: n > 4, $do: { n: "{{ n }}" } }')

    assert [{"n": n} for n in numbers if n > 4] == tree({"request": {"x": numbers}})


@given(NUMBERS, NUMBERS)
def test_for_in_for_gives_a_list_of_lists(rows: list[int], columns: list[int]) -> None:
    """Every `$do` is one item."""
    tree = tree_of(
        '{ $for: r in request.r, $do: { $for: c in request.c, $do: "{{ [r, c, loop.index0] }}" } }'
    )

    assert [[[r, c, i] for i, c in enumerate(columns)] for r in rows] == tree(
        {"request": {"r": rows, "c": columns}}
    )


@given(NUMBERS, st.booleans())
def test_for_in_a_list_adds_its_items_there(numbers: list[int], more: bool) -> None:
    """And `$if` adds one item, or none."""
    tree = tree_of(
        '[0, { $for: n in request.x, $do: "{{ n }}" }, { $if: request.more, $then: { a: 1 } }, z]'
    )

    assert [0, *numbers, *([{"a": 1}] if more else []), "z"] == tree(
        {"request": {"x": numbers, "more": more}}
    )


def test_if_in_a_list_may_hold_a_for() -> None:
    """Its items are added to that list too."""
    source = '[1, { $if: id, $then: { $for: n in request.x, $do: "{{ n }}" }, $else: none }]'

    assert [1, 2, 3] == rendered(source, id="x", request={"x": [2, 3]})
    assert [1, "none"] == rendered(source, id="", request={"x": [2, 3]})


def test_for_over_null_gives_nothing() -> None:
    """Null means absent."""
    assert {"a": []} == rendered('a: { $for: n in request.none, $do: "{{ n }}" }', request={})


def test_for_knows_its_round() -> None:
    """`loop` counts, and knows first and last."""
    leaf = "{{ loop.index }}/{{ loop.length }} {{ loop.first }} {{ loop.last }}"

    assert ["1/2 true false", "2/2 false true"] == rendered(
        f'{{ $for: part in parts, $do: "{leaf}" }}', parts=[Part(), Part()]
    )


def test_types_are_known_through_for() -> None:
    """A part of an answer has what its class declares, and no more."""
    source = '{ $for: p in answer.parts, $do: { $for: t in p.tokens, $do: "{{ t.x }}{{ p.y }}" } }'

    assert [
        "1:67+1 FA042 $do.$do: `str` has no attribute `x`",
        "1:76+1 FA042 $do.$do: `Part` has no attribute `y`",
    ] == problems_of(source)


@pytest.mark.parametrize(
    ("given_id", "expected"), [("x", {"a": 1, "b": 2, "c": 3}), ("", {"a": 1, "c": 3})]
)
def test_if_without_else_leaves_its_key_out(given_id: str, expected: Any) -> None:
    """The order of the other keys stays."""
    value = rendered("{ a: 1, b: { $if: id, $then: 2 }, c: 3 }", id=given_id)

    assert list(expected.items()) == list(value.items())


def test_if_with_else_is_one_of_two_values() -> None:
    """Wherever a value stands."""
    source = (
        "{ a: { $if: id, $then: [1], $else: null }, b: { c: { $if: id, $then: 1, $else: 2 } } }"
    )

    assert {"a": [1], "b": {"c": 1}} == rendered(source, id="x")
    assert {"a": None, "b": {"c": 2}} == rendered(source, id="")


def test_if_chains() -> None:
    """An `$else` that is a `$if` without `$else` may leave the key out as well."""
    source = "a: { $if: request.a, $then: 1, $else: { $if: request.b, $then: 2 } }"

    assert {"a": 1} == rendered(source, request={"a": True})
    assert {"a": 2} == rendered(source, request={"b": True})
    assert {} == rendered(source, request={})


def test_a_branch_that_is_not_taken_is_not_run() -> None:
    """Not even the loops in it."""
    source = (
        'a: { $if: request.l, $then: { $for: x in request.l.n, $do: "{{ x + 1 }}" }, $else: 0 }'
    )

    assert {"a": 0} == rendered(source, request={})
    assert {"a": [2]} == rendered(source, request={"l": {"n": [1]}})


def test_do_may_leave_an_item_out() -> None:
    """A `$if` in `$do` is an item or none."""
    source = '{ $for: n in request.x, $do: { $if: n, $then: { n: "{{ n }}" } } }'

    assert [{"n": 2}] == rendered(source, request={"x": [0, 2]})


def test_a_top_that_vanishes_is_null() -> None:
    """There is nothing that it could be left out of."""
    assert rendered("{ $if: id, $then: 1 }", id="") is None


def test_two_dollars_write_one() -> None:
    """So a JSON Schema can be sent."""
    assert {"$ref": "#/a", "$if": "x"} == rendered('{ $$ref: "#/a", $$if: "{{ id }}" }', id="x")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "{ $for: id in request.x, $do: 1 }",
            "1:9+1 FA043 $for: `id` cannot be the name of a new variable",
        ),
        (
            "{ $for: _x in request.x, $do: 1 }",
            "1:9+1 FA043 $for: `_x` cannot be the name of a new variable",
        ),
        (
            "{ $for: loop in request.x, $do: 1 }",
            "1:9+1 FA043 $for: `loop` cannot be the name of a new variable",
        ),
        (
            "{ $for: x in answer.total, $do: 1 }",
            "1:14+1 FA043 $for: `$for` goes through a list, not `int`",
        ),
        ("{ $for: x in id, $do: 1 }", "1:14+1 FA043 $for: `$for` goes through a list, not `str`"),
        (
            "{ $for: x in answer.part, $do: 1 }",
            "1:21+4 FA042 $for: `Answer` has no attribute `part`",
        ),
        ("{ $if: nope, $then: 1 }", "1:8+4 FA041 $if: unknown variable `nope`"),
        ("{ $if: id and, $then: 1 }", "1:11+1 FA040 $if: unexpected end"),
        ("{ $if: id id, $then: 1 }", "1:11+1 FA040 $if: unexpected 'id' after the expression"),
        (
            '{ "a{{ id }}": 1 }',
            "1:3+11 FA043 a{{ id }}: a key is written out; expressions stand in values",
        ),
    ],
)
def test_what_is_wrong_is_marked_exactly(source: str, expected: str) -> None:
    """Line, column and width of the very words."""
    assert [expected] == problems_of(source)


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ('a: "{{ delta.text }}!"', "1:8+1"),
        ('a: "{{ delta.text|upper }}"', "1:8+1"),
        ("a: \"{{ delta['text'] }}\"", "1:8+1"),
        ('a: "{{ delta }}"', "1:8+1"),
        ("a: { $if: delta.text, $then: 1 }", "1:11+1"),
        ("a: { $for: x in delta.text, $do: 1 }", "1:17+1"),
    ],
)
def test_a_delta_stands_alone(source: str, place: str) -> None:
    """Anything else could not be split out of the frame."""
    found = problems_of(source, TOKEN_SCOPE)

    assert [f"{place} FA045"] == [line[: 10 + len(place) - 4] for line in found]


def test_a_delta_has_what_its_type_declares() -> None:
    """As every object of ours."""
    assert ["1:14+4 FA042 a: `Part` has no attribute `txet`"] == problems_of(
        'a: "{{ delta.txet }}"', {"delta": Part}
    )


def test_without_a_token_there_is_no_delta() -> None:
    """It is a variable of token frames only."""
    assert ["1:8+5 FA041 a: unknown variable `delta`"] == problems_of('a: "{{ delta.text }}"')


def test_an_infinite_number_is_refused() -> None:
    """JSON cannot hold it, whoever made the node."""
    assert ["1:8+1 FA040 a: JSON has no such number"] == problems_of('a: "{{ 1e999 }}"')


def test_our_objects_can_be_sent_whole() -> None:
    """A leaf may be any object; encoding is the caller's."""
    answer = Answer()

    assert rendered('"{{ answer }}"', answer=answer) is answer
