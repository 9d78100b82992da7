"""What both levels of the simulated engine share: requests in, tokens out."""

from __future__ import annotations

import math
from array import array
from enum import Enum
from typing import TYPE_CHECKING

from fakeai.core.value import Value

if TYPE_CHECKING:
    from random import Random

    from fakeai.sim.due import DueTimes
    from fakeai.sim.lease import Lease


class Request(Value, kw_only=True):
    """What an engine must know of a request; at least one token is asked and made.

    `lease` is the placement's, with the cached prefix pinned; None leaves the KV cache out. A
    request with an `rng` of its own has times that repeat; others draw from the engine's. `model`
    tells apart what a shared engine computes.
    """

    prompt_tokens: int
    output_tokens: int
    cached_tokens: int = 0
    lease: Lease | None = None
    rng: Random | None = None
    model: str = ""


class State(Enum):
    """Where a sequence is in its life."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class Sequence:
    """A submitted request: the handle that a driver keeps, and its timestamps."""

    __slots__ = (
        "admitted_s",
        "arrived_s",
        "cached_tokens",
        "computed_tokens",
        "due_s",
        "generated_tokens",
        "lease",
        "made_s",
        "model",
        "output_tokens",
        "preemptions",
        "prompt_tokens",
        "rng",
        "scheduled_tokens",
        "state",
    )

    def __init__(self, request: Request, arrived_s: float) -> None:
        """Wait for admission; times that have not come yet are NaN."""
        self.prompt_tokens = max(1, request.prompt_tokens)
        self.output_tokens = max(1, request.output_tokens)
        # The last prompt token is always computed: its result is the first output token.
        self.cached_tokens = min(request.cached_tokens, self.prompt_tokens - 1)
        self.lease = request.lease
        self.rng = request.rng
        self.model = request.model
        self.due_s: DueTimes | None = None
        """When each token is due, where a formula tells it from the admission on."""
        self.made_s = array("d")
        """When each token so far was made, where it is decided step by step."""
        self.state = State.WAITING
        self.computed_tokens = self.cached_tokens
        self.scheduled_tokens = 0
        self.generated_tokens = 0
        self.preemptions = 0
        self.arrived_s = arrived_s
        self.admitted_s = math.nan

    @property
    def queue_wait_s(self) -> float:
        """Time from arrival to the first admission."""
        return self.admitted_s - self.arrived_s

    def admit(self, now_s: float) -> None:
        """Start to run; only the first admission ends the queue wait and fixes the cache hit."""
        self.state = State.RUNNING
        if math.isnan(self.admitted_s):
            self.admitted_s = now_s
            self.cached_tokens = self.computed_tokens

    def drop(self, now_s: float) -> None:
        """Give the blocks back, to compute them again."""
        self.computed_tokens = 0
        if self.lease is not None:
            self.lease.release(now_s)

    def preempt(self, now_s: float) -> None:
        """Wait again, to compute prompt and output so far from the start."""
        self.state = State.WAITING
        self.preemptions += 1
        self.drop(now_s)

    def end(self, state: State, now_s: float) -> None:
        """Leave the engine and give the blocks back."""
        self.state = state
        if self.lease is not None:
            self.lease.release(now_s)


class QueueLimits(Value, kw_only=True):
    """How many sequences run and wait on one worker."""

    max_num_seqs: int = 256
    max_waiting: int = 1000
