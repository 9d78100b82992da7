"""Mention times: the forms in which people write dates and times."""

from __future__ import annotations

import pytest

from fakeai.sim.mention_times import FOUND_MAX, dates, times


@pytest.mark.parametrize(
    "text",
    [
        "on 2025-03-04,",
        "am 4.3.2025",
        "03/04/2025",
        "March 4th, 2025",
        "Mar 4 2025",
        "4 March 2025",
        "the 4th of march, 2025",
        "2025年3月4日",
    ],
)
def test_a_date_has_many_forms(text: str) -> None:
    """All of them are one day."""
    assert ["2025-03-04"] == dates(text)


def test_a_day_that_does_not_exist_is_no_date() -> None:
    """The thirtieth of February."""
    assert [] == dates("2025-02-30")


def test_dates_keep_the_order_of_the_text() -> None:
    """Whatever their form."""
    assert ["2025-06-02", "2025-06-01"] == dates("from June 2, 2025 or 2025-06-01")


def test_dates_are_bounded() -> None:
    """A text full of dates is not read to its end."""
    assert FOUND_MAX == len(dates("2025-06-01 " * (FOUND_MAX + 9)))


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("at 14:05", "14:05"),
        ("7:30 pm", "19:30"),
        ("7pm", "19:00"),
        ("12:15 AM", "00:15"),
        ("12:15 p.m.", "12:15"),
    ],
)
def test_a_time_has_two_forms(text: str, clock: str) -> None:
    """Of twelve hours and of twenty-four."""
    assert [clock] == list(times(text))
