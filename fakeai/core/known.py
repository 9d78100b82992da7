"""Known: results that need not be worked out again, bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")


class Known(Generic[T]):
    """Results by key; a full store starts anew. A None is not kept: it came with problems."""

    __slots__ = ("_entries", "_entries_max")
    _all: ClassVar[list[dict[Hashable, Any]]] = []

    def __init__(self, entries_max: int) -> None:
        """Start empty."""
        self._entries: dict[Hashable, T] = {}
        self._entries_max = entries_max
        self._all.append(self._entries)

    @classmethod
    def forget(cls) -> None:
        """Empty all stores: once a spec is compiled, a server has no use for them."""
        for entries in cls._all:
            entries.clear()

    def get(self, key: Hashable, make: Callable[[], T | None]) -> T | None:
        """Return the result of this key, making it at the first call."""
        found = self._entries.get(key)
        if found is None:
            found = make()
            if found is not None:
                if len(self._entries) >= self._entries_max:
                    self._entries.clear()
                self._entries[key] = found
        return found
