"""Values and records: equal by their fields, and which of them may change."""

from __future__ import annotations

import pytest

from fakeai.core.value import Record, Value


class Point(Value):
    """A value."""

    x: int = 0


class Counter(Record):
    """A record."""

    x: int = 0


def test_a_value_is_its_fields() -> None:
    """It equals another one with the same, goes into a set with it, and cannot change."""
    assert {Point(1)} == {Point(1), Point(x=1)}
    with pytest.raises(AttributeError):
        Point(1).x = 2  # type: ignore[misc]


def test_a_record_changes() -> None:
    """And has no hash that would change with it."""
    record = Counter()
    record.x += 1

    assert Counter(1) == record
    with pytest.raises(TypeError):
        hash(record)
