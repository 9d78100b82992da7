"""Fleet: a pool of simulated workers behind one router."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from fakeai.core.value import Record, Value
from fakeai.sim.lease import Lease
from fakeai.sim.router import Decision, Router, WorkerLoad

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from fakeai.sim.radix import PrefixTree


class Worker(Record, kw_only=True):
    """One replica of the engine: its cache, and what it was asked to do."""

    name: str
    tree: PrefixTree
    active: int = 0
    """Prompts placed here that have not ended."""
    placed: int = 0
    prompt_tokens: int = 0
    hit_tokens: int = 0


class Seat(Value, kw_only=True):
    """Where a prompt runs: the hit is the chosen worker's own, and pinned."""

    worker: Worker
    lease: Lease
    cached_tokens: int
    decision: Decision


class Fleet:
    """Workers that hold blocks of one size and share the prompts of one pool."""

    __slots__ = ("_router", "block_size", "decisions", "workers")

    def __init__(
        self, workers: Sequence[Worker], router: Router, block_size: int, decisions_max: int = 100
    ) -> None:
        """Keep the last `decisions_max` decisions to be looked at."""
        self.workers = tuple(workers)
        self.block_size = block_size
        self.decisions: deque[Decision] = deque(maxlen=decisions_max)
        self._router = router

    def place(self, keys: list[int], prompt_tokens: int, rng: Random, session: str = "") -> Seat:
        """Choose a worker for a prompt and pin what it has cached there.

        `keys` may go on beyond the prompt, to name the blocks of the output. The seat must be
        given back with `leave`.
        """
        # The last prompt token is always computed: its result is the first output token.
        limit = max(0, prompt_tokens - 1) // self.block_size
        loads = [
            WorkerLoad(
                worker=worker.name,
                overlap_blocks=min(worker.tree.match(keys), limit),
                decode_blocks=worker.tree.used_blocks,
                active=worker.active,
            )
            for worker in self.workers
        ]
        prompt_blocks = -(-prompt_tokens // self.block_size)
        decision = self._router.choose(prompt_blocks, loads, rng, session)
        self.decisions.append(decision)
        worker = self.workers[decision.index]
        lease = Lease(worker.tree, keys, self.block_size)
        cached_tokens = lease.pin(limit * self.block_size)
        worker.active += 1
        worker.placed += 1
        worker.prompt_tokens += prompt_tokens
        worker.hit_tokens += cached_tokens
        return Seat(worker=worker, lease=lease, cached_tokens=cached_tokens, decision=decision)

    def leave(self, seat: Seat, now_s: float, *, keep: bool = False) -> None:
        """Give a seat back, with all blocks that it holds; `keep` caches those of all its keys."""
        if keep:
            seat.lease.fill()
        seat.lease.release(now_s)
        seat.worker.active -= 1

    def expire(self, before_s: float) -> None:
        """Evict the blocks that nobody has held since a time."""
        for worker in self.workers:
            worker.tree.expire(before_s)

    def reset(self) -> None:
        """Forget every block that nobody holds."""
        for worker in self.workers:
            worker.tree.clear()
