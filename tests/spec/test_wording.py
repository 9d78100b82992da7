"""Wording: values and what was expected of them, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeai.core.document import parse, plain
from fakeai.spec.wording import expected, got, plain_text, shown, with_unit, yaml_word

if TYPE_CHECKING:
    from fakeai.spec.shape import Schema


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "null"),
        (True, "`true`"),
        (1.5, "the number `1.5`"),
        ("secret", "a string"),
        ([], "a list"),
        ({}, "a map"),
    ],
)
def test_got(value: object, words: str) -> None:
    """A string's text is not repeated: it may be a secret."""
    assert words == got(value)


def test_expected() -> None:
    """Several options are one phrase, each kind once; null is not worth a word."""
    options: list[Schema] = [
        {"type": "integer"},
        {"type": "string", "x-unit": "count", "examples": ["128k"]},
        {"type": "null"},
        {"enum": ["a", "b"]},
        {"type": "integer"},
    ]

    assert expected(options) == "an integer, a count (such as `128k`) or one of `a`, `b`"
    assert expected([{"enum": ["a"]}]) == "`a`"


def test_shown_is_short() -> None:
    """A long text is cut."""
    assert shown("a" * 99) == f"`{'a' * 39}…`"
    assert shown(None) == "`null`"
    assert plain_text(value=True) == "true"


@pytest.mark.parametrize(
    "text", ["small", "a/b.c-d_e", "true", "Null", "1", "a: b", 'say "x"', "back\\slash", ""]
)
def test_yaml_word_reads_back(text: str) -> None:
    """Whatever the name, what is written is read as that name."""
    assert [text] == plain(parse(f"a: [{yaml_word(text)}]", "f"))["a"]  # type: ignore[index,call-overload]


@pytest.mark.parametrize(
    ("text", "unit", "mended"),
    [
        ("10mb", "size", "10MB"),
        ("10 MB", "size", "10MB"),
        ("5 S", "duration", "5s"),
        ("1K", "count", "1k"),
        (".5s", "duration", "0.5s"),
        ("5.ms", "duration", "5ms"),
        ("1.5.2s", "duration", None),
        ("..5s", "duration", None),
        ("1__0s", "duration", None),
        ("5 minutes", "duration", None),
        ("fast", "duration", None),
    ],
)
def test_with_unit(text: str, unit: str, mended: str | None) -> None:
    """Case and spaces are mended when only one unit can be meant."""
    assert mended == with_unit(text, unit)
