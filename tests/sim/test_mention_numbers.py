"""Mention numbers: which number a field gets, and whether a flag is up."""

from __future__ import annotations

import pytest

from fakeai.sim.mention_numbers import Numbers, flag, number_of
from fakeai.sim.mention_passage import Passage


def values(text: str, indexes: list[int]) -> list[float]:
    """Return the numbers at these places."""
    found = Numbers(Passage(text)).all
    return [found[index][2] for index in indexes]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,250", 1250),
        ("1_000_000", 1_000_000),
        ("19,99", 19.99),
        ("-3", -3),
        ("1e3", 1000),
        ("1.5e3", 1500.0),
        ("1e30", 1e30),
        ("99999999999999999999", 99999999999999999999),
        ("3.141592653589793", 3.141592653589793),
    ],
)
def test_a_number_is_read_as_it_is_written(text: str, number: float) -> None:
    """Whole where it is, and with all of its digits."""
    made = number_of(text)

    assert (number, type(number)) == (made, type(made))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1,2,3 or [4,5]", [1, 2, 3, 4, 5]),
        ("10.0.0.7, v1.2, 1.2.3, 0x1F, A-1, 2024-05-01, 1e999", []),
        ("It costs 5. Or 6, or 7!", [5, 6, 7]),
        ("9" * 50, []),
    ],
)
def test_numbers_are_told_from_other_figures(text: str, found: list[float]) -> None:
    """A number that cannot be read whole is none."""
    assert found == [value for _, _, value in Numbers(Passage(text)).all]


def test_a_unit_or_a_name_makes_a_number_the_first() -> None:
    """The others come in the order of the text."""
    text = "Room 12 for Jane, 42 years old, and 3 kids"
    numbers = Numbers(Passage(text))

    assert [42, 12, 3] == values(text, numbers.ranked("age", "age"))
    assert [12, 42, 3] == values(text, numbers.ranked("room", None))
    assert [3, 42, 12] == values(text, numbers.ranked("kids", None))


@pytest.mark.parametrize(
    ("field", "kind", "text", "number"),
    [
        ("y", None, "x: 10, y: 20", 20),
        ("y", None, "10 or y or 20", 10),
        ("min_price", "price", "3 seats in row 10, now 20 and 40 dollars", 20),
    ],
)
def test_letters_need_a_sign_and_units_hold_for_an_enumeration(
    field: str, kind: str | None, text: str, number: float
) -> None:
    """A single letter stands everywhere; a unit is said once."""
    assert number == values(text, Numbers(Passage(text)).ranked(field, kind))[0]


def test_numbers_in_words_come_last() -> None:
    """Unless they stand near the field's name; they are no items of a list."""
    numbers = Numbers(Passage("the two numbers 5 and 7 of three sets"))

    assert [5, 7, 2, 3] == values(numbers.passage.text, numbers.ranked("x", None))
    assert 3 == values(numbers.passage.text, numbers.ranked("sets", None))[0]
    assert [5, 7] == values(numbers.passage.text, numbers.listed("x"))


@pytest.mark.parametrize(
    ("field", "text", "items"),
    [
        ("ids", "user 7 and user 9", [7, 9]),
        ("values", "average of 3, 4 and 10 with 2 digits", [3, 4, 10]),
        ("odd", "even: 2, 4 and 6; odd: 1 and 3", [1, 3]),
        ("ids", "none", []),
    ],
)
def test_a_list_holds_an_enumeration(field: str, text: str, items: list[float]) -> None:
    """The one behind its name or the longest one; without any, all numbers."""
    assert items == values(text, Numbers(Passage(text)).listed(field))


@pytest.mark.parametrize(
    ("field", "text", "wanted"),
    [
        ("enabled", "enable dark mode", True),
        ("enabled", "turn off dark mode", False),
        ("enabled", "don't enable it", False),
        ("enabled", "the dark mode", None),
        ("enabled", "enable it, no hurry", True),
        ("enabled", "turn it on", True),
        ("is_active", "Tom, no kin, is active", True),
        ("is_active", "Tom is not active", False),
        ("dark_mode", "switch to dark-mode", True),
        ("dark_mode", "dark_mode: false", False),
        ("sound", "dark mode off, sound on", True),
        ("images", "images are off", False),
        ("images", "images, no text", True),
        ("frühstück", "ohne Frühstück", False),
    ],
)
def test_a_flag_is_set_by_the_words_around_it(field: str, text: str, wanted: bool | None) -> None:
    """Those of its own clause; one that only says on or off is set by any such word."""
    assert wanted is flag(Passage(text), field)
