"""Faker fills the corpus once, and the same seed fills it alike."""

from __future__ import annotations

import re

import pytest

from fakeai.sim.corpus import BUILTIN
from fakeai.sim.faker_corpus import fill


def test_the_same_seed_gives_the_same_corpus() -> None:
    """Two servers with one seed speak alike; another seed speaks otherwise."""
    assert fill(["en_US"], 7, 40) == fill(["en_US"], 7, 40)
    assert fill(["en_US"], 7, 40) != fill(["en_US"], 8, 40)


def test_each_locale_has_the_asked_number_of_sentences() -> None:
    """Locales keep their order and speak their own script."""
    english, russian = fill(["en_US", "ru_RU"], 1, 12).texts

    assert [12, 12] == [len(english.sentences), len(russian.sentences)]
    assert ["en", "ru"] == [english.language, russian.language]
    assert all(re.fullmatch(r"[\u0400-\u04ff\s.,-]+", text) for text in russian.sentences)
    assert english.words
    assert russian.words


def test_english_sentences_read_as_english() -> None:
    """They begin with a capital, end with a full stop and say `an` before a vowel."""
    (english,) = fill(["en_US"], 3, 200).texts

    for sentence in english.sentences:
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert not re.search(r"\b[Aa] [aeiou]|\b[Aa]n [^aeiouAEIOU]|[{}]", sentence)


def test_english_without_kinds_of_words_is_written_by_faker() -> None:
    """Philippine English has words, but not which of them are nouns."""
    (english,) = fill(["en_PH"], 1, 10).texts

    assert 10 == len(english.sentences)


def test_chinese_sentences_end_as_chinese_does() -> None:
    """Faker ends them with a Latin full stop."""
    (chinese,) = fill(["zh_CN"], 1, 10).texts

    assert all(text.endswith("。") and "." not in text for text in chinese.sentences)


def test_a_locale_without_words_of_its_own_is_left_out() -> None:
    """Latin is nobody's language."""
    assert ["en"] == [texts.language for texts in fill(["pt_BR", "en_US"], 1, 4).texts]
    assert BUILTIN == fill(["pt_BR"], 1, 4)


def test_an_unknown_locale_is_an_error() -> None:
    """A typing error in a locale is not passed over."""
    with pytest.raises(AttributeError, match="xx_XX"):
        fill(["xx_XX"], 1, 4)
