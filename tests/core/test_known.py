"""Known: made once, kept within a bound."""

from __future__ import annotations

from fakeai.core.known import Known


def test_a_result_is_made_once() -> None:
    """The second call finds it."""
    known: Known[str] = Known(2)
    made: list[str] = []

    def make() -> str:
        made.append("x")
        return "x"

    assert ["x", "x"] == [known.get(1, make) for _ in range(2)]
    assert ["x"] == made


def test_nothing_is_not_kept() -> None:
    """What came with problems is worked out again, so that they are told again."""
    known: Known[str] = Known(2)

    assert known.get(1, lambda: None) is None
    assert "x" == known.get(1, lambda: "x")


def test_a_full_store_starts_anew() -> None:
    """It never holds more than it may."""
    known: Known[int] = Known(2)
    for number in range(3):
        known.get(number, lambda number=number: number + 1)  # type: ignore[misc]

    assert 9 == known.get(0, lambda: 9)
    assert 3 == known.get(2, lambda: 9)


def test_all_stores_are_emptied_together() -> None:
    """What they kept is made anew if anybody asks."""
    stores: list[Known[int]] = [Known(2), Known(2)]
    for store in stores:
        store.get("a", lambda: 1)
    Known.forget()

    assert [2, 2] == [store.get("a", lambda: 2) for store in stores]
