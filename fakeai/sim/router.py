"""Router: the worker on which a prompt costs least."""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import TYPE_CHECKING, Literal

from fakeai.core.value import Value

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random


class RouterWeights(Value, kw_only=True):
    """What counts in a worker's cost, and how strictly the lowest cost wins."""

    overlap_weight: float = 1.0
    load_weight: float = 0.5
    temperature: float = 0.0


class WorkerLoad(Value, kw_only=True):
    """A worker as the router sees it, for one prompt."""

    worker: str
    overlap_blocks: int
    decode_blocks: int
    active: int


class Candidate(Value, kw_only=True):
    """A worker's part in a decision."""

    worker: str
    overlap_blocks: int
    prefill_blocks: int
    decode_blocks: int
    active: int
    cost: float


class Decision(Value, kw_only=True):
    """Where a prompt goes, and what each worker would have cost."""

    candidates: tuple[Candidate, ...]
    index: int
    reason: Literal["cost", "affinity"]

    @property
    def winner(self) -> Candidate:
        """The chosen worker's part."""
        return self.candidates[self.index]


class Router:
    """Chooses a worker by cost; a session, once placed, stays where it is.

    `cost = overlap_weight * uncached prefill blocks + decode blocks + load_weight * active`.
    """

    __slots__ = ("_sessions", "_sessions_max", "_weights")

    def __init__(self, weights: RouterWeights, sessions_max: int = 10_000) -> None:
        """Remember at most `sessions_max` sessions, the latest ones."""
        self._weights = weights
        self._sessions: OrderedDict[str, str] = OrderedDict()
        self._sessions_max = sessions_max

    def choose(
        self, prompt_blocks: int, loads: Sequence[WorkerLoad], rng: Random, session: str = ""
    ) -> Decision:
        """Place a prompt of so many blocks on one of the workers, of which there is at least one.

        An empty `session` means that the prompt belongs to none.
        """
        candidates = tuple(self._candidate(prompt_blocks, load) for load in loads)
        index = self._session_index(candidates, session)
        reason: Literal["cost", "affinity"] = "cost" if index is None else "affinity"
        if index is None:
            index = self._pick([candidate.cost for candidate in candidates], rng)
        self._remember(session, candidates[index].worker)
        return Decision(candidates=candidates, index=index, reason=reason)

    def _candidate(self, prompt_blocks: int, load: WorkerLoad) -> Candidate:
        prefill_blocks = max(0, prompt_blocks - load.overlap_blocks)
        weights = self._weights
        return Candidate(
            worker=load.worker,
            overlap_blocks=load.overlap_blocks,
            prefill_blocks=prefill_blocks,
            decode_blocks=load.decode_blocks,
            active=load.active,
            cost=weights.overlap_weight * prefill_blocks
            + load.decode_blocks
            + weights.load_weight * load.active,
        )

    def _pick(self, costs: list[float], rng: Random) -> int:
        if len(costs) == 1:
            return 0
        lowest = min(costs)
        spread = max(costs) - lowest
        if self._weights.temperature > 0 and spread > 0:
            # Costs are divided by their spread, so that a temperature means the same for short
            # and long prompts.
            scale = spread * self._weights.temperature
            chances = [math.exp((lowest - cost) / scale) for cost in costs]
            return rng.choices(range(len(costs)), chances)[0]
        ties = [index for index, cost in enumerate(costs) if cost == lowest]
        return ties[0] if len(ties) == 1 else rng.choice(ties)

    def _session_index(self, candidates: tuple[Candidate, ...], session: str) -> int | None:
        worker = self._sessions.get(session)
        if worker is None:
            return None
        names = [candidate.worker for candidate in candidates]
        return names.index(worker) if worker in names else None

    def _remember(self, session: str, worker: str) -> None:
        if not session or self._sessions_max <= 0:
            return
        self._sessions[session] = worker
        self._sessions.move_to_end(session)
        if len(self._sessions) > self._sessions_max:
            self._sessions.popitem(last=False)
