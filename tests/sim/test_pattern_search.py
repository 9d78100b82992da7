"""Pattern search: the shortest text, and drawn ones."""

from __future__ import annotations

from typing import Any

import pytest

from fakeai.core.rng import Rng
from fakeai.sim.pattern import Pattern, language
from fakeai.sim.pattern_search import Search
from fakeai.sim.regular import Algebra


def dice() -> Any:
    """Return a stream of chance."""
    return Rng(1).stream("test", 0)


@pytest.mark.parametrize(
    ("pattern", "shortest"), [("a+b?c", "ac"), ("(ab){2}|a{5}", "abab"), ("a(?=b)c", None)]
)
def test_the_shortest_text_is_found(pattern: str, shortest: str | None) -> None:
    """A language without any text has none."""
    algebra = Algebra(1_000)

    assert shortest == Search(algebra).shortest(language(algebra, pattern))


@pytest.mark.parametrize("length", [60, 250, 1_000])
def test_an_eager_search_finds_a_long_text_in_few_steps(length: int) -> None:
    """Of many ways that are as short it follows one, where it would try all a step at a time."""
    pattern = r"^([a-z]{1,20}\.)+(com|org)$"
    search = Pattern([pattern], length=(length, length), eager=True, steps_max=100 * length)

    assert length == len(search.shortest or "")


def test_an_eager_walk_turns_back_where_it_went_wrong() -> None:
    """The beginning is drawn even where few ways lead to the end."""
    search, stream = Pattern([r"^[a-z]+(\.[a-z]+)*$", r"\.acme$"], eager=True), dice()

    assert 15 < len({search.text(stream) for _ in range(20)})
