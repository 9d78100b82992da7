"""Locales: those of Faker, found without loading it."""

from __future__ import annotations

import pytest
from faker.config import AVAILABLE_LOCALES

from fakeai.core.document import parse
from fakeai.spec.locales import faker_locales, faker_name, unknown_locale


def found(locale: str) -> list[tuple[str, str | None, str | None]]:
    """Return code, hint and replacement of each problem of a corpus."""
    tree = parse(f"fakeai: 1\ntemplates: {{ corpus: {{ locale: {locale} }} }}", "f")
    return [(p.code, p.hint, p.replacement) for p in unknown_locale(tree)]


def test_they_are_those_of_faker() -> None:
    """The names of its folders are the locales that it takes."""
    assert sorted(AVAILABLE_LOCALES) == list(faker_locales())


@pytest.mark.parametrize("locale", ["en_US", "de_DE", "de-DE", "de", "la", "7"])
def test_what_faker_takes_is_taken(locale: str) -> None:
    """In every spelling; what is no text is told elsewhere."""
    assert [] == found(locale)


def test_a_near_miss_is_replaced() -> None:
    """The locale that was meant is offered."""
    assert [("FA023", "did you mean `de_DE`?", "de_DE")] == found("de_DEE")


def test_one_that_nothing_resembles() -> None:
    """Some of those that there are come with it."""
    ((code, hint, replacement),) = found("xx_YY")

    assert ("FA023", None) == (code, replacement)
    assert (hint or "").startswith("there are: `am_ET`, ")


def test_a_spec_that_says_nothing() -> None:
    """The default is one of them."""
    assert [] == list(unknown_locale(parse("fakeai: 1", "f")))


@pytest.mark.parametrize("word", ["de", "de-DE", "de_DE", "de_de"])
def test_a_locale_has_one_name(word: str) -> None:
    """That of the folder with its words."""
    assert "de_DE" == faker_name(word)
