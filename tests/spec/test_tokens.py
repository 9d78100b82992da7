"""The section tokens: counters by name, one of them the default."""

from __future__ import annotations

import msgspec
import pytest

from fakeai.spec.tokens import Tokens


def test_the_heuristic_counter_is_there_from_the_start() -> None:
    """A spec that says nothing counts words and punctuation."""
    assert ["heuristic"] == [*Tokens().counters]


def test_the_default_must_be_a_counter() -> None:
    """Counters replaced as a whole leave the default without one."""
    with pytest.raises(msgspec.ValidationError, match="is not one of `counters`"):
        msgspec.convert({"counters": {"a": {"kind": "characters"}}}, Tokens)


def test_a_kind_is_one_of_those_there_are() -> None:
    """Another word is refused."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"counters": {"heuristic": {"kind": "syllables"}}}, Tokens)
