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


def test_a_token_is_at_least_one_character() -> None:
    """A ratio below one is refused with the spec, not when the counter is made."""
    with pytest.raises(msgspec.ValidationError, match=">= 1"):
        msgspec.convert({"counters": {"a": {"kind": "characters", "ratio": 0.5}}}, Tokens)


def test_only_characters_have_a_ratio() -> None:
    """Beside another kind it would change nothing."""
    with pytest.raises(msgspec.ValidationError, match="`ratio` has no effect beside the kind"):
        msgspec.convert({"counters": {"heuristic": {"kind": "heuristic", "ratio": 4}}}, Tokens)
