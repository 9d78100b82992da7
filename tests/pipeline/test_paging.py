"""Paging: pages neither overlap nor lose anything, either way."""

from __future__ import annotations

from typing import Any

import pytest

from fakeai.pipeline.inputs import ListQuery
from fakeai.pipeline.paging import fits, page

ENTRIES = [(place, name) for place, name in enumerate("abcde")]
PLACES = {name: place for place, name in ENTRIES}


def ask(**asked: Any) -> tuple[str, bool]:
    """Return the names of a page, and whether there is more."""
    names, more = page(ENTRIES, ListQuery(**asked), PLACES.get)
    return "".join(names), more


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"limit": 2}, ("ed", True)),
        ({"limit": 5}, ("edcba", False)),
        ({"limit": 0}, ("", True)),
        ({"limit": 2, "order": "asc"}, ("ab", True)),
        ({"limit": 2, "after": "d"}, ("cb", True)),
        ({"limit": 2, "after": "b"}, ("a", False)),
        ({"limit": 2, "after": "d", "order": "asc"}, ("e", False)),
        ({"limit": 2, "before": "b"}, ("dc", True)),
        ({"limit": 3, "before": "b"}, ("edc", False)),
        ({"limit": 2, "before": "c", "order": "asc"}, ("ab", False)),
        ({"limit": 5, "after": "e", "before": "a"}, ("dcb", False)),
        ({"limit": 1, "after": "e", "before": "a"}, ("d", True)),
        ({"after": "x"}, ("", False)),
        ({"before": "x"}, ("", False)),
    ],
)
def test_a_page_is_what_was_asked_for(asked: dict[str, Any], expected: tuple[str, bool]) -> None:
    """Before an id stands the page next to it; beside an unknown one stands nothing."""
    assert expected == ask(**asked)


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("limit", [1, 2, 3, 5, 9])
def test_pages_in_a_row_show_everything_once(order: str, limit: int) -> None:
    """Going on behind the last entry of each page ends with all of them."""
    seen, more = ask(limit=limit, order=order)
    while more:
        names, more = ask(limit=limit, order=order, after=seen[-1])
        seen += names

    assert ("abcde" if order == "asc" else "edcba") == seen


@pytest.mark.parametrize(
    ("value", "wanted", "expected"),
    [
        ({"a": "1", "b": "2"}, {"a": "1"}, True),
        ({"a": "1"}, {"a": "2"}, False),
        ({"a": "1"}, {"b": "1"}, False),
        ({"a": "1"}, {"a": None, "b": None}, True),
        ({"m": {"x": "1", "y": "2"}}, {"m": {"y": "2"}}, True),
        ({"m": "text"}, {"m": {"y": "2"}}, False),
        ({}, {"m": {}}, False),
    ],
)
def test_a_value_fits_when_it_has_all_that_is_wanted(
    value: object, wanted: object, *, expected: bool
) -> None:
    """At any depth; null wants nothing."""
    assert expected == fits(value, wanted)
