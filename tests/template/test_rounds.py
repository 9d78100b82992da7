"""Rounds: what a `$for` goes through."""

from __future__ import annotations

from typing import Any

import pytest

from fakeai.template.rounds import each, rounds


@pytest.mark.parametrize(("values", "expected"), [([1, 2], [1, 2]), ((1,), [1]), (None, [])])
def test_lists_are_gone_through(values: Any, expected: list[int]) -> None:
    """Null has no members."""
    assert expected == list(each(values))


@pytest.mark.parametrize("values", ["text", 1, {"a": 1}])
def test_for_goes_through_lists_only(values: Any) -> None:
    """A text is not a list of its letters, nor a map one of its keys."""
    with pytest.raises(TypeError, match="`\\$for` goes through a list"):
        each(values)


def test_a_round_counts() -> None:
    """From one and from nought, and knows whether it is the first or the last."""
    found = [
        (turn.index, turn.index0, turn.first, turn.last, turn.length, member)
        for turn, member in rounds(["a", "b", "c"])
    ]

    assert [
        (1, 0, True, False, 3, "a"),
        (2, 1, False, False, 3, "b"),
        (3, 2, False, True, 3, "c"),
    ] == found
