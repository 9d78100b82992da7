"""DueTimes: when the tokens of an answer are due, kept small."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class DueTimes(Sequence[float]):
    """Ascending times as offsets in some unit from an origin.

    Offsets are never changed, so that times from different origins share them: an open stream
    needs one copy, and none at all where the gap is always the same.
    """

    __slots__ = ("_offsets", "_origin_s", "_unit_s")

    def __init__(self, origin_s: float, offsets: Sequence[float], unit_s: float = 1.0) -> None:
        """Use the offsets as they are."""
        self._origin_s = origin_s
        self._offsets = offsets
        self._unit_s = unit_s

    @classmethod
    def evenly(cls, first_s: float, count: int, gap_s: float) -> DueTimes:
        """Return so many times with the same gap between each two."""
        return cls(first_s, range(count), gap_s)

    @classmethod
    def after_gaps(cls, first_s: float, gaps_s: Iterable[float]) -> DueTimes:
        """Return the first time, and one more after each gap."""
        return cls(first_s, array("d", accumulate(gaps_s, initial=0.0)))

    def since(self, start_s: float) -> DueTimes:
        """Return the same times, counted from another start."""
        return DueTimes(self._origin_s - start_s, self._offsets, self._unit_s)

    def __len__(self) -> int:
        """Return how many times there are."""
        return len(self._offsets)

    @overload
    def __getitem__(self, index: int) -> float: ...

    @overload
    def __getitem__(self, index: slice) -> DueTimes: ...

    def __getitem__(self, index: int | slice) -> float | DueTimes:
        """Return a time, or a run of them."""
        if isinstance(index, slice):
            return DueTimes(self._origin_s, self._offsets[index], self._unit_s)
        return self._origin_s + self._offsets[index] * self._unit_s

    def __iter__(self) -> Iterator[float]:
        """Yield the times in order."""
        return _times(self._origin_s, self._offsets, self._unit_s)


def _times(origin_s: float, offsets: Sequence[float], unit_s: float) -> Iterator[float]:
    # Not within the method: what a generator takes from around it is held in cells of its own.
    for offset in offsets:
        yield origin_s + offset * unit_s
