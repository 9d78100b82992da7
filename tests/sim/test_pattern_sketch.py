"""Pattern sketches: texts along a pattern."""

from __future__ import annotations

import re

import pytest

from fakeai.core.rng import Rng
from fakeai.sim.pattern_sketch import CHARS_MAX, sketch
from fakeai.sim.pattern_syntax import parse


@pytest.mark.parametrize(
    "pattern",
    ["abc", "a|b|c", "a{2,4}b*", "(a|b)-(c|d)-\\1-\\2", "^[a-f]{3}$", "k1|k22|k333", "\\d+\\.\\d"],
)
def test_a_sketch_of_a_plain_pattern_matches(pattern: str) -> None:
    """Without conditions inside, it does so always."""
    stream, tree = Rng(1).stream("test", 0), parse(pattern)

    assert [True] * 20 == [bool(re.fullmatch(pattern, sketch(tree, stream))) for _ in range(20)]


def test_conditions_are_passed_over() -> None:
    """They add nothing to the text."""
    assert "a" == sketch(parse("^(?=b)(?!c)a\\b$"), Rng(1).stream("test", 0))


def test_a_sketch_is_bounded() -> None:
    """Repeats of repeats end."""
    text = sketch(parse("((a{99}){99}){99}"), Rng(1).stream("test", 0))

    assert CHARS_MAX + 1 == len(text)
