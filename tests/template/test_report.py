"""Reports: from a character of a leaf to a column of its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeai.core.document import Node
from fakeai.core.problem import Place
from fakeai.template.report import file_report, leaf_report

if TYPE_CHECKING:
    from fakeai.core.problem import Problem


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (5, Place("t.yaml", 3, 12, 2)),
        (7, Place("t.yaml", 3, 13, 2)),
        (8, Place("t.yaml", 3, 10, 8)),
        (2, Place("t.yaml", 3, 10, 2)),
    ],
)
def test_a_mark_is_a_column_where_characters_are_columns(width: int, expected: Place) -> None:
    """In a plain string and in a quoted one, not in one that is escaped or folded."""
    problems: list[Problem] = []
    node = Node("abcde", Place("t.yaml", 3, 10, width))
    leaf_report(node, "a", problems).unknown("FA041", "m", (2, "cd"), ())

    assert [expected] == [p.place for p in problems]


def test_only_a_marked_word_can_be_replaced() -> None:
    """What marks a whole string must not take its place."""
    problems: list[Problem] = []
    for width in (5, 9):
        node = Node("abcde", Place("t.yaml", 3, 10, width))
        leaf_report(node, "a", problems).unknown("FA041", "m", (0, "abcde"), ["abcdef"])

    assert ["abcdef", None] == [p.replacement for p in problems]
    assert ["did you mean `abcdef`?"] * 2 == [p.hint for p in problems]


def test_an_expression_may_begin_inside_its_string() -> None:
    """As that of a `$for` does."""
    problems: list[Problem] = []
    node = Node("x in y", Place("t.yaml", 1, 1, 6))
    leaf_report(node, "", problems, start=5).add("FA040", "m", 0)

    assert [Place("t.yaml", 1, 6)] == [p.place for p in problems]


def test_in_a_file_a_mark_is_a_line() -> None:
    """Prose is marked at the beginning of its lines."""
    problems: list[Problem] = []
    file_report("a.j2", problems).add("FA040", "m", 7)

    assert [Place("a.j2", 7, 1)] == [p.place for p in problems]


def test_in_a_file_a_word_is_marked_where_it_stands() -> None:
    """Alone it can be replaced; of several it could be any, and the line is marked."""
    problems: list[Problem] = []
    report = file_report("a.j2", problems, "Hi\n  {{ nmae }}\n{{ nmae + nmae }}\n")
    report.unknown("FA041", "m", (2, "nmae"), ["name"])
    report.unknown("FA041", "m", (3, "nmae"), ["name"])

    assert [Place("a.j2", 2, 6, 4), Place("a.j2", 3, 1, 17)] == [p.place for p in problems]
    assert ["name", None] == [p.replacement for p in problems]
