"""The data on languages fits the code that reads it."""

from __future__ import annotations

import re

import pytest

from fakeai.sim.languages import (
    BREAKS,
    CODE_NAMES,
    CODE_WORDS,
    JOINTS,
    LANGUAGES,
    PLAIN,
    SNIPPETS,
    Language,
)

ALL = [*LANGUAGES.items(), ("other", PLAIN)]


@pytest.mark.parametrize(("code", "language"), ALL)
def test_phrases_have_their_place_for_the_prompt(code: str, language: Language) -> None:
    """Every opening names the topic once, every remark one word."""
    assert language.openings, code
    assert all(1 == text.count("{topic}") for text in language.openings)
    assert all(1 == text.count("{word}") for text in language.remarks)


@pytest.mark.parametrize(("code", "language"), ALL)
def test_words_are_lower_case(code: str, language: Language) -> None:
    """The reader compares them with lower-cased words."""
    for words in (language.stop_words, language.list_words):
        assert words == {word.lower() for word in words}, code


def test_scripts_are_character_ranges() -> None:
    """Each script compiles as a character class."""
    assert all(re.compile(f"[{x.script}]") for x in LANGUAGES.values() if x.script)


def test_a_mark_either_stands_between_words_or_in_them() -> None:
    """No character is both, and none is part of a plain word."""
    assert set(BREAKS).isdisjoint(JOINTS)
    assert not any(character.isalnum() or character.isspace() for character in BREAKS + JOINTS)


def test_names_of_code_are_ways_to_write_its_words() -> None:
    """What a name stands for is a word that asks for code."""
    assert all(name.lower() == word and word in CODE_WORDS for name, word in CODE_NAMES.items())


@pytest.mark.parametrize("name", SNIPPETS)
def test_snippets_take_a_name(name: str) -> None:
    """Each is code that ends its line, with one or more places for the identifier."""
    assert "{name}" in SNIPPETS[name]
    assert SNIPPETS[name].endswith("\n")
    assert name in CODE_WORDS


def test_the_python_snippet_is_python() -> None:
    """What looks like code compiles."""
    code = SNIPPETS["python"].replace("{name}", "count_items")

    assert "count_items" in compile(code, "snippet", "exec").co_names
