"""Fleet: a pool of simulated workers behind one router."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeai.sim.lease import Lease
from fakeai.sim.router import Decision, Router, WorkerLoad

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from fakeai.sim.radix import PrefixTree
    from fakeai.sim.sequence import Scheduler


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """One replica of the engine: its cache and its scheduler."""

    name: str
    tree: PrefixTree
    scheduler: Scheduler


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where a prompt runs: the hit is the chosen worker's own, and pinned."""

    worker: Worker
    lease: Lease
    cached_tokens: int
    decision: Decision


class Fleet:
    """Workers that hold blocks of one size and share the prompts of one pool."""

    __slots__ = ("_block_size", "_router", "decisions", "hit_tokens", "prompt_tokens", "workers")

    def __init__(
        self, workers: Sequence[Worker], router: Router, block_size: int, decisions_max: int = 100
    ) -> None:
        """Keep the last `decisions_max` decisions to be looked at."""
        self.workers = tuple(workers)
        self.decisions: deque[Decision] = deque(maxlen=decisions_max)
        self.prompt_tokens = 0
        self.hit_tokens = 0
        self._router = router
        self._block_size = block_size

    def place(
        self, keys: Sequence[int], prompt_tokens: int, rng: Random, session: str = ""
    ) -> Placement:
        """Choose a worker for a prompt and pin what it has cached there.

        `keys` may go on beyond the prompt, to name the blocks of the output. The placement's
        lease must be released, by the scheduler or by the caller.
        """
        # The last prompt token is always computed: its result is the first output token.
        limit = max(0, prompt_tokens - 1) // self._block_size
        loads = [
            WorkerLoad(
                worker=worker.name,
                overlap_blocks=min(worker.tree.match(keys), limit),
                decode_blocks=worker.scheduler.decode_blocks,
                active=worker.scheduler.active,
            )
            for worker in self.workers
        ]
        prompt_blocks = -(-prompt_tokens // self._block_size)
        decision = self._router.choose(prompt_blocks, loads, rng, session)
        self.decisions.append(decision)
        worker = self.workers[decision.index]
        lease = Lease(worker.tree, keys, self._block_size)
        cached_tokens = lease.pin(limit * self._block_size)
        self.prompt_tokens += prompt_tokens
        self.hit_tokens += cached_tokens
        return Placement(worker=worker, lease=lease, cached_tokens=cached_tokens, decision=decision)
