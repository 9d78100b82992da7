"""Field kinds: names in all their spellings."""

from __future__ import annotations

import pytest

from fakeai.sim.field_kinds import WORDS_MAX, kind_of, words_of


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("first_name", ("first", "name")),
        ("firstName", ("first", "name")),
        ("FirstName", ("first", "name")),
        ("first-name", ("first", "name")),
        ("userID", ("user", "id")),
        ("HTTPUrl", ("http", "url")),
        ("address2", ("address", "2")),
        ("名前", ("名前",)),
        ("", ()),
    ],
)
def test_a_name_is_split_into_words(name: str, words: tuple[str, ...]) -> None:
    """Snake, camel and kebab are alike."""
    assert words == words_of(name)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("first_name", "first_name"),
        ("customerEmail", "email"),
        ("shipping_city", "city"),
        ("birth_date", "date"),
        ("createdAt", "datetime"),
        ("product_name", "product"),
        ("categories", "word"),
        ("cities", "city"),
        ("order_id", "id"),
        ("country_code", "country_code"),
        ("city_of_birth", "city"),
        ("zzz", None),
        ("", None),
    ],
)
def test_a_text_field_has_a_kind(name: str, kind: str | None) -> None:
    """The longest ending that is known decides, in the plural, too."""
    assert kind == kind_of(name)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("age", "age"), ("total_price", "price"), ("party_size", "count"), ("city", None)],
)
def test_a_number_field_has_a_kind(name: str, kind: str | None) -> None:
    """Numbers have kinds of their own."""
    assert kind == kind_of(name, numeric=True)


def test_a_long_name_is_bounded() -> None:
    """Only the last words count."""
    assert WORDS_MAX == len(words_of("a_" * 90))
