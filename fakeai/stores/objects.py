"""Objects in memory: bodies by owner and id; the oldest go first."""

from __future__ import annotations

from collections import OrderedDict
from itertools import count
from typing import NamedTuple


class Key(NamedTuple):
    """Whose object it is, and which."""

    owner: str
    id: str


class Entry(NamedTuple):
    """A stored object: its place in the order of storing, and its bytes."""

    place: int
    body: bytes


class MemoryObjects:
    """The objects of one resource, at most `objects_max` of them and `bytes_max` bytes.

    Of objects that have left, the last `objects_max` are remembered by their places, so that who
    deletes while paging goes on where he was.
    """

    __slots__ = ("_bytes", "_bytes_max", "_entries", "_gone", "_objects_max", "_places")

    def __init__(self, objects_max: int, bytes_max: int) -> None:
        """Start empty."""
        self._entries: OrderedDict[Key, Entry] = OrderedDict()
        self._gone: OrderedDict[Key, int] = OrderedDict()
        self._objects_max = objects_max
        self._bytes_max = bytes_max
        self._bytes = 0
        self._places = count()

    def __len__(self) -> int:
        """Return the number of objects held."""
        return len(self._entries)

    def put(self, key: Key, body: bytes) -> None:
        """Store an object as the newest; one that is larger than all room is not kept."""
        self.remove(key)
        if len(body) > self._bytes_max:
            return
        self._entries[key] = Entry(next(self._places), body)
        self._bytes += len(body)
        self._make_room()

    def get(self, key: Key) -> bytes | None:
        """Return an object."""
        entry = self._entries.get(key)
        return None if entry is None else entry.body

    def replace(self, key: Key, body: bytes) -> None:
        """Give an object that is there another body; its place stays."""
        entry = self._entries[key]
        self._entries[key] = Entry(entry.place, body)
        self._bytes += len(body) - len(entry.body)
        self._make_room()

    def remove(self, key: Key) -> bool:
        """Take an object out; False when there is none."""
        entry = self._entries.pop(key, None)
        if entry is None:
            return False
        self._bytes -= len(entry.body)
        self._gone[key] = entry.place
        if len(self._gone) > self._objects_max:
            self._gone.popitem(last=False)
        return True

    def owned(self, owner: str) -> list[Entry]:
        """Return an owner's objects, the oldest first."""
        return [entry for key, entry in self._entries.items() if key.owner == owner]

    def place(self, key: Key) -> int | None:
        """Return the place of an object that is or was there."""
        entry = self._entries.get(key)
        return self._gone.get(key) if entry is None else entry.place

    def _make_room(self) -> None:
        while len(self._entries) > self._objects_max or self._bytes > self._bytes_max:
            self.remove(next(iter(self._entries)))
