"""Directives: their form, and what is said of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeai.core.document import compose
from fakeai.template.directives import (
    Each,
    Either,
    can_vanish,
    data_key,
    is_directive,
    is_for,
    read_directive,
)
from tests.template.yaml_source import node_of, problems_of

if TYPE_CHECKING:
    from fakeai.core.problem import Problem


def test_a_for_is_read() -> None:
    """Its target, its list, its item and its test."""
    each = read_directive(node_of("{ $for: p in a.b, $if: p.x, $do: 1 }"), "", [])

    assert isinstance(each, Each)
    assert ("p", "a.b") == (each.target, str(each.source.value)[each.start :])
    assert [("$do", 1)] == [(key, item.value) for key, item in each.items]
    assert each.test is not None
    assert "p.x" == each.test.value


def test_an_if_is_read() -> None:
    """Its test and its branches."""
    either = read_directive(node_of("{ $if: x, $then: 1, $else: 2 }"), "", [])

    assert isinstance(either, Either)
    assert either.other is not None
    assert ("x", 1, 2) == (either.test.value, either.then.value, either.other.value)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{ $if: x, $then: 1 }", True),
        ("{ $if: x, $then: 1, $else: 2 }", False),
        ("{ $if: x, $then: { $if: y, $then: 1 }, $else: 2 }", True),
        ("{ $if: x, $then: 1, $else: { $if: y, $then: 1, $else: 2 } }", False),
        ("{ $for: x in y, $do: 1 }", False),
        ("{ a: 1 }", False),
        ("[1]", False),
    ],
)
def test_only_an_if_without_else_can_vanish(source: str, expected: bool) -> None:
    """In any of its branches."""
    assert expected == can_vanish(node_of(source))


def test_the_first_of_two_dollars_is_dropped() -> None:
    """And no other."""
    assert ["$ref", "$$x", "a", "a$"] == [data_key(k) for k in ("$$ref", "$$$x", "a", "a$")]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{ $fro: x in y, $do: 1 }", ["1:3+4 FA043 $fro: unknown directive `$fro`"]),
        ("a: { $ref: x, b: 1 }", ["1:6+4 FA043 a.$ref: unknown directive `$ref`"]),
        ("{ $do: 1 }", ["1:3+3 FA043 $do: `$do` needs `$for`"]),
        ("{ $else: 1 }", ["1:3+5 FA043 $else: `$else` needs `$if`"]),
        ("{ $for: x in parts }", ["1:3+4 FA043 : `$for` needs `$do`"]),
        ("{ $if: id, $else: 1 }", ["1:3+3 FA043 : `$if` needs `$then`"]),
        (
            "{ $for: x in parts, $do: 1, $then: 2 }",
            ["1:29+5 FA043 $then: `$then` does not belong to `$for`"],
        ),
        (
            "{ $if: id, $then: 1, b: 2 }",
            ["1:22+1 FA043 b: `b` stands beside `$if`, which is a map of its own"],
        ),
        ("{ $if: true, $then: 1 }", ["1:8+4 FA043 $if: an expression is needed here"]),
        ('{ $if: " ", $then: 1 }', ["1:8+3 FA043 $if: an expression is needed here"]),
        ("{ $for: [1], $do: 1 }", ["1:9+3 FA043 $for: an expression is needed here"]),
        (
            '{ $if: "{{ id }}", $then: 1 }',
            ["1:8+10 FA043 $if: the expression stands here without braces"],
        ),
        (
            "{ $for: parts, $do: 1 }",
            ["1:9+5 FA043 $for: `$for` reads `name in list`, as `choice in outcome.choices`"],
        ),
        (
            '{ $for: "k, v in parts", $do: 1 }',
            ["1:9+15 FA043 $for: `$for` reads `name in list`, as `choice in outcome.choices`"],
        ),
    ],
)
def test_another_form_is_refused(source: str, expected: list[str]) -> None:
    """At the very key or value that is wrong."""
    assert expected == problems_of(source)


@pytest.mark.parametrize(
    ("key", "hint", "replacement"),
    [
        ("$fro", "did you mean `$for`?", "$for"),
        ("$ref", "a key of the data is written `$$ref`", None),
    ],
)
def test_a_hint_says_what_was_meant(key: str, hint: str, replacement: str | None) -> None:
    """A near directive, or a key of the data."""
    node = compose(f"{{ {key}: 1 }}", "t.yaml", [])
    assert node is not None
    problems: list[Problem] = []
    read_directive(node, "", problems)

    assert [(hint, replacement)] == [(p.hint, p.replacement) for p in problems]


def test_a_for_may_have_several_items() -> None:
    """Each has its place below the `$for`."""
    node = compose('{ $for: part in parts, $items: ["a", "b"] }', "t.yaml", [])
    assert node is not None
    each = read_directive(node, "", [])

    assert isinstance(each, Each)
    assert [("$items[0]", "a"), ("$items[1]", "b")] == [(k, v.value) for k, v in each.items]


@pytest.mark.parametrize(
    "source",
    ["{ $for: part in parts, $items: 1 }", "{ $for: part in parts, $items: [1], $do: 2 }"],
)
def test_items_are_a_list_in_place_of_do(source: str) -> None:
    """Neither a single value nor both."""
    assert ["`$items` is a list, in place of `$do`"] == [
        line.split("`$for`", 1)[0].split(": ", 1)[1] for line in problems_of(source)
    ]


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("{ $for: p in a.b, $do: 1 }", (True, True)),
        ("{ $if: x, $then: 1 }", (True, False)),
        ("{ $$for: p in a.b }", (False, False)),
        ("[$for]", (False, False)),
    ],
)
def test_directives_are_maps_with_a_key_of_theirs(source: str, kinds: tuple[bool, bool]) -> None:
    """Data is none, whatever it is called."""
    assert kinds == (is_directive(node_of(source)), is_for(node_of(source)))
