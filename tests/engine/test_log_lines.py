"""Log lines: their times, and what people are shown."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fakeai.engine.log_lines import compile_stamp, shown

NEW_YEAR_S = 1_767_225_600


@pytest.mark.parametrize("fraction", [0.0, 0.5, 2**-18, 0.25, 0.999999])
def test_a_time_is_that_of_the_calendar(fraction: float) -> None:
    """A whole second has no fraction; every other has six digits."""
    time_s = NEW_YEAR_S + fraction
    expected = datetime.fromtimestamp(time_s, UTC).isoformat().replace("+00:00", "Z")

    assert abs(parsed(compile_stamp()(time_s)) - time_s) < 2e-6
    assert len(expected) == len(compile_stamp()(time_s))


def test_each_second_has_its_own_text() -> None:
    """Forward, and back when the clock was set."""
    stamp = compile_stamp()
    times_s = [NEW_YEAR_S, NEW_YEAR_S + 0.5, NEW_YEAR_S + 86_399.5, NEW_YEAR_S]

    assert [
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00.500000Z",
        "2026-01-01T23:59:59.500000Z",
        "2026-01-01T00:00:00Z",
    ] == [stamp(time_s) for time_s in times_s]


def parsed(text: str) -> float:
    """Return the Unix time of a text."""
    return datetime.fromisoformat(text).timestamp()


def test_what_prints_is_shown_as_it_is() -> None:
    """And what does not print, as Python writes it."""
    assert ["a b", "1", "None", "'a\\nb'"] == [shown(value) for value in ("a b", 1, None, "a\nb")]
