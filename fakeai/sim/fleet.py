"""Fleet: a pool of simulated workers behind one router."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from fakeai.core.value import Record
from fakeai.sim.lease import Lease

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from fakeai.sim.radix import PrefixTree
    from fakeai.sim.router import Choice, Decision, Load, Router

    HasPlace = Callable[[str], bool]
    """Takes a worker's name."""


class Worker(Record, kw_only=True):
    """One replica of the engine: its cache, and what it was asked to do."""

    name: str
    tree: PrefixTree
    active: int = 0
    """Prompts placed here that have not ended."""
    placed: int = 0
    prompt_tokens: int = 0
    hit_tokens: int = 0


class Seat(Record, eq=False):
    """Where a prompt runs: the hit is the chosen worker's own, and pinned."""

    worker: Worker
    keys: list[int]
    block_size: int
    hit_blocks: int
    used_lease: Lease | None = None

    @property
    def cached_tokens(self) -> int:
        """Tokens of the prompt that the worker need not compute."""
        return self.hit_blocks * self.block_size

    @property
    def lease(self) -> Lease:
        """What an engine holds the prompt's blocks with; answers at once need none."""
        lease = self.used_lease
        if lease is None:
            tree = self.worker.tree
            lease = self.used_lease = Lease(tree, self.keys, self.block_size, self.hit_blocks)
        return lease


class Fleet:
    """Workers that hold blocks of one size and share the prompts of one pool."""

    __slots__ = ("_choices", "_router", "block_size", "workers")

    def __init__(
        self, workers: Sequence[Worker], router: Router, block_size: int, decisions_max: int = 100
    ) -> None:
        """Keep the last `decisions_max` decisions to be looked at."""
        self.workers = tuple(workers)
        self.block_size = block_size
        self._choices: deque[Choice] = deque(maxlen=decisions_max)
        self._router = router

    @property
    def decisions(self) -> list[Decision]:
        """The last decisions, the newest one last."""
        return [self._router.explain(choice) for choice in self._choices]

    def place(
        self,
        keys: list[int],
        prompt_tokens: int,
        rng: Random,
        session: str = "",
        among: Sequence[Worker] | None = None,
    ) -> Seat:
        """Choose a worker, of all or `among` some, for a prompt and pin what it has cached there.

        `keys` may go on beyond the prompt, to name the blocks of the output. The seat must be
        given back with `leave`.
        """
        workers = among or self.workers
        size = self.block_size
        # The last prompt token is always computed: its result is the first output token.
        limit = (prompt_tokens - 1) // size if prompt_tokens else 0
        limit = limit if limit < len(keys) else len(keys)  # noqa: FURB136 - a third of `min`
        loads: list[Load] = []
        for worker in workers:
            tree = worker.tree
            loads.append((worker.name, tree.match(keys, limit), tree.used_blocks, worker.active))
        choice = self._router.choose(-(-prompt_tokens // size), loads, rng, session)
        self._choices.append(choice)
        place = choice[2]
        worker, hit_blocks = workers[place], loads[place][1]
        worker.tree.pin(keys, hit_blocks)
        worker.active += 1
        worker.placed += 1
        worker.prompt_tokens += prompt_tokens
        worker.hit_tokens += hit_blocks * size
        return Seat(worker, keys, size, hit_blocks)

    def move(
        self, seat: Seat, prompt_tokens: int, rng: Random, now_s: float, has_place: HasPlace
    ) -> Seat | None:
        """Give a seat back for one on another worker that has a place; None when none has.

        A session that it belongs to is still at home where it was.
        """
        left = seat.worker
        others = [each for each in self.workers if each is not left and has_place(each.name)]
        if not others:
            return None
        left.placed -= 1
        left.prompt_tokens -= prompt_tokens
        left.hit_tokens -= seat.cached_tokens
        self.leave(seat, now_s)
        return self.place(seat.keys, prompt_tokens, rng, among=others)

    def leave(self, seat: Seat, now_s: float, keys: list[int] | None = None) -> None:
        """Give a seat back, with all blocks that it holds.

        `keys`, which begin with those that were placed, stay cached as far as there is room.
        """
        worker, lease = seat.worker, seat.used_lease
        worker.active -= 1
        if lease is not None:
            lease.release(now_s) if keys is None else lease.cache(keys, now_s)
        elif keys is None:
            worker.tree.release(seat.keys, seat.hit_blocks, 0, now_s)
        else:
            worker.tree.cache(keys, seat.hit_blocks, 0, now_s)

    def expire(self, before_s: float) -> None:
        """Evict the blocks that nobody has held since a time."""
        for worker in self.workers:
            worker.tree.expire(before_s)

    def reset(self) -> None:
        """Forget every block that nobody holds."""
        for worker in self.workers:
            worker.tree.clear()
