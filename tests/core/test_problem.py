"""Problems: their order, and the error that carries them."""

from __future__ import annotations

from fakeai.core.problem import Place, Problem, SpecError, in_order


def problem(line: int, code: str = "FA010") -> Problem:
    """Return a problem on a line."""
    return Problem(code=code, place=Place("f", line, 1), path="a", message="m")


def test_problems_are_in_reading_order_each_once() -> None:
    """However they were found, they are read from top to bottom."""
    found = [problem(3), problem(1), problem(3), problem(1, "FA002")]

    assert [(1, "FA002"), (1, "FA010"), (3, "FA010")] == [
        (each.place.line, each.code) for each in in_order(found)
    ]


def test_a_place_prints_as_editors_link_it() -> None:
    """File, line and column are joined by colons."""
    assert str(Place("teams/a.yaml", 4, 23)) == "teams/a.yaml:4:23"


def test_an_error_counts_the_files_that_have_problems_unless_told_more() -> None:
    """Files without problems are known to whoever read them."""
    assert SpecError([problem(2), problem(1)]).files == ("f",)
    assert SpecError([problem(1)], ["f", "g"]).files == ("f", "g")
    assert str(SpecError([problem(1)])) == "f:1:1: FA010 m"
