"""Marks: the parser's positions as places."""

from __future__ import annotations

from types import SimpleNamespace

from fakeai.core.marks import Marks
from fakeai.core.problem import Place


def mark(line: int, column: int) -> SimpleNamespace:
    """Return a position as the parser gives it, counted from 0."""
    return SimpleNamespace(line=line, column=column)


def test_a_place_counts_from_one_and_is_never_empty() -> None:
    """An empty value is marked with one character."""
    marks = Marks("a:\n", "f")

    assert Place("f", 1, 3, 1) == marks.place(mark(0, 2), mark(0, 2))


def test_the_end_of_the_text_is_shown_behind_the_last_character() -> None:
    """What is missing at the end is missing after the last line, not below it."""
    marks = Marks("a: [\nb", "f")

    assert Place("f", 2, 2) == marks.mark(mark(2, 0))


def test_only_a_tab_before_all_text_is_indentation() -> None:
    """A tab inside a line is not what the parser stumbled over."""
    marks = Marks("\ta: 1\nb:\t1\n", "f")

    assert marks.is_indent_tab(Place("f", 1, 1))
    assert not marks.is_indent_tab(Place("f", 2, 3))
    assert not marks.is_indent_tab(Place("f", 9, 1))
