"""Scheduler: what both levels of the engine do alike around their queue."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from fakeai.sim.sequence import QueueLimits, Request, Sequence, State
from fakeai.sim.waiting import WaitingQueue

if TYPE_CHECKING:
    from collections.abc import Sized


class Scheduler(ABC):
    """One worker's engine as a discrete-event model, driven by the time passed in.

    Times never go back from one call to the next. A driver keeps one timer for
    `next_event_time()`, sets it anew after each call, and calls `advance` when it fires, however
    late: tokens bear the time at which they were due.
    """

    __slots__ = ("_limits", "_starved", "_waiting")

    def __init__(self, limits: QueueLimits) -> None:
        """Start idle."""
        self._limits = limits
        self._waiting = WaitingQueue()
        self._starved = False
        """Whether the head of the queue found too few blocks: free slots are then no places."""

    def has_place(self, now_s: float) -> bool:
        """Tell whether a request would be taken in."""
        self._run(now_s)
        free = 0 if self._starved else self._limits.max_num_seqs - len(self._slots())
        return len(self._waiting) < self._limits.max_waiting + free

    def submit(self, request: Request, now_s: float) -> Sequence | None:
        """Take a request in; None when the waiting queue is full."""
        if not self.has_place(now_s):
            return None
        sequence = Sequence(request, now_s)
        self._waiting.append(sequence)
        self._arrive(now_s)
        return sequence

    @abstractmethod
    def next_event_time(self) -> float:
        """Return when `advance` has something to do; infinity when idle."""

    def advance(self, now_s: float) -> None:
        """Let time pass, and do what became due."""
        self._run(math.nextafter(now_s, math.inf))

    def cancel(self, sequence: Sequence, now_s: float) -> None:
        """Take a request out, wherever it is; one that has ended stays as it is."""
        self._run(now_s)
        if sequence.state is State.WAITING:
            self._waiting.remove(sequence)
        elif sequence.state is State.RUNNING:
            self._free(sequence)
        else:
            return
        self._end(sequence, State.CANCELLED, now_s)

    @abstractmethod
    def _run(self, limit_s: float) -> None:
        """Do what is due before a time."""

    @abstractmethod
    def _slots(self) -> Sized:
        """Return what there is one of for each running sequence."""

    @abstractmethod
    def _arrive(self, now_s: float) -> None:
        """Take note of a new sequence at the end of the queue."""

    @abstractmethod
    def _free(self, sequence: Sequence) -> None:
        """Take a running sequence out of its slot."""

    def _end(self, sequence: Sequence, state: State, now_s: float) -> None:
        """End a sequence that has left its slot or the queue."""
        sequence.end(state, now_s)
