"""A table with a bound: when full, the entry that goes idle first leaves."""

from __future__ import annotations

import heapq
from itertools import count
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

_STALE_PER_ENTRY: Final = 2
"""Queue places for each entry before the stale ones are swept out."""


class Perishable(Protocol):
    """An entry that means nothing any more once it is idle."""

    queued_at: float

    def idle_at(self) -> float:
        """Return the moment from which the entry equals one that was never made."""


K = TypeVar("K", bound="Hashable")
V = TypeVar("V", bound=Perishable)


class BoundedTable(Generic[K, V]):
    """Entries by key, at most `entries_max` of them.

    A newcomer to a full table takes the place of the entry whose idle moment comes first, so an
    idle one always goes before an active one, and a flood of keys that did little never displaces
    a key that did more. Reads cost a dict lookup. The queue holds lower bounds of the idle
    moments and corrects the one at its head, so a use of an entry costs the queue nothing.
    """

    __slots__ = ("_entries", "_entries_max", "_order", "_queue", "get")

    def __init__(self, entries_max: int) -> None:
        """Start empty."""
        if entries_max < 1:
            message = "entries_max must be positive"
            raise ValueError(message)
        self._entries: dict[K, V] = {}
        self._entries_max = entries_max
        self._queue: list[tuple[float, int, K, V]] = []
        self._order = count()
        self.get = self._entries.get

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self._entries)

    def items(self) -> Iterator[tuple[K, V]]:
        """Iterate over keys and entries."""
        return iter(self._entries.items())

    def add(self, key: K, entry: V) -> None:
        """Put in an entry whose key is not in the table."""
        if len(self._entries) >= self._entries_max:
            self._evict()
        self._entries[key] = entry
        self._push(key, entry, entry.idle_at())

    def hasten(self, key: K, entry: V) -> None:
        """Note that an entry may now go idle sooner than before."""
        idle_at = entry.idle_at()
        if idle_at < entry.queued_at:
            self._push(key, entry, idle_at)

    def remove(self, key: K) -> bool:
        """Take an entry out; False when there is none."""
        return self._entries.pop(key, None) is not None

    def _push(self, key: K, entry: V, idle_at: float) -> None:
        entry.queued_at = idle_at
        heapq.heappush(self._queue, (idle_at, next(self._order), key, entry))
        self._sweep()

    def _evict(self) -> None:
        queue = self._queue
        while True:
            queued_at, _, key, entry = queue[0]
            if self._entries.get(key) is not entry:
                heapq.heappop(queue)
                continue
            idle_at = entry.idle_at()
            if idle_at <= queued_at:
                heapq.heappop(queue)
                del self._entries[key]
                return
            entry.queued_at = idle_at
            heapq.heapreplace(queue, (idle_at, next(self._order), key, entry))

    def _sweep(self) -> None:
        if len(self._queue) <= _STALE_PER_ENTRY * self._entries_max:
            return
        self._queue = [
            (entry.queued_at, next(self._order), key, entry) for key, entry in self._entries.items()
        ]
        heapq.heapify(self._queue)
