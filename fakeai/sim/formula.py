"""FormulaScheduler: slots, a queue, and times drawn from a formula."""

from __future__ import annotations

import heapq
import math
from dataclasses import replace
from typing import TYPE_CHECKING

from fakeai.sim.sequence import EngineStats, QueueLimits, Request, Sequence, State, TokenEvent
from fakeai.sim.waiting import WaitingQueue

if TYPE_CHECKING:
    from random import Random

    from fakeai.sim.latency import LatencyProfile


class FormulaScheduler:
    """The `formula` level: each sequence keeps its own time, stretched by the load.

    A sequence is admitted when a slot and the blocks of its whole prompt and output are free, and
    holds them to its end: it is never preempted.
    """

    __slots__ = (
        "_decode_blocks",
        "_due",
        "_events",
        "_max_num_seqs",
        "_max_waiting",
        "_profile",
        "_rng",
        "_starved",
        "_stats",
        "_submitted",
        "_waiting",
    )

    def __init__(self, limits: QueueLimits, profile: LatencyProfile, rng: Random) -> None:
        """Start idle."""
        self._max_num_seqs = limits.max_num_seqs
        self._max_waiting = limits.max_waiting
        self._profile = profile
        self._rng = rng
        self._waiting = WaitingQueue()
        self._due: list[tuple[float, int, Sequence]] = []
        """A heap of each running sequence's next token; the number breaks ties."""
        self._submitted = 0
        self._starved = False
        self._decode_blocks = 0
        self._events: list[TokenEvent] = []
        self._stats = EngineStats()

    @property
    def decode_blocks(self) -> int:
        """KV blocks of the sequences that have their first token."""
        return self._decode_blocks

    @property
    def active(self) -> int:
        """Sequences that run or wait."""
        return len(self._due) + len(self._waiting)

    def submit(self, request: Request, now_s: float) -> Sequence | None:
        """Take a request in; None when the waiting queue is full."""
        self._run(now_s)
        free = 0 if self._starved else self._max_num_seqs - len(self._due)
        if len(self._waiting) >= self._max_waiting + free:
            self._stats.refused += 1
            return None
        sequence = Sequence(request, now_s)
        self._waiting.append(sequence)
        self._admit(now_s)
        return sequence

    def next_event_time(self) -> float:
        """Return when the next token is due; infinity when idle."""
        return self._due[0][0] if self._due else math.inf

    def advance(self, now_s: float) -> list[TokenEvent]:
        """Let time pass and return the tokens that became due, in order."""
        self._run(math.nextafter(now_s, math.inf))
        events = self._events
        self._events = []
        return events

    def cancel(self, sequence: Sequence, now_s: float) -> None:
        """Take a request out; whoever waits may have its slot."""
        self._run(now_s)
        if sequence.state is State.WAITING:
            self._waiting.remove(sequence)
        elif sequence.state is State.RUNNING:
            self._due = [entry for entry in self._due if entry[2] is not sequence]
            heapq.heapify(self._due)
        else:
            return
        self._end(sequence, State.CANCELLED, now_s)
        self._stats.cancelled += 1

    def stats(self) -> EngineStats:
        """Return a copy of the present counts."""
        return replace(self._stats, running=len(self._due), waiting=len(self._waiting))

    def _run(self, limit_s: float) -> None:
        while self._due and self._due[0][0] < limit_s:
            now_s, number, sequence = heapq.heappop(self._due)
            self._emit(sequence, now_s)
            if sequence.generated_tokens < sequence.output_tokens:
                gap_s = self._profile.gap_s(len(self._due) + 1, self._rng)
                heapq.heappush(self._due, (now_s + gap_s, number, sequence))
            else:
                self._end(sequence, State.FINISHED, now_s)
                self._stats.finished += 1

    def _emit(self, sequence: Sequence, now_s: float) -> None:
        index = sequence.generated_tokens
        self._events.append(TokenEvent(sequence, index, now_s))
        sequence.generated_tokens = index + 1
        self._stats.generated_tokens += 1
        if index == 0:
            sequence.first_token_s = now_s
            self._decode_blocks += _blocks(sequence)

    def _end(self, sequence: Sequence, state: State, now_s: float) -> None:
        if sequence.generated_tokens:
            self._decode_blocks -= _blocks(sequence)
        if sequence.state is State.RUNNING:
            self._stats.busy_s += now_s - sequence.admitted_s
        sequence.end(state, now_s)
        self._admit(now_s)

    def _admit(self, now_s: float) -> None:
        waiting = self._waiting
        self._starved = False
        while waiting and len(self._due) < self._max_num_seqs:
            sequence = waiting.pin_head()
            tokens = sequence.prompt_tokens + sequence.output_tokens
            if not waiting.fit(tokens, now_s, alone=not self._due):
                self._starved = True
                return
            waiting.remove(sequence)
            sequence.admit(now_s)
            self._stats.prompt_tokens += sequence.prompt_tokens
            self._stats.cached_tokens += sequence.cached_tokens
            uncached = sequence.prompt_tokens - sequence.cached_tokens
            ttft_s = self._profile.ttft_s(uncached, len(self._due) + 1, self._rng)
            self._submitted += 1
            heapq.heappush(self._due, (now_s + ttft_s, self._submitted, sequence))


def _blocks(sequence: Sequence) -> int:
    return 0 if sequence.lease is None else sequence.lease.blocks
