"""Engines to be tested, requests for them, and their runs to the end."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

from fakeai.sim.batch import StepTiming
from fakeai.sim.lease import Lease
from fakeai.sim.scheduler import StepScheduler
from fakeai.sim.sequence import QueueLimits, Request, Sequence
from tests.sim.token_keys import TokenHasher

if TYPE_CHECKING:
    from fakeai.sim.queueing import Scheduler
    from fakeai.sim.radix import PrefixTree

HASHER = TokenHasher("m", block_size=4)
SECOND = StepTiming(base_s=1.0)


def step_scheduler(
    seqs: int = 4, waiting: int = 100, budget: int = 100, timing: StepTiming = SECOND
) -> StepScheduler:
    """Return an engine whose steps take a second, unless told otherwise."""
    limits = QueueLimits(max_num_seqs=seqs, max_waiting=waiting)
    return StepScheduler(limits, timing, random.Random(1), max_num_batched_tokens=budget)


def uncached(prompt: int, output: int) -> Request:
    """Return a request that leaves the KV cache out."""
    return Request(prompt_tokens=prompt, output_tokens=output)


def cached(prompt: int, output: int, tree: PrefixTree, start: int = 0) -> Request:
    """Return a request whose tokens are the ids from `start` on, looked up in the tree."""
    lease = Lease(tree, HASHER.of_tokens(range(start, start + prompt + output)), 4)
    hit = lease.pin(prompt - 1)
    return Request(prompt_tokens=prompt, output_tokens=output, cached_tokens=hit, lease=lease)


def submit(scheduler: Scheduler, request: Request, now_s: float = 0.0) -> Sequence:
    """Hand in a request that is taken."""
    sequence = scheduler.submit(request, now_s)
    assert sequence is not None
    return sequence


def run(scheduler: Scheduler) -> None:
    """Let time pass, from event to event, until nothing is left to do."""
    while scheduler.next_event_time() < math.inf:
        scheduler.advance(scheduler.next_event_time())


def times(sequence: Sequence) -> list[float]:
    """Return when the tokens so far came."""
    return list(sequence.due_s or sequence.made_s)[: sequence.generated_tokens]
