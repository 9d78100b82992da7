"""StepScheduler: continuous batching on one worker, step by step."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from fakeai.sim.batch import Batch, StepTiming
from fakeai.sim.queueing import Scheduler
from fakeai.sim.sequence import Sequence, State

if TYPE_CHECKING:
    from collections.abc import Callable, Sized
    from random import Random

    from fakeai.sim.lease import Lease
    from fakeai.sim.sequence import QueueLimits

    Observer = Callable[[Batch], None]


class StepScheduler(Scheduler):
    """The `steps` level: running sequences first, then waiting ones, within a token budget.

    A step computes at most `max_num_batched_tokens` tokens: one for each decoding sequence, and
    prompts in chunks of what is left. Blocks are taken as tokens come. When they run out the
    sequence admitted last is preempted: it goes to the front of the queue and is computed again.
    Tokens become due at the end of their step; a request that arrives during a step joins the
    next one.
    """

    __slots__ = (
        "_batch",
        "_due_s",
        "_max_num_batched_tokens",
        "_observe",
        "_rng",
        "_running",
        "_timing",
    )

    def __init__(
        self,
        limits: QueueLimits,
        timing: StepTiming,
        rng: Random,
        max_num_batched_tokens: int = 8192,
        observe: Observer | None = None,
    ) -> None:
        """Start idle; the budget should be no less than `max_num_seqs`.

        `observe` is shown the batch of every step.
        """
        super().__init__(limits)
        self._timing = timing
        self._rng = rng
        self._max_num_batched_tokens = max_num_batched_tokens
        self._observe = observe
        self._running: list[Sequence] = []
        self._batch = Batch(0)
        self._due_s = math.inf

    def next_event_time(self) -> float:
        """Return the end of the present step; infinity when idle."""
        return self._due_s

    def _run(self, limit_s: float) -> None:
        while self._due_s < limit_s:
            now_s = self._due_s
            self._finish_step(now_s)
            self._begin_step(now_s)

    def _slots(self) -> Sized:
        return self._running

    def _arrive(self, now_s: float) -> None:
        if self._due_s == math.inf:
            # The first step starts at the next `advance`, with all that arrive at this instant.
            self._due_s = now_s

    def _free(self, sequence: Sequence) -> None:
        # The step in flight keeps its duration.
        self._running.remove(sequence)

    def _begin_step(self, now_s: float) -> None:
        batch = self._batch = Batch(self._max_num_batched_tokens)
        preempted = self._schedule_running(batch, now_s)
        self._starved = preempted or self._admit(batch, now_s)
        if not batch.sequences:
            self._due_s = math.inf
            return
        self._due_s = now_s + self._timing.duration_s(batch) * self._timing.jitter(self._rng)
        if self._observe is not None:
            self._observe(batch)

    def _schedule_running(self, batch: Batch, now_s: float) -> bool:
        """Give each running sequence its tokens; say whether one was preempted."""
        running = self._running
        count = len(running)
        position = 0
        while position < len(running) and batch.budget_tokens > 0:
            sequence = running[position]
            pending = sequence.prompt_tokens + sequence.generated_tokens - sequence.computed_tokens
            tokens = min(pending, batch.budget_tokens)
            lease = sequence.lease
            target = sequence.computed_tokens + tokens
            if lease is not None and not self._hold(lease, target, now_s):
                break
            if pending == 1 and sequence.generated_tokens:
                batch.add_decode(sequence)
            else:
                batch.add_prefill(sequence, tokens)
            position += 1
        return len(running) < count

    def _hold(self, lease: Lease, tokens: int, now_s: float) -> bool:
        """Preempt from the tail until the lease holds the tokens; False if it went itself."""
        running = self._running
        if not lease.grow(tokens) or (self._waiting.unpin(now_s) and not lease.grow(tokens)):
            return True
        while lease.grow(tokens):
            if len(running) == 1:
                lease.overcommit(tokens)
                return True
            victim = running.pop()
            victim.preempt(now_s)
            self._waiting.push_front(victim)
            if victim.lease is lease:
                return False
        return True

    def _admit(self, batch: Batch, now_s: float) -> bool:
        """Start waiting sequences in order; say whether blocks were lacking."""
        waiting = self._waiting
        while waiting and len(self._running) < self._limits.max_num_seqs and batch.budget_tokens:
            sequence = waiting.pin_head()
            known = sequence.prompt_tokens + sequence.generated_tokens
            tokens = min(known - sequence.computed_tokens, batch.budget_tokens)
            target = sequence.computed_tokens + tokens
            if not waiting.fit(target, now_s, alone=not self._running):
                return True
            waiting.remove(sequence)
            sequence.admit(now_s)
            self._running.append(sequence)
            batch.add_prefill(sequence, tokens)
        return False

    def _finish_step(self, now_s: float) -> None:
        ended = False
        running = State.RUNNING  # Looked up once: a member lookup is slow before Python 3.12.
        for sequence in self._batch.sequences:
            if sequence.state is not running:
                continue
            sequence.computed_tokens += sequence.scheduled_tokens
            index = sequence.generated_tokens
            if sequence.computed_tokens < sequence.prompt_tokens + index:
                continue
            sequence.generated_tokens = index + 1
            sequence.made_s.append(now_s)
            if index + 1 == sequence.output_tokens:
                sequence.end(State.FINISHED, now_s)
                ended = True
        if ended:
            self._running = [s for s in self._running if s.state is running]
