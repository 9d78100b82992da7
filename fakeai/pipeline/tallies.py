"""Tallies at hand: the children of a family, looked up once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from fakeai.core.metric import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fakeai.core.metric import Family, Labels

K = TypeVar("K")

ENTRIES_MAX: Final = 1024


class Tallies(dict[K, tuple[Tally, ...]]):
    """The tallies that one event adds to, by what tells its events apart.

    A tally is made when its first event is counted, so that nothing is shown that never happened.
    A full table starts anew; the family still knows every tally.
    """

    __slots__ = ("_family", "_labels")

    def __init__(self, family: Family[Tally], labels: Callable[[K], Iterable[Labels]]) -> None:
        """Take what says the label values of an event's tallies."""
        super().__init__()
        self._family = family
        self._labels = labels

    def __missing__(self, key: K) -> tuple[Tally, ...]:
        """Find the tallies, and keep them at hand."""
        if len(self) >= ENTRIES_MAX:
            self.clear()
        found = self[key] = tuple([self._family.child(*each) for each in self._labels(key)])
        return found
