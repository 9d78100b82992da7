"""reasoning: the default effort is one of the efforts."""

from __future__ import annotations

import pytest

from fakeai.spec.reasoning import Reasoning


def test_the_default_must_be_an_effort() -> None:
    """A default that no effort has would change nothing in silence."""
    with pytest.raises(ValueError, match="the default effort `low` is not one of `efforts`"):
        Reasoning(efforts={"high": 2}, default="low")
