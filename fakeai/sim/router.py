"""Router: the worker on which a prompt costs least."""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import TYPE_CHECKING, Literal, TypeAlias

from fakeai.core.value import Value

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random


class RouterWeights(Value, kw_only=True):
    """What counts in a worker's cost, and how strictly the lowest cost wins."""

    overlap_weight: float = 1.0
    load_weight: float = 0.5
    temperature: float = 0.0


Load: TypeAlias = tuple[str, int, int, int]
"""A worker as the router sees it, for one prompt: name, overlap, decode blocks, active requests."""
Reason: TypeAlias = Literal["cost", "affinity"]
Choice: TypeAlias = "tuple[int, Sequence[Load], int, Reason]"
"""Where a prompt goes: its blocks, the loads, the place of the chosen one among them, and why."""


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
    reason: Reason

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
        self, prompt_blocks: int, loads: Sequence[Load], rng: Random, session: str = ""
    ) -> Choice:
        """Place a prompt of so many blocks on one of the workers, of which there is at least one.

        An empty `session` means that the prompt belongs to none.
        """
        if not session and len(loads) == 1:
            return prompt_blocks, loads, 0, "cost"
        index = self._session_index(loads, session) if session else None
        reason: Reason = "cost" if index is None else "affinity"
        if index is None:
            index = 0 if len(loads) == 1 else self._pick(self._costs(prompt_blocks, loads), rng)
        if session:
            self._remember(session, loads[index][0])
        return prompt_blocks, loads, index, reason

    def explain(self, choice: Choice) -> Decision:
        """Return a choice as it is shown: few are ever looked at."""
        prompt_blocks, loads, index, reason = choice
        costs = self._costs(prompt_blocks, loads)
        candidates = [
            Candidate(
                worker=worker,
                overlap_blocks=overlap,
                prefill_blocks=max(0, prompt_blocks - overlap),
                decode_blocks=decode,
                active=active,
                cost=cost,
            )
            for (worker, overlap, decode, active), cost in zip(loads, costs, strict=True)
        ]
        return Decision(candidates=tuple(candidates), index=index, reason=reason)

    def _costs(self, prompt_blocks: int, loads: Sequence[Load]) -> list[float]:
        overlap_weight, load_weight = self._weights.overlap_weight, self._weights.load_weight
        return [
            overlap_weight * max(0, prompt_blocks - overlap) + decode + load_weight * active
            for _, overlap, decode, active in loads
        ]

    def _pick(self, costs: list[float], rng: Random) -> int:
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

    def _session_index(self, loads: Sequence[Load], session: str) -> int | None:
        worker = self._sessions.get(session)
        names = [load[0] for load in loads]
        return names.index(worker) if worker in names else None

    def _remember(self, session: str, worker: str) -> None:
        if self._sessions_max <= 0:
            return
        self._sessions[session] = worker
        self._sessions.move_to_end(session)
        if len(self._sessions) > self._sessions_max:
            self._sessions.popitem(last=False)
