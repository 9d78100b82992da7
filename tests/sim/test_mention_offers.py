"""Mention offers: the texts of one passage that suit a field."""

from __future__ import annotations

import pytest

from fakeai.sim.field_kinds import kind_of
from fakeai.sim.mention_offers import Offers
from fakeai.sim.mention_passage import Passage


def offered(field: str, text: str, *, items: bool = False, pool: tuple[str, ...] = ()) -> list[str]:
    """Return the texts for a field without repetition."""
    found = Offers(Passage(text)).texts(field, kind_of(field), pool, items=items)
    return list(dict.fromkeys(found))


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("city", "What city is it? The city: Bari", "Bari"),
        ("city", "Oslo is nice, but I live at last in Bari", "Bari"),
        ("city", "for Anna in Bari", "Bari"),
        ("city", "go to paris", "Paris"),
        ("city", "sunny in bari?", "bari"),
        ("name", "in Bari with Anna", "Anna"),
        ("attendees", "at Acme with Anna", "Anna"),
        ("user_id", "look at user 7", "7"),
        ("ticker", "Tokyo or the price of AAPL", "AAPL"),
        ("ticker", "the ticker `BRK.B`, not AAPL", "BRK.B"),
        ("currency", "20 pounds in EUR", "GBP"),
        ("path", "see https://a.io/x.html and /etc/hosts.", "/etc/hosts"),
        ("directory", "list ./src/", "./src/"),
        ("ip", "from 10.0.0.7, port 80", "10.0.0.7"),
        ("zip_code", "ship to 94107", "94107"),
        ("message", "message: Hi, how are you?\nBye", "Hi, how are you?"),
        ("content", "write 'it's fine' to it", "it's fine"),
        ("code", "run ```py\nprint(1)\n``` now", "print(1)"),
        ("year", 'the "film" of 1999', "1999"),
        ("title", "an event called Team Sync on Monday", "Team Sync"),
        ("source", "rename old.txt to new.txt", "old.txt"),
        ("path", "see a/b.txt", "a/b.txt"),
        ("state", "in Eugene, OR", "OR"),
        ("country", "in Madrid, Spain", "Spain"),
        ("expression", "what is 2 + 3?", "2 + 3"),
        ("sender", "Hello", None),
    ],
)
def test_the_first_offer_suits_the_field(field: str, text: str, value: str | None) -> None:
    """What is stated is best, then what its form or the words around it give away."""
    assert value == next(iter(offered(field, text, pool=("Paris", "EUR"))), None)


@pytest.mark.parametrize(
    ("text", "moments"),
    [
        ("2025-06-03, 10:00 to 11:30", ["2025-06-03T10:00:00Z", "2025-06-03T11:30:00Z"]),
        ("2025-06-03 8:00 to 2025-06-04 9:00", ["2025-06-03T08:00:00Z", "2025-06-04T09:00:00Z"]),
        ("2025-06-03", ["2025-06-03T09:00:00Z"]),
    ],
)
def test_moments_are_dates_with_times(text: str, moments: list[str]) -> None:
    """Each with its own, or one with all."""
    assert moments == offered("created_at", text)


@pytest.mark.parametrize(
    ("field", "text", "items"),
    [
        ("tags", "tags: bug, urgent and web. Then stop", ["bug", "urgent", "web"]),
        ("tags", 'tags ["a b", "c"]', ["a b", "c"]),
        ("tags", "tags: a, b, title: C", ["a", "b"]),
        ("ingredients", "with ingredients flour, sugar and eggs", ["flour", "sugar", "eggs"]),
        ("cities", "of cities in Europe, and quickly", ["Europe"]),
    ],
)
def test_items_are_the_parts_of_an_enumeration(field: str, text: str, items: list[str]) -> None:
    """It stands behind the name of the list."""
    assert items == offered(field, text, items=True)
