"""Prefixes: bisections find what a walk would."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fakeai.sim.prefixes import end_of_resident, start_of_run

KEYS = list(range(100, 120))
PLACES = st.integers(0, len(KEYS))


@given(resident=PLACES, bounds=st.tuples(PLACES, PLACES))
def test_resident_keys_come_first(resident: int, bounds: tuple[int, int]) -> None:
    """The end is that of all of them, but within the bounds."""
    start, stop = sorted(bounds)

    assert max(start, min(resident, stop)) == end_of_resident(
        set(KEYS[:resident]), KEYS, start, stop
    )


@given(place=PLACES)
def test_keys_of_a_run_come_last(place: int) -> None:
    """Those before belong to a later one, or are gone."""
    runs = dict.fromkeys(KEYS[place // 2 : place], 8) | dict.fromkeys(KEYS[place:], 7)

    assert place == start_of_run(runs, KEYS, 7)
