"""Mentions: the value that a conversation offers for a field."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeai.sim.field_kinds import kind_of
from fakeai.sim.mention_passage import FOUND_MAX
from fakeai.sim.mentions import OFFERS_MAX, Mentions


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
        ("title", "Nenne es «so» oder „anders“", "so"),
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
        ("city", 'the city: " "', None),
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


def test_the_first_passage_goes_before_all_others() -> None:
    """What it names again is better than what was said earlier."""
    mentions = Mentions("And in Oslo, 2 days?", '{"city": "Rome", "days": 5}')
    cities = [next(mentions.texts("city", "city")) for _ in range(2)]
    mentions.lists = True

    assert ["Oslo", "Oslo"] == cities
    assert "Rome" == next(mentions.texts("city", "city"))
    assert [2, 5] == list(mentions.numbers("days", None))


def test_a_later_passage_offers_what_the_first_one_lacks() -> None:
    """A system message may know more than the user says."""
    mentions = Mentions("What is the weather, with wind?", "The user is in Oslo, in metric units.")

    assert "Oslo" == next(mentions.texts("city", "city"))
    assert "metric" == mentions.first_of(["imperial", "metric"])
    assert mentions.speaks_of("metric")
    assert mentions.flag("wind")


def test_the_name_of_a_field_is_no_value_for_it() -> None:
    """Words that ask for a key do not fill it."""
    mentions = Mentions('the fields "title" and "Dune"')

    assert "Dune" == next(mentions.texts("title", "title"))


@pytest.mark.parametrize(
    ("field", "text", "count"),
    [
        ("cities", "weather in Paris, London and Rome", 3),
        ("symbols", "quotes of AAPL and MSFT", 2),
        ("tags", 'with "a" and "b"', 2),
        ("colors", "red and blue", 2),
        ("steps", "Explain it", 0),
        ("cities", "", 0),
    ],
)
def test_a_list_is_as_long_as_what_is_meant(field: str, text: str, count: int) -> None:
    """What only may be meant does not count."""
    assert count == Mentions(text).count(field, ("red", "blue") if field == "colors" else ())


def test_numbers_and_choices_are_counted_too() -> None:
    """Those that were taken are not."""
    mentions = Mentions("users 7 and 9 on Monday and Friday")
    next(mentions.numbers("x", None))

    assert 1 == mentions.count_numbers("ids")
    assert 2 == mentions.count_of(["monday", "tuesday", "friday"])
    assert (0, 0) == (Mentions().count_numbers("ids"), Mentions().count_of(["a"]))


def test_a_choice_is_taken_once() -> None:
    """Two fields of the same choices differ where the text has two; lists never repeat one."""
    mentions, values = Mentions("high priority and low severity"), ["low", "high"]
    fields = ["severity", "priority", "third"]

    assert ["low", "high", "high"] == [mentions.first_of(values, field) for field in fields]
    mentions.lists = True
    assert mentions.first_of(values) is None


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


@pytest.mark.parametrize(
    "part", ["a", "A ", "'a", "`", "```\n", "1,", "1.", "-(", "a/", "x@", "::", "\t", "Ab, ", "「a"]
)
def test_a_long_text_of_one_sign_is_soon_read(part: str) -> None:
    """No pattern tries again and again what did not match."""
    mentions = Mentions((part * 8_000)[:8_000])

    for field in FIELDS:
        assert OFFERS_MAX >= len(list(mentions.texts(field, kind_of(field))))
        assert mentions.count(field) <= OFFERS_MAX


SIGNS = st.sampled_from(
    [
        "city: ",
        "name ",
        '"',
        "'",
        "`",
        " ",
        "\n",
        "7",
        "1e999",
        ",",
        "and ",
        "Bo",
        "to ",
        "İ",
        "東京",
        "a@b.c",
    ]
)
FIELDS = ["city", "name", "age", "id", "date", "query", "to_city", "currency", "path", "x", ""]


@given(
    st.one_of(st.text(max_size=60), st.lists(SIGNS, max_size=20).map("".join)),
    st.sampled_from(FIELDS),
)
def test_any_text_can_be_read(text: str, field: str) -> None:
    """Nothing breaks, and what is offered is bounded."""
    mentions = Mentions(text)

    found = list(mentions.texts(field, kind_of(field)))

    assert OFFERS_MAX >= len(found)
    assert all(map(str.strip, found))
    assert FOUND_MAX >= len(list(mentions.numbers(field, None)))
