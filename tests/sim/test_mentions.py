"""Mentions: the value that a conversation offers for a field."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeai.sim.field_kinds import kind_of
from fakeai.sim.mentions import FOUND_MAX, Mentions


def first(field: str, text: str) -> str | None:
    """Return the first text for a field."""
    return next(Mentions(text).texts(field, kind_of(field)), None)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("city", "What is the weather in São Paulo today?", "São Paulo"),
        ("city", "東京の天気を教えて", "東京"),
        ("location", "Wie ist das Wetter in München?", "München"),
        ("from_city", "Flights from Berlin to Madrid", "Berlin"),
        ("to_city", "Flights from Berlin to Madrid", "Madrid"),
        ("destination", "Flights from Berlin to Madrid", "Madrid"),
        ("email", "Write to zoë@example.org!", "zoë@example.org"),
        ("website", "See https://ex.org/a.", "https://ex.org/a"),
        ("author", "It was Ada Lovelace who said so", "Ada Lovelace"),
        ("first_name", "It was Ada Lovelace who said so", "Ada"),
        ("last_name", "It was Ada Lovelace who said so", "Lovelace"),
        ("title", 'Call it "Deep Blue", please', "Deep Blue"),
        ("title", "Nenne es „so“ oder «anders»", "anders"),
        ("name", 'Alice and Bob go to the "Science Fair"', "Science Fair"),
        ("due_date", "by March 3rd, 2025", "2025-03-03"),
        ("start_time", "2025-03-03 at 7:30 pm", "2025-03-03T19:30:00Z"),
        ("order_id", "refund order ABC-123", "ABC-123"),
        ("currency", "it costs 5€", "EUR"),
        ("priority", "the priority is high, and soon", "high"),
        ("subject", "subject: Quarterly numbers, body: fine", "Quarterly numbers"),
        ("query", "search for red shoes, limit 5", "red shoes"),
        ("question", "Hello.\nHow far is the moon?", "How far is the moon?"),
        ("restaurant", "a table at Chez Panisse", "Chez Panisse"),
        ("city", "nothing at all", None),
        ("city", "", None),
    ],
)
def test_a_field_finds_its_text(field: str, text: str, value: str | None) -> None:
    """By its kind, by its name and by its side of a journey."""
    assert value == first(field, text)


def test_a_text_that_is_taken_is_offered_last() -> None:
    """Two fields of one kind have different values, as long as there are two."""
    mentions = Mentions("Ada Lovelace met Grace Hopper")
    taken = [next(mentions.texts("author", "name")) for _ in range(3)]

    assert ["Ada Lovelace", "Grace Hopper", "Ada Lovelace"] == taken


def test_items_of_a_list_are_offered_once() -> None:
    """A list ends where there is no more."""
    mentions = Mentions("Ada Lovelace met Grace Hopper")
    mentions.lists = True

    assert 2 == mentions.count("authors")
    assert ["Ada Lovelace", "Grace Hopper", None] == [
        next(mentions.texts("authors", "name"), None) for _ in range(3)
    ]


def test_another_instance_may_take_all_again() -> None:
    """What was taken is forgotten."""
    mentions = Mentions("Add 5 and 7")
    first_time = [next(mentions.numbers("x", None)) for _ in range(2)]
    mentions.start_over()

    assert [5, 7] == first_time
    assert 5 == next(mentions.numbers("x", None))


@pytest.mark.parametrize(
    ("field", "text", "number"),
    [
        ("age", "Room 12 for Jane, a 42-year-old", 42),
        ("price", "3 mugs for $19.99", 19.99),
        ("guests", "room 12, guests: 7", 7),
        ("limit", "top 3 of 10, limit 5", 5),
        ("count", "1,250 people came in 1999", 1250),
        ("x", "only -4.5 here", -4.5),
    ],
)
def test_a_field_finds_its_number(field: str, text: str, number: float) -> None:
    """By its unit, by its nearness, or because it is the only one."""
    assert number == next(Mentions(text).numbers(field, kind_of(field, numeric=True)))


@pytest.mark.parametrize(
    ("text", "field", "flag"),
    [
        ("with breakfast", "breakfast", True),
        ("without breakfast", "breakfast", False),
        ("do not include images", "include_images", False),
        ("nothing", "breakfast", None),
        ("a breakfasting", "breakfast", None),
    ],
)
def test_a_flag_is_on_off_or_not_spoken_of(text: str, field: str, flag: bool | None) -> None:
    """A word of denial before it turns it off."""
    assert flag is Mentions(text).flag(field)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("in high spirits, then low", "high"),
        ("very_high please", "very_high"),
        ("very high please", "very_high"),
        ("highly", None),
        ("", None),
    ],
)
def test_the_value_that_is_mentioned_first(text: str, value: str | None) -> None:
    """As a word of its own; of two in one place, the longer one."""
    assert value == Mentions(text).first_of(["low", "high", "very_high", "very"])


POOL = ("low", "very_high", "São Paulo", "O'Neil & Co.", "東京", "東京 Tower", "Straße 5", "?!", "")
PHRASES = st.one_of(
    st.text(max_size=6), st.sampled_from([*POOL, "STRASSE 5", "_", " ", "very high"])
)


@given(st.lists(PHRASES, max_size=6).map("".join), st.text(max_size=4))
def test_a_pool_is_searched_as_a_list_is(text: str, value: str) -> None:
    """The words of the text only tell which values need not be looked for."""
    pool = (*POOL, value)

    assert Mentions(text).first_of(pool) == Mentions(text).first_of_pool(pool)


@given(st.text(max_size=60), st.sampled_from(["city", "name", "age", "id", "date", "query", ""]))
def test_any_text_can_be_read(text: str, field: str) -> None:
    """Nothing breaks, and what is offered is bounded."""
    mentions = Mentions(text)

    assert 4 * FOUND_MAX > len(list(mentions.texts(field, kind_of(field))))
    assert FOUND_MAX >= len(list(mentions.numbers(field, None)))
