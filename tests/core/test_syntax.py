"""Syntax: what the YAML parser refuses, in words."""

from __future__ import annotations

import pytest

from fakeai.core.document import compose
from fakeai.core.problem import Place, Problem


def refused(text: str) -> Problem:
    """Return the only problem of a text that is not YAML."""
    problems: list[Problem] = []
    assert compose(text, "f", problems) is None
    (problem,) = problems
    return problem


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ("a: b: c", Place("f", 1, 5), "quote a text that contains `: `"),
        ("a: [1", Place("f", 1, 6), "a `[` or `{` is not closed, or a comma is missing"),
        ("a: 'b", Place("f", 1, 6), "a quote is not closed"),
        ("- a\nb: 1", Place("f", 2, 1), "a list and a map cannot share one indentation"),
        ("a: @b", Place("f", 1, 4), "quote a text that begins with this character"),
        ("a: 1\n b: 2", Place("f", 2, 3), "quote a text that contains `: `"),
    ],
)
def test_usual_slips_have_a_way_out(text: str, place: Place, hint: str) -> None:
    """The place is the parser's; the hint is ours."""
    problem = refused(text)

    assert ("FA001", place, hint) == (problem.code, problem.place, problem.hint)


def test_where_it_began_is_shown_too() -> None:
    """A quote that is not closed is cited where it was opened."""
    assert ["f:1:4"] == [str(related.place) for related in refused("a: 'b\n\nc: d").related]


def test_a_control_character_is_named() -> None:
    """An invisible character is told by its number."""
    problem = refused("a: 1\nb: \x07")

    assert Place("f", 2, 4) == problem.place
    assert problem.message == "not YAML: the character U+0007 is not allowed"
