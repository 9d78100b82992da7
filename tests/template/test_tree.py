"""Trees: YAML with expressions, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from fakeai.core.document import Node
from fakeai.core.error import ApiError
from fakeai.core.problem import Place
from fakeai.template.tree import compile_tree
from tests.template.yaml_source import (
    SCOPE,
    Answer,
    Part,
    node_of,
    problems_of,
    rendered,
    shown,
    tree_of,
)

if TYPE_CHECKING:
    from fakeai.core.problem import Problem

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=12,
)
#: Names that an author may write: a key of the data holds no expression.
KEYS = st.text().filter(lambda text: not any(mark in text for mark in ("{{", "{%", "{#")))
WRITTEN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | KEYS,
    lambda children: st.lists(children) | st.dictionaries(KEYS, children),
    max_leaves=12,
)


@given(JSON)
def test_any_value_of_the_request_comes_back_unchanged(value: Any) -> None:
    """A leaf that is one expression keeps the value and its type."""
    tree = tree_of('{ a: "{{ request.x }}", b: ["{{ request[\'x\'] }}"] }')

    assert {"a": value, "b": [value]} == tree({"request": {"x": value}})


@given(st.text())
def test_no_text_changes_the_structure(text: str) -> None:
    """Quotes, braces, newlines and Jinja in a request are characters."""
    tree = tree_of('{ a: "<{{ request.x }}>", b: "{{ request.x }}" }')

    assert {"a": f"<{text}>", "b": text} == tree({"request": {"x": text}})


@given(WRITTEN)
def test_any_value_written_out_is_a_constant(value: Any) -> None:
    """What holds no expression is known at compile time."""
    problems: list[Problem] = []
    tree = compile_tree(_literal(value), {}, problems)

    assert [] == problems
    assert tree is not None
    assert value == tree.constant
    assert value == tree({})


def _literal(value: Any) -> Node:
    place = Place("t.yaml", 1, 1)
    if isinstance(value, dict):
        doubled = {f"$${k[1:]}" if k.startswith("$") else k: v for k, v in value.items()}
        return Node({key: _literal(child) for key, child in doubled.items()}, place)
    if isinstance(value, list):
        return Node([_literal(child) for child in value], place)
    return Node(value, place)


@pytest.mark.parametrize("text", ["42", "[1, 2]", "{{ 7 * 7 }}", "{% raw %}", "null", "1e5"])
def test_text_of_a_request_is_never_read_as_anything_else(text: str) -> None:
    """Neither as a number, nor as a list, nor as a template."""
    assert {"content": text} == rendered('content: "{{ request.t }}"', request={"t": text})


def test_an_expression_with_text_around_it_is_a_text() -> None:
    """Numbers and truth read as in JSON, null as nothing."""
    leaf = '"{{ request.f }} {{ request.i }} {{ request.b }} {{ request.none }} {{ request.l }}."'

    text = rendered(leaf, request={"f": 1.0, "i": 7, "b": True, "l": [1, "x"]})

    assert '1.0 7 true  [1,"x"].' == text


def test_a_tree_without_expressions_is_constant() -> None:
    """Callers may turn it into bytes once."""
    tree = tree_of("{ status: ok, $$schema: [1, null, 2.5, true] }")

    assert {"status": "ok", "$schema": [1, None, 2.5, True]} == tree.constant
    assert frozenset() == tree.variables


def test_a_tree_with_an_expression_is_not_constant() -> None:
    """Even one that reads no variable."""
    tree = tree_of('"{{ 1 + 1 }}"')

    assert UNSET is tree.constant
    assert 2 == tree({})


def test_a_tree_names_the_variables_that_it_reads() -> None:
    """Those that `$for` makes are not among them."""
    tree = tree_of(
        '{ $for: part in answer.parts, $if: id, $do: "{{ part.text }}{{ loop.index }}" }'
    )

    assert frozenset({"answer", "id"}) == tree.variables


def test_two_calls_share_nothing() -> None:
    """Lists and maps are made anew in each call."""
    tree = tree_of('{ a: [1, "{{ id }}"], b: { c: { $for: p in request.x, $do: "{{ p }}" } } }')

    first: Any = tree({"id": "a", "request": {"x": [1]}})
    first["a"].append(3)
    first["b"]["c"].append(3)

    assert {"a": [1, "b"], "b": {"c": [1]}} == tree({"id": "b", "request": {"x": [1]}})


def test_what_an_object_of_ours_declares_can_be_read() -> None:
    """Fields, properties, items and null-safe ways through them."""
    source = '["{{ answer.name }}", "{{ answer.first.text }}", "{{ answer.best.text }}"]'
    answer = Answer(parts=[Part(text="hi")])

    assert ["small", "hi", None] == rendered(source, answer=answer)


def test_a_function_of_the_scope_can_be_called() -> None:
    """It is a variable whose type is a function."""
    assert {"n": 4} == rendered('n: "{{ count(id) + 1 }}"', id="abc", count=len)


@pytest.mark.parametrize(
    "leaf",
    [
        "{{ request.n + 1 }}",
        "{{ request.n > 1 }}",
        "{{ 1 / request.zero }}",
        "{{ request.word * 1000000000 }}",
        "{{ request.word % 3 }}",
        "{{ request.n[:2] }}",
        "{{ request.word|round }}",
        "{{ id }}",
    ],
)
def test_what_fails_in_a_request_is_an_internal_error(leaf: str) -> None:
    """Never a traceback: the refusal names the file."""
    tree = tree_of(f'a: "{leaf}"')

    with pytest.raises(ApiError, match=r"A template of t\.yaml failed: ") as refused:
        tree({"request": {"word": "x", "zero": 0}})

    assert "internal" == refused.value.kind


def test_problems_bear_the_path_of_the_document() -> None:
    """The caller says where in its document the tree stands."""
    problems: list[Problem] = []
    compile_tree(node_of('a: [{ b: "{{ nope }}" }]'), SCOPE, problems, "response")

    assert ["1:14+4 FA041 response.a[0].b: unknown variable `nope`"] == shown(problems)


def test_all_problems_are_found_at_once() -> None:
    """One bad leaf does not hide the next."""
    assert [
        "1:8+4 FA041 a: unknown variable `nope`",
        "2:17+1 FA040 b: unexpected `}}`",
        "3:5+3 FA043 c.$do: `$do` needs `$for`",
    ] == problems_of('a: "{{ nope }}"\nb: "{{ 1 }} {{ +}}"\nc: {$do: 1}')


def test_items_of_a_for_follow_each_other() -> None:
    """Several for each member, those left out by a test, and those of another `$for`."""
    source = """
    $for: x in request.numbers
    $items:
      - "{{ x }}"
      - { $if: x > 1, $then: big }
      - { $for: y in request.letters, $do: "{{ y }}{{ x }}" }
    """
    tree = compile_tree(node_of(source), SCOPE, [])
    assert tree is not None

    assert [1, "a1", 2, "big", "a2"] == tree({"request": {"numbers": [1, 2], "letters": ["a"]}})


def test_nesting_beyond_what_python_compiles_is_a_problem() -> None:
    """A loop inside a loop, thirty times."""
    source = "0"
    for depth in range(30):
        source = f"{{ $for: v{depth} in request.x, $do: {source} }}"

    assert ["FA040 : the tree is nested too deeply"] == [
        line.split(" ", 1)[1] for line in problems_of(source)
    ]


@pytest.mark.parametrize("value", [0, False, "", [], {}, None])
def test_entries_of_the_outermost_map_that_are_null_can_be_left_out(value: Any) -> None:
    """All else that counts as nothing stays, and so does null further in."""
    source = (
        '{ a: "{{ request.x }}", b: { $if: request.y, $then: "{{ request.x }}" }, '
        'c: ["{{ request.x }}"], d: null, e: 1 }'
    )
    tree = compile_tree(node_of(source), SCOPE, [], nulls=False)
    said = {} if value is None else {"a": value, "b": value}

    assert tree is not None
    assert {**said, "c": [value], "e": 1} == tree({"request": {"x": value, "y": True}})
    assert {"c": [None], "e": 1} == tree({"request": {}})
