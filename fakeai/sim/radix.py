"""PrefixTree: the KV blocks of one worker, shared by prefix, bounded."""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict, deque
from itertools import takewhile
from typing import Final

from fakeai.core.value import Value
from fakeai.sim.prefixes import end_of_resident, start_of_run

#: So many keys of runs may be out of date, and three of four, before a run is swept.
_SWEPT_MIN: Final = 1024
#: Longer runs are held against the one before: conversations with one long beginning are common.
_LONG: Final = 64


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
    its descendants, the oldest idle block is always a leaf, and residence along a prompt is
    `yes … yes no … no`, so that a bisection finds its end.

    What a sequence gives back is one run. A block is idle since the last run that it was in;
    earlier ones may still name it, and are out of date.
    """

    __slots__ = (
        "_blocks",
        "_evicted",
        "_held",
        "_numbered",
        "_pinned",
        "_private",
        "_queued",
        "_run",
        "_runs",
        "_unswept",
        "capacity_blocks",
    )

    def __init__(self, capacity_blocks: int) -> None:
        """Start empty."""
        self.capacity_blocks = capacity_blocks
        self._blocks: dict[int, int] = {}
        """The number of the last run of every block that is resident, up to `_numbered`."""
        self._held: dict[int, int] = {}
        """How many hold a block; those that nobody holds are not in it."""
        self._runs: OrderedDict[int, tuple[float, list[int]]] = OrderedDict()
        """When each run was given back, and its keys, the oldest run first."""
        self._run = self._numbered = 0
        self._queued = 0
        """Keys of all runs together, which are bounded."""
        self._unswept: list[int] = []
        """Runs from which the sweep has yet to take stale keys, the next one last."""
        self._private = 0
        self._evicted = 0
        self._pinned: tuple[list[int], int] | None = None
        """The last pin, while nobody has asked for anything that depends on it."""

    @property
    def used_blocks(self) -> int:
        """Blocks that somebody holds, each counted once."""
        if self._pinned is not None:
            self._count_pinned()
        return len(self._held) + self._private

    def match(self, keys: list[int], stop: int | None = None) -> int:
        """Return how many of all blocks, or of those before `stop`, are resident."""
        return end_of_resident(self._blocks, keys, 0, len(keys) if stop is None else stop)

    def pin(self, keys: list[int], stop: int) -> None:
        """Hold `keys[:stop]`, which are resident.

        Most pins are given back before anybody asks what is held: they are not counted until then.
        """
        if self._pinned is not None:
            self._count_pinned()
        self._pinned = (keys, stop) if stop else None

    def allocate(self, keys: list[int], start: int, stop: int, private: int = 0) -> int:
        """Hold `keys[start:stop]` and `private` blocks without a key, evicting idle ones.

        The caller already holds `keys[:start]`. A negative `private` gives such blocks back.
        Return how many blocks are lacking; unless that is 0, nothing has changed.
        """
        shared = self._shared(keys, start, stop)
        lacking = self.used_blocks + stop - shared + private - self.capacity_blocks
        if lacking > 0:
            return lacking
        self._hold(keys, start, shared, stop)
        absent = keys[end_of_resident(self._blocks, keys, shared, stop) : stop]
        self._blocks.update(dict.fromkeys(absent, 0))
        self._private += private
        self._evict(len(self._blocks) + self._private - self.capacity_blocks)
        return 0

    def release(self, keys: list[int], stop: int, private: int = 0, now_s: float = 0.0) -> None:
        """Give back `keys[:stop]` and `private` blocks; keyed ones stay cached while idle."""
        self._drop(keys, stop, private)
        self._queue(keys[:stop], now_s)

    def cache(self, keys: list[int], stop: int, private: int, now_s: float) -> None:
        """Give back `keys[:stop]` and `private` blocks; cache all keys, as far as there is room."""
        self._drop(keys, stop, private)
        room = self.capacity_blocks - self._private
        if self._held:
            room -= len(self._held) - self._shared(keys, 0, len(keys))
        self._queue(keys[:room], now_s)  # a list of its own: its keys go one by one
        surplus = len(self._blocks) + self._private - self.capacity_blocks
        if surplus > 0:
            self._evict(surplus)

    def expire(self, before_s: float) -> None:
        """Evict the blocks that became idle before a time."""
        self._count_pinned()
        runs = self._runs
        while runs:
            run, (now_s, keys) = next(iter(runs.items()))
            if now_s >= before_s:
                return
            self._number()
            self._evict_run(run, keys, len(keys))

    def clear(self) -> None:
        """Evict every idle block."""
        self._evict(self.stats().idle_blocks)

    def stats(self) -> TreeStats:
        """Return the present counts."""
        used = self.used_blocks
        return TreeStats(
            capacity_blocks=self.capacity_blocks,
            used_blocks=used,
            idle_blocks=len(self._blocks) - len(self._held),
            evicted_blocks=self._evicted,
        )

    def _count_pinned(self) -> None:
        """Put the last pin among what is held."""
        if self._pinned is not None:
            (keys, stop), self._pinned = self._pinned, None
            self._hold(keys, 0, self._shared(keys, 0, stop), stop)

    def _shared(self, keys: list[int], start: int, stop: int) -> int:
        """Return where the ones of `keys[start:stop]` end that somebody holds."""
        self._count_pinned()
        return end_of_resident(self._held, keys, start, stop)

    def _hold(self, keys: list[int], start: int, shared: int, stop: int) -> None:
        held = self._held
        for key in keys[start:shared]:
            held[key] += 1
        held.update(dict.fromkeys(keys[shared:stop], 1))

    def _drop(self, keys: list[int], stop: int, private: int) -> None:
        self._private -= private
        pinned, held = self._pinned, self._held
        if pinned is not None:
            if pinned[1] == stop and pinned[0][stop - 1] == keys[stop - 1]:
                self._pinned = None
                return
            self._count_pinned()
        # Nobody holds a block more often than the first one before it.
        if stop and held[keys[0]] == 1:
            for key in keys[:stop]:
                del held[key]
            return
        for key in keys[:stop]:
            count = held.pop(key)
            if count > 1:
                held[key] = count - 1

    def _queue(self, keys: list[int], now_s: float) -> None:
        """Make a run of keys, which are idle from now on unless others hold them."""
        if not keys:
            return
        blocks, runs, tail, latest = self._blocks, self._runs, keys[-1], self._run
        run = self._run = latest + 1
        last = blocks.get(tail)
        if last is None:
            cached = end_of_resident(blocks, keys, 0, len(keys) - 1)
            if cached < _LONG and self._numbered == latest:
                cached, self._numbered = 0, run
            blocks.update(dict.fromkeys(keys[cached:], run))
        else:
            blocks[tail] = run
            earlier = runs.get(last)
            # A run that ended with the same block, as when a prompt is repeated, is in this one.
            if earlier is not None and earlier[1][-1] == tail:
                del runs[last]
                if len(earlier[1]) == len(keys):
                    runs[run] = (now_s, earlier[1])
                    return
                self._queued -= len(earlier[1])
        if latest in runs and len(keys) > _LONG:
            self._trim(latest, keys)
        runs[run] = (now_s, keys)
        self._queued += len(keys)
        if self._queued > 4 * len(blocks) + _SWEPT_MIN:
            self._sweep(2 * len(keys))

    def _trim(self, latest: int, keys: list[int]) -> None:
        """Take out of the run before this one the blocks with which both begin."""
        before = self._runs[latest][1]
        most = range(min(len(before), len(keys)))
        same = bisect_left(most, 1, key=lambda place: before[place] != keys[place])
        del before[:same]
        self._queued -= same
        if not before:
            del self._runs[latest]

    def _number(self) -> None:
        """Give the blocks of the latest runs their numbers; until now only their last ones had it.

        Nobody needs them while there is room for all.
        """
        latest = list(takewhile(self._numbered.__lt__, reversed(self._runs)))
        for run in reversed(latest):
            self._blocks.update(dict.fromkeys(self._runs[run][1], run))
        self._numbered = self._run

    def _sweep(self, keys_max: int) -> None:
        """Take out of some of the runs the keys that later ones have, so that none pile up."""
        self._number()
        blocks, runs = self._blocks, self._runs
        while keys_max > 0:
            self._unswept = self._unswept or list(reversed(runs))
            run = self._unswept.pop()
            if run not in runs:
                continue
            keys = runs[run][1]
            keys_max -= len(keys)
            # A later run that has a block has those before it, too.
            stale = start_of_run(blocks, keys, run)
            del keys[:stale]
            self._queued -= stale
            if not keys:
                del runs[run]

    def _evict(self, count: int) -> None:
        """Evict so many of the idle blocks, of which there are enough, the oldest first."""
        if count > 0:
            self._number()
        while count > 0:
            run, (_, keys) = next(iter(self._runs.items()))
            count -= self._evict_run(run, keys, count)

    def _evict_run(self, run: int, keys: list[int], most: int) -> int:
        """Evict a run from its tail on; return how many blocks it had, at most `most`."""
        blocks, first = self._blocks, 0
        # A later run, or somebody, that has a block has those before it, too.
        if blocks.get(keys[0]) != run:
            first = start_of_run(blocks, keys, run)
        if self._held:
            first = max(first, end_of_resident(self._held, keys, 0, len(keys)))
        left = len(keys) - first
        evicted = min(left, most)
        deque(map(blocks.__delitem__, keys[len(keys) - evicted :]), maxlen=0)
        self._evicted += evicted
        if evicted == left:
            del self._runs[run]
            self._queued -= len(keys)
        else:
            self._queued -= first + evicted
            keys[:] = keys[first : len(keys) - evicted]
        return evicted
