"""Patterns: texts that match, whatever the pattern."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from fakeai.core.rng import Rng
from fakeai.sim.pattern import Pattern
from fakeai.sim.regular import BudgetSpentError

PATTERNS = [
    r"^[A-Z]{3}-\d{4}$",
    "foo",
    "end$",
    "^start",
    "",
    r"^(?=.*\d)(?=.*[a-z])(?=.*[A-Z]).{8,16}$",
    "^(?!admin$)[a-z]{3,8}$",
    r"^(a|b)x\1$",
    r"\bword\b",
    r"^\p{Lu}\p{Ll}+$",
    "(?<=x)y",
    "^(?<!x)y",
    r"^\w+(?<=ing)$",
    r"^(\w+(?<=ing)(?<!string))\d$",
    r"^[a-z]{2}(?<![aeiou])\d(?<=7)x$",
    r"^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}$",
    r"^[\w.+-]+@[\w-]+\.[a-z]{2,}$",
    "^[日本語]{2}$",
    "^(a+)+$",
    r"^\S+\s\S+$",
    "^(^a|b$)",
]


def dice(seed: int = 1) -> Any:
    """Return a stream of chance."""
    return Rng(seed).stream("test", 0)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_texts_match_in_the_eyes_of_the_validator(pattern: str) -> None:
    """Twenty texts of each pattern."""
    search, stream = Pattern([pattern]), dice()
    validator = jsonschema_rs.Draft202012Validator({"pattern": pattern})

    assert [True] * 20 == [validator.is_valid(search.text(stream)) for _ in range(20)]


@pytest.mark.parametrize(("low", "high"), [(0, 0), (3, 3), (20, 25), (200, None)])
def test_the_length_is_part_of_the_search(low: int, high: int | None) -> None:
    """A text is not cut or filled up afterwards."""
    text = Pattern(["^a*$"], length=(low, high)).text(dice())

    assert text is not None
    assert low <= len(text) <= (len(text) if high is None else high)


def test_all_patterns_hold_at_once() -> None:
    """The shortest text of three patterns has a character of each."""
    search = Pattern(["[0-9]", "[a-z]", "[A-Z]"])

    assert 3 == len(search.shortest or "")


def test_excluded_patterns_do_not_match() -> None:
    """Only `b` is left."""
    assert {"b"} == {Pattern(["^[ab]$"], excluded=["a"]).text(dice(seed)) for seed in range(9)}


@pytest.mark.parametrize(
    ("patterns", "length"),
    [(["^a$"], (2, None)), (["^a", "^b"], (0, None)), (["^(?=a)b"], (0, None)), (["$a"], (0, 9))],
)
def test_a_contradiction_has_no_text(patterns: list[str], length: tuple[int, int | None]) -> None:
    """The search ends, and says that there is nothing."""
    search = Pattern(patterns, length=length)

    assert (None, None) == (search.shortest, search.text(dice()))


def test_the_same_stream_makes_the_same_text() -> None:
    """What was made before has no influence."""
    used = Pattern(["^[a-z]{5,9}$"])
    used.text(dice(2))

    assert Pattern(["^[a-z]{5,9}$"]).text(dice()) == used.text(dice())


def test_nothing_is_added_around_a_pattern_that_stands_alone() -> None:
    """A pattern without anchors is its own text."""
    assert "foo" == Pattern(["foo"]).text(dice())


def test_work_is_bounded() -> None:
    """A pattern with millions of states is given up."""
    with pytest.raises(BudgetSpentError):
        Pattern(["^(([a-z]{1,200}){1,20}){1,5}$"], length=(300, 400))


def test_a_back_reference_is_to_a_group_of_its_own_pattern() -> None:
    """Each pattern counts its groups from one."""
    assert "ababcd" == Pattern([r"^(ab)\1", "(cd)$"]).shortest


@pytest.mark.parametrize(("pattern", "complete"), [(r"^(a|b)c\1$", False), ("^(a|b)c$", True)])
def test_what_is_left_out_is_told(pattern: str, complete: bool) -> None:
    """A group that is referred to is given one text, so there may be others."""
    assert complete == Pattern([pattern]).is_complete


def test_more_work_may_be_allowed_for_texts() -> None:
    """Where the steps are spent, every text is the shortest one."""
    search = Pattern(["^([a-z]{3}[0-9]{1,40}){9}$"])
    search.allow(0)

    assert search.shortest == search.text(dice())

    search.allow(10_000)

    assert search.shortest != search.text(dice())
