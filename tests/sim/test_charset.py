"""Charsets: sets of characters, and the readable ones among them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeai.sim import charset
from fakeai.sim.charset import (
    ANY,
    DIGITS,
    complement,
    contains,
    intersect,
    letters,
    samples,
    unicode_property,
    union,
)

TEXTS = st.text(alphabet="abcxyz059é", max_size=8)


@given(TEXTS, TEXTS, st.sampled_from("abcxyz059éz"))
def test_sets_are_sets(one: str, other: str, char: str) -> None:
    """Union, intersection and complement are what they are of Python's sets."""
    first, second, code = letters(one), letters(other), ord(char)

    assert (char in one or char in other) == contains(union(first, second), code)
    assert (char in one and char in other) == contains(intersect(first, second), code)
    assert (char not in one) == contains(complement(first), code)


def test_neighbours_are_one_range() -> None:
    """A set has one form."""
    assert ((97, 99),) == letters("cab")


def test_the_complement_of_everything_is_nothing() -> None:
    """And the other way round."""
    assert ((), ANY) == (complement(ANY), complement(()))


@pytest.mark.parametrize(
    ("charset", "first"), [(ANY, "a"), (DIGITS, "0"), (letters("é"), "é"), (letters("\n"), "\n")]
)
def test_samples_are_readable(charset: tuple[tuple[int, int], ...], first: str) -> None:
    """Letters come before digits, and anything before nothing."""
    assert first == samples(charset)[0]


def test_surrogates_are_no_characters() -> None:
    """They could not be sent."""
    assert "" == samples(((0xD800, 0xDFFF),))


@pytest.mark.parametrize(
    ("name", "member", "stranger"),
    [
        ("L", "é", "1"),
        ("Lu", "É", "é"),
        ("Letter", "z", " "),
        ("Script=Greek", "\u03b4", "a"),
        ("Script=Han", "日", "a"),
        ("Nd", "7", "x"),
    ],
)
def test_a_property_has_its_characters(name: str, member: str, stranger: str) -> None:
    """By category, by long name and by script."""
    charset = unicode_property(name)

    assert charset is not None
    assert (True, False) == (contains(charset, ord(member)), contains(charset, ord(stranger)))


def test_an_unknown_property_is_none() -> None:
    """It is not an empty set."""
    assert unicode_property("Nonsense") is None


@pytest.mark.parametrize(("size", "kept"), [(500, 1), (501, 0)])
def test_the_samples_of_a_large_set_are_not_remembered(size: int, kept: int) -> None:
    """Whoever sends patterns must not fill the memory with them."""
    charset._remembered_samples.cache_clear()

    assert "a" == samples(((97, 97), *((200 + 2 * n, 200 + 2 * n) for n in range(1, size))))
    assert kept == charset._remembered_samples.cache_info().currsize


def test_a_property_with_a_very_long_name_is_unknown() -> None:
    """It is neither looked up nor remembered."""
    charset._property.cache_clear()

    assert unicode_property("Script=" + "Latin" * 100) is None
    assert 0 == charset._property.cache_info().currsize
