"""Refusals: a reason and a place."""

from __future__ import annotations

import pytest

from fakeai.sim.instance_limits import InvalidSchema, Unsatisfiable


@pytest.mark.parametrize(
    ("refusal", "text"),
    [
        (Unsatisfiable("why", "/a/b"), "/a/b: why"),
        (Unsatisfiable("why"), "/: why"),
        (InvalidSchema("what", "/type"), "/type: what"),
    ],
)
def test_a_refusal_says_where_and_why(refusal: Exception, text: str) -> None:
    """The place comes first; the root is a slash."""
    assert text == str(refusal)


def test_only_the_innermost_place_is_named() -> None:
    """A refusal that passes through many values stays readable."""
    refusal = Unsatisfiable("why").inside("item 3", "/x").inside("item 0", "/y")

    assert ("item 3 cannot have a value: why", "/x") == (refusal.reason, refusal.path)
