"""Pruning: what is wrong goes, the rest stays."""

from __future__ import annotations

from fakeai.core.document import locate, parse, plain
from fakeai.spec.pruning import without

DOCUMENT = parse("a: 1\nb: { c: 2, d: [3, 4] }\ne: { f: 5 }\n", "t.yaml")


def test_entries_go_by_the_place_of_their_key_or_value() -> None:
    """A problem marks either of them."""
    places = {locate(DOCUMENT, ["a"]).place, locate(DOCUMENT, ["b", "c"]).key_place}
    wrong = {place for place in places if place is not None}

    assert {"b": {"d": [3, 4]}, "e": {"f": 5}} == plain(without(DOCUMENT, wrong))


def test_items_of_lists_go_too() -> None:
    """The others move up."""
    pruned = without(DOCUMENT, {locate(DOCUMENT, ["b", "d", 0]).place})

    assert {"c": 2, "d": [4]} == plain(locate(pruned, ["b"]))


def test_nothing_wrong_is_nothing_gone() -> None:
    """The copy is equal."""
    assert plain(DOCUMENT) == plain(without(DOCUMENT, set()))
