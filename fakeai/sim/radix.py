"""PrefixTree: the KV blocks of one worker, shared by prefix, bounded."""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from typing import TYPE_CHECKING

from fakeai.core.value import Value

if TYPE_CHECKING:
    from collections.abc import Sequence


class TreeStats(Value, kw_only=True):
    """How a tree's blocks are used; a block is used, idle or free."""

    capacity_blocks: int
    used_blocks: int
    idle_blocks: int
    evicted_blocks: int

    @property
    def usage(self) -> float:
        """Share of the capacity that running sequences hold, from 0 to 1."""
        return self.used_blocks / self.capacity_blocks if self.capacity_blocks else 0.0


class PrefixTree:
    """A prefix tree over chained block keys, with reference counts and LRU eviction.

    A chained key stands for its whole prefix, so the tree needs no nodes: it is the set of its
    keys. Two rules keep that set a tree. Sequences hold prefixes, from the first block on; and
    blocks become idle tail first. Hence a block is always used or idle for at least as long as
    its descendants, the head of the idle queue is always a leaf, and residence along a prompt is
    `yes … yes no … no`, so that a bisection finds its end.
    """

    __slots__ = ("_evicted", "_idle", "_private", "_references", "capacity_blocks")

    def __init__(self, capacity_blocks: int) -> None:
        """Start empty."""
        self.capacity_blocks = capacity_blocks
        self._references: dict[int, int] = {}
        self._idle: OrderedDict[int, float] = OrderedDict()
        self._private = 0
        self._evicted = 0

    @property
    def used_blocks(self) -> int:
        """Blocks that somebody holds, each counted once."""
        return len(self._references) + self._private

    def match(self, keys: Sequence[int]) -> int:
        """Return how many blocks from the start are resident."""
        return self._resident(keys, 0, len(keys))

    def allocate(self, keys: Sequence[int], start: int, stop: int, private: int = 0) -> int:
        """Hold `keys[start:stop]` and `private` blocks without a key, evicting idle ones.

        The caller already holds `keys[:start]`. A negative `private` gives such blocks back.
        Return how many blocks are lacking; unless that is 0, nothing has changed.
        """
        shared = self._used(keys, start, stop)
        used = self.used_blocks + stop - shared + private
        if used > self.capacity_blocks:
            return used - self.capacity_blocks
        cached = self._resident(keys, shared, stop)
        references = self._references
        for key in keys[start:shared]:
            references[key] += 1
        for key in keys[shared:cached]:
            del self._idle[key]
        surplus = used + len(self._idle) - self.capacity_blocks
        if surplus > 0:
            self._evict(surplus)
        references.update(dict.fromkeys(keys[shared:stop], 1))
        self._private += private
        return 0

    def release(self, keys: Sequence[int], stop: int, private: int = 0, now_s: float = 0.0) -> None:
        """Give back `keys[:stop]` and `private` blocks; keyed ones stay cached while idle."""
        references, idle = self._references, self._idle
        self._private -= private
        # Nobody holds a block more often than the first one before it.
        if stop and references[keys[0]] == 1:
            for key in reversed(keys[:stop]):
                del references[key]
                idle[key] = now_s
            return
        for key in reversed(keys[:stop]):
            count = references.pop(key)
            if count > 1:
                references[key] = count - 1
            else:
                idle[key] = now_s

    def expire(self, before_s: float) -> None:
        """Evict the blocks that became idle before a time."""
        idle = self._idle
        while idle and next(iter(idle.values())) < before_s:
            self._evict(1)

    def clear(self) -> None:
        """Evict every idle block."""
        self._evict(len(self._idle))

    def stats(self) -> TreeStats:
        """Return the present counts."""
        return TreeStats(
            capacity_blocks=self.capacity_blocks,
            used_blocks=self.used_blocks,
            idle_blocks=len(self._idle),
            evicted_blocks=self._evicted,
        )

    def _evict(self, count: int) -> None:
        pop = self._idle.popitem
        for _ in range(count):
            pop(last=False)
        self._evicted += count

    # Most prompts are cached as a whole or in use by nobody: the two searches look there first.

    def _resident(self, keys: Sequence[int], start: int, stop: int) -> int:
        """Return where the resident ones of `keys[start:stop]` end."""
        if start >= stop or not self._is_absent(keys[stop - 1]):
            return stop
        return bisect_left(keys, True, start, stop - 1, key=self._is_absent)  # noqa: FBT003

    def _used(self, keys: Sequence[int], start: int, stop: int) -> int:
        """Return where the ones of `keys[start:stop]` end that somebody holds."""
        if start >= stop or self._is_unused(keys[start]):
            return start
        return bisect_left(keys, True, start + 1, stop, key=self._is_unused)  # noqa: FBT003

    def _is_absent(self, key: int) -> bool:
        return key not in self._references and key not in self._idle

    def _is_unused(self, key: int) -> bool:
        return key not in self._references
