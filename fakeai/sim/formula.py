"""FormulaScheduler: slots, a queue, and times drawn from a formula."""

from __future__ import annotations

import heapq
import math
from bisect import bisect_right
from typing import TYPE_CHECKING

from fakeai.sim.queueing import Scheduler
from fakeai.sim.sequence import Sequence, State

if TYPE_CHECKING:
    from collections.abc import Sized
    from random import Random

    from fakeai.sim.due import DueTimes
    from fakeai.sim.latency import LatencyProfile
    from fakeai.sim.sequence import QueueLimits


class FormulaScheduler(Scheduler):
    """The `formula` level: each sequence keeps its own time, stretched by the load.

    A sequence is admitted when a slot and the blocks of its whole prompt and output are free, and
    holds them to its end: it is never preempted. Its times are drawn once, at its admission, under
    the load of that moment: an answer then costs one event, whatever its length.
    """

    __slots__ = ("_admitted", "_due", "_profile", "_rng")

    def __init__(self, limits: QueueLimits, profile: LatencyProfile, rng: Random) -> None:
        """Start idle."""
        super().__init__(limits)
        self._profile = profile
        self._rng = rng
        self._due: list[tuple[float, int, Sequence]] = []
        """A heap of the ends of the running sequences; the number breaks ties."""
        self._admitted = 0

    def next_event_time(self) -> float:
        """Return when the next sequence ends; infinity when idle."""
        return self._due[0][0] if self._due else math.inf

    def _run(self, limit_s: float) -> None:
        while self._due and self._due[0][0] < limit_s:
            now_s, _, sequence = heapq.heappop(self._due)
            self._end(sequence, State.FINISHED, now_s)

    def _slots(self) -> Sized:
        return self._due

    def _arrive(self, now_s: float) -> None:
        self._admit(now_s)

    def _free(self, sequence: Sequence) -> None:
        self._due = [entry for entry in self._due if entry[2] is not sequence]
        heapq.heapify(self._due)

    def _end(self, sequence: Sequence, state: State, now_s: float) -> None:
        sequence.generated_tokens = bisect_right(sequence.due_s or (), now_s)
        super()._end(sequence, state, now_s)
        self._admit(now_s)

    def _admit(self, now_s: float) -> None:
        waiting = self._waiting
        self._starved = False
        while waiting and len(self._due) < self._limits.max_num_seqs:
            sequence = waiting.pin_head()
            tokens = sequence.prompt_tokens + sequence.output_tokens
            if not waiting.fit(tokens, now_s, alone=not self._due):
                self._starved = True
                return
            waiting.remove(sequence)
            sequence.admit(now_s)
            due_s = self._plan(sequence, now_s)
            self._admitted += 1
            heapq.heappush(self._due, (due_s[-1], self._admitted, sequence))

    def _plan(self, sequence: Sequence, now_s: float) -> DueTimes:
        """Draw all times of an answer, under the load of this moment."""
        profile, rng = self._profile, sequence.rng or self._rng
        running = len(self._due) + 1
        uncached = sequence.prompt_tokens - sequence.cached_tokens
        first_s = now_s + profile.ttft_s(uncached, running, rng)
        due_s = sequence.due_s = profile.due_s(first_s, sequence.output_tokens, running, rng)
        # All is drawn: an answer that runs long need not keep a random stream of its own.
        sequence.rng = None
        return due_s
