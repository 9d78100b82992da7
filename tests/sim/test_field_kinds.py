"""Field kinds: names in all their spellings."""

from __future__ import annotations

import tracemalloc

import pytest

from fakeai.sim.field_kinds import NAME_CHARACTERS_MAX, WORDS_MAX, kind_of, words_of


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


@pytest.mark.parametrize("numeric", [False, True])
def test_long_names_are_not_remembered_whole(*, numeric: bool) -> None:
    """Clients choose the names, and one may be as long as a body."""
    length = 100_000
    tracemalloc.start()
    try:
        for number in range(20):
            name = f"{number:06}" + "a" * length
            assert kind_of(name, numeric=numeric) is None
            assert kind_of(name[:NAME_CHARACTERS_MAX], numeric=numeric) is None
            words_of(name)
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()

    assert held < 3 * length
