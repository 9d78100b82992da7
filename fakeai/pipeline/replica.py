"""Replica: one simulated engine in the server's own time."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Final

from fakeai.core.loop import asyncio
from fakeai.pipeline.measures import ITERATION_TOKENS
from fakeai.sim.sequence import State

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable

    from fakeai.core.clock import Clock, Timer
    from fakeai.core.metric import Meter
    from fakeai.sim.batch import Batch
    from fakeai.sim.queueing import Scheduler
    from fakeai.sim.sequence import Request, Sequence

#: Shortest and longest times after which a refused client is told to come back, in real seconds.
_RETRY_S: Final = (1.0, 60.0)


class Replica:
    """Drives a scheduler with one timer, and wakes who waits for a place or a token."""

    __slots__ = ("_clock", "_due_s", "_speed", "_timer", "_waiters", "scheduler")

    def __init__(self, scheduler: Scheduler, clock: Clock, speed: float = 1.0) -> None:
        """Start idle; the clock runs `speed` times as fast as a client's."""
        self.scheduler = scheduler
        self._clock = clock
        self._speed = speed
        self._due_s = math.inf
        self._timer: Timer | None = None
        self._waiters: dict[Sequence, tuple[int, asyncio.Future[None]]] = {}

    @property
    def retry_after_s(self) -> float:
        """When a refused request may find a place, within reason and in real seconds."""
        wait_s = (self.scheduler.next_event_time() - self._clock.now()) / self._speed
        return min(max(wait_s, _RETRY_S[0]), _RETRY_S[1])

    def has_place(self) -> bool:
        """Tell whether a request would be taken in."""
        has_place = self.scheduler.has_place(self._clock.now())
        self._wake()
        return has_place

    def submit(self, request: Request) -> Sequence | None:
        """Take a request in; None when the waiting queue is full."""
        sequence = self.scheduler.submit(request, self._clock.now())
        self._wake()
        return sequence

    def cancel(self, sequence: Sequence) -> None:
        """Take a request out; one that has ended stays as it is."""
        self.scheduler.cancel(sequence, self._clock.now())
        self._waiters.pop(sequence, None)
        self._wake()

    async def until(self, sequence: Sequence, tokens: int, deadline_s: float = math.inf) -> bool:
        """Wait for so many tokens, none meaning the admission; False when the deadline came."""
        if _reached(sequence, tokens):
            return True
        future = asyncio.get_running_loop().create_future()
        self._waiters[sequence] = (tokens, future)
        timer = None
        if deadline_s < math.inf:
            timer = self._clock.call_at(deadline_s, lambda: _finish(future))
        try:
            await future
        finally:
            self._waiters.pop(sequence, None)
            if timer is not None:
                timer.cancel()
        return _reached(sequence, tokens)

    def _advance(self) -> None:
        self._due_s = math.inf
        self.scheduler.advance(self._clock.now())
        self._wake()

    def _wake(self) -> None:
        """Wake those who have what they wait for, and set the timer for what comes next."""
        for sequence, (tokens, future) in self._waiters.items():
            if _reached(sequence, tokens):
                _finish(future)
        due_s = self.scheduler.next_event_time()
        if due_s == self._due_s:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._due_s = due_s
        self._timer = self._clock.call_at(due_s, self._advance) if due_s < math.inf else None


def step_counter(meter: Meter, worker: str) -> Callable[[Batch], None]:
    """Return what counts the tokens of each step, apart by model."""
    iterations = meter.histograms(ITERATION_TOKENS)

    def count(batch: Batch) -> None:
        tokens: Counter[str] = Counter()
        for sequence in batch.sequences:
            tokens[sequence.model] += sequence.scheduled_tokens
        for model, computed in tokens.items():
            iterations.child(model, worker).observe(computed)

    return count


class EngineRun:
    """One request on a replica; its progress is the number of its last token."""

    __slots__ = ("_replica", "sequence")

    def __init__(self, replica: Replica, sequence: Sequence) -> None:
        """Follow a sequence that was submitted."""
        self._replica = replica
        self.sequence = sequence

    @property
    def waiting(self) -> bool:
        """Whether it stands in the queue."""
        return self.sequence.state is State.WAITING

    @property
    def running(self) -> bool:
        """Whether it holds a slot."""
        return self.sequence.state is State.RUNNING

    @property
    def begun(self) -> bool:
        """Whether it has ever held a slot."""
        return not math.isnan(self.sequence.admitted_s)

    @property
    def preemptions(self) -> int:
        """How often it lost its blocks and began again."""
        return self.sequence.preemptions

    @property
    def made_s(self) -> array[float]:
        """When each token so far was made, on the clock."""
        return self.sequence.made_s

    async def admitted(self) -> None:
        """Wait for a slot and for blocks."""
        await self._replica.until(self.sequence, 0)

    def now(self) -> float:
        """Return the number of the last token made."""
        return self.sequence.generated_tokens - 1.0

    async def until(self, due: float, deadline_s: float = math.inf) -> bool:
        """Wait for the token of this number; False when the deadline came first."""
        return await self._replica.until(self.sequence, round(due) + 1, deadline_s)

    def end(self) -> None:
        """Free the slot and the blocks, if that has not happened yet."""
        self._replica.cancel(self.sequence)


def _reached(sequence: Sequence, tokens: int) -> bool:
    if tokens:
        return sequence.generated_tokens >= tokens
    return sequence.state is not State.WAITING


def _finish(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
