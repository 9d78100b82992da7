"""Mention passage: where things stand in a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeai.sim import mention_rules as rules
from fakeai.sim.mention_passage import FOUND_MAX, Found, Passage

POOL = ("low", "very_high", "São Paulo", "O'Neil & Co.", "東京", "東京 Tower", "Straße 5", "?!", "")
PHRASES = st.one_of(
    st.text(max_size=6), st.sampled_from([*POOL, "STRASSE 5", "_", " ", "very high", "İ"])
)


@given(st.lists(PHRASES, max_size=6).map("".join), st.text(max_size=4))
def test_a_pool_is_searched_as_a_list_is(text: str, value: str) -> None:
    """The words of the text only tell which values need not be looked for."""
    pool = tuple(dict.fromkeys((*POOL, value)))

    assert Passage(text).members(pool) == Passage(text).members_of_pool(pool)


@given(st.lists(PHRASES, max_size=6).map("".join))
def test_places_are_those_of_the_text(text: str) -> None:
    """Letters that change their length in lower case move nothing."""
    passage = Passage(text)

    assert len(text) == len(passage.lower) == len(passage.unquoted)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Show the weather in São Paulo and in Île", ["São Paulo", "Île"]),
        ("Wie geht es Zoë? On Monday", ["Zoë"]),
        ('The "Blue Note" of Ann', ["Ann"]),
        ("Un vol de Nantes à Séville", ["Nantes", "Séville"]),
        ("Text Bob, then Most Bob", ["Bob", "Most Bob"]),
        ("東京の天気", []),
    ],
)
def test_names_are_what_is_capitalised(text: str, names: list[str]) -> None:
    """Except for words that start a sentence, days, and what is quoted."""
    found = Passage(text).names

    assert names == [name.value for name in found]
    assert names == [text[name.start : name.end] for name in found]


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("from Rome", -1),
        ("to Rome", 1),
        ("Rome to Bari", -1),
        ("Bari -> Rome", 1),
        ("a Rome to Bari trip", -1),
        ("de Bari a Rome a las 5", 1),
        ("von Rome nach Bari", -1),
        ("nice Rome", 0),
    ],
)
def test_a_value_has_a_side_of_a_journey(text: str, side: int) -> None:
    """The words around it tell which."""
    start = text.index("Rome")

    assert side == Passage(text).side(Found(start, start + 4, "Rome"))


def test_a_field_takes_what_is_on_its_side() -> None:
    """What is on the other one is left out; what stands near the field's name is better."""
    passage = Passage("to Rome from Bari via Pisa, the hotel Roma")
    found = passage.names

    def ranked(field: str) -> list[str]:
        return [one.value for one in passage.ranked(field, found)]

    assert ["Bari", "Pisa", "Roma"] == ranked("origin")
    assert ["Rome", "Pisa", "Roma"] == ranked("to_city")
    assert ["Roma", "Rome", "Bari", "Pisa"] == ranked("hotel")


def test_what_is_remembered_is_bounded() -> None:
    """A text full of names is not read to its end."""
    passage = Passage("Ab, " * 500)

    assert FOUND_MAX == len(passage.names)
    assert FOUND_MAX == len(passage.places("ab"))
    assert passage.find(rules.CAPITALISED, unquoted=True) is passage.find(
        rules.CAPITALISED, unquoted=True
    )
