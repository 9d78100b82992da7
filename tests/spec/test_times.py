"""Times: what has the form of one must be one."""

from __future__ import annotations

import pytest

from fakeai.core.document import parse
from fakeai.spec.schema import shape_of, spec_type
from fakeai.spec.times import impossible_times
from tests.spec.sections import SECTIONS

SHAPE = shape_of(spec_type(SECTIONS))


def found(time: str) -> list[tuple[str, str, str]]:
    """Return code, place and message of what is wrong with the time of a clock."""
    tree = parse(f'fakeai: 1\nclock: {{ fixed: "{time}" }}', "f")
    return [(p.code, str(p.place), p.message) for p in impossible_times(tree, SHAPE)]


@pytest.mark.parametrize(
    "time",
    [
        "2026-02-30T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-01-01T25:00:00Z",
        "2026-01-01T00:00:00+99:99",
        "9999-12-31T23:59:59-10:00",
    ],
)
def test_what_no_calendar_has(time: str) -> None:
    """It is marked; the server could not tell what time it is."""
    assert [("FA024", "f:2:17", f"no calendar has the time `{time}`")] == found(time)


@pytest.mark.parametrize("time", ["2024-02-29T00:00:00Z", "2026-01-01T00:00:00.5+05:30"])
def test_what_is_a_time(time: str) -> None:
    """Leap days and offsets are."""
    assert [] == found(time)


def test_what_has_another_form_is_told_elsewhere() -> None:
    """By the check, with the form that it takes."""
    assert [] == found("yesterday")
