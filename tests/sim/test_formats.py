"""Formats: every text is of its format."""

from __future__ import annotations

import jsonschema_rs
import pytest

from fakeai.core.rng import Rng
from fakeai.sim.formats import FORMATS, SHORTEST, STRETCHABLE
from fakeai.sim.pools import BUILT_IN, Pools


def is_valid(name: str, text: str) -> bool:
    """Tell whether a text is of a format."""
    validator = jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True)
    return validator.is_valid(text)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("pools", [BUILT_IN, Pools({})], ids=["built-in", "none"])
def test_each_text_is_of_its_format(name: str, pools: Pools) -> None:
    """Thirty of each, with pools and without."""
    stream = Rng(1).stream("test", 0)

    assert [True] * 30 == [is_valid(name, FORMATS[name](stream, pools)) for _ in range(30)]


@pytest.mark.parametrize(("name", "text"), SHORTEST.items())
def test_short_texts_are_of_their_format(name: str, text: str) -> None:
    """They are the last resort, so they must hold."""
    assert is_valid(name, text)


@pytest.mark.parametrize("name", sorted(STRETCHABLE - {"json-pointer"}))
def test_stretched_texts_are_of_their_format(name: str) -> None:
    """Letters at the end change nothing."""
    assert is_valid(name, SHORTEST[name] + "a" * 90)
