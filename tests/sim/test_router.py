"""The cheapest worker wins, visibly and reproducibly."""

from __future__ import annotations

import math
import random
from collections import Counter
from typing import TYPE_CHECKING

from fakeai.sim.router import Decision, Load, Router, RouterWeights

if TYPE_CHECKING:
    from collections.abc import Sequence


def _load(worker: str, overlap: int = 0, decode: int = 0, active: int = 0) -> Load:
    return worker, overlap, decode, active


def _choose(
    router: Router, blocks: int, loads: Sequence[Load], rng: random.Random, session: str = ""
) -> Decision:
    return router.explain(router.choose(blocks, loads, rng, session))


def _winner(router: Router, *loads: Load) -> str:
    return _choose(router, 10, loads, random.Random(1)).winner.worker


def test_a_decision_shows_every_cost() -> None:
    """Each candidate bears the terms of the formula."""
    router = Router(RouterWeights(overlap_weight=2.0, load_weight=0.5))
    loads = [_load("a", overlap=4, decode=3, active=2), _load("b", decode=5)]
    decision = _choose(router, 10, loads, random.Random(1))

    assert [("a", 6, 16.0), ("b", 10, 25.0)] == [
        (c.worker, c.prefill_blocks, c.cost) for c in decision.candidates
    ]
    assert ("a", 4, "cost") == (
        decision.winner.worker,
        decision.winner.overlap_blocks,
        decision.reason,
    )


def test_overlap_draws_a_prompt() -> None:
    """The worker that holds the prefix wins."""
    assert "b" == _winner(Router(RouterWeights()), _load("a"), _load("b", overlap=3))


def test_decode_blocks_of_each_worker_count() -> None:
    """A worker busy decoding loses against a cold one when it holds less than it reads."""
    busy = _load("a", overlap=3, decode=4)

    assert "b" == _winner(Router(RouterWeights()), busy, _load("b"))


def test_active_requests_count_by_their_weight() -> None:
    """Load pushes a prompt away."""
    loads = [_load("a", overlap=1, active=3), _load("b")]

    assert ["b", "a"] == [
        _winner(Router(RouterWeights(load_weight=weight)), *loads) for weight in (0.5, 0.1)
    ]


def test_ties_are_drawn_evenly() -> None:
    """Equal workers share prompts in equal parts."""
    router, rng = Router(RouterWeights()), random.Random(1)
    loads = [_load(name) for name in "abcd"]
    counts = Counter(_choose(router, 10, loads, rng).winner.worker for _ in range(4000))

    assert all(abs(count - 1000) < 100 for count in counts.values()), counts


def test_the_seed_decides_ties() -> None:
    """The same seed makes the same choices."""
    loads = [_load(name) for name in "abcd"]
    runs = [
        [_choose(router, 1, loads, rng).index for _ in range(20)]
        for router, rng in ((Router(RouterWeights()), random.Random(7)) for _ in range(2))
    ]

    assert runs[0] == runs[1]


def test_temperature_softens_the_choice() -> None:
    """Chances are the softmax of the costs over their spread."""
    router, rng = Router(RouterWeights(temperature=0.5)), random.Random(1)
    loads = [_load("a", overlap=10), _load("b")]
    share = sum(_choose(router, 10, loads, rng).index == 0 for _ in range(4000)) / 4000
    expected = 1 / (1 + math.exp(-2))

    assert abs(expected - share) < 0.02


def test_a_session_stays_on_its_worker() -> None:
    """Affinity wins over cost, and the decision says so."""
    router, rng = Router(RouterWeights()), random.Random(1)
    first = _choose(router, 10, [_load("a", overlap=5), _load("b")], rng, "s")
    second = _choose(router, 10, [_load("a"), _load("b", overlap=5)], rng, "s")

    assert [("a", "cost"), ("a", "affinity")] == [
        (decision.winner.worker, decision.reason) for decision in (first, second)
    ]


def test_a_session_moves_when_its_worker_is_gone() -> None:
    """A worker that is not offered cannot be chosen."""
    router, rng = Router(RouterWeights()), random.Random(1)
    _choose(router, 10, [_load("a")], rng, "s")
    decision = _choose(router, 10, [_load("b")], rng, "s")

    assert ("b", "cost") == (decision.winner.worker, decision.reason)


def test_the_oldest_session_is_forgotten() -> None:
    """Sessions are bounded; the least recent one goes."""
    router, rng = Router(RouterWeights(), sessions_max=2), random.Random(1)
    for session in ("s", "t", "s", "u"):
        _choose(router, 10, [_load("a")], rng, session)
    reasons = [_choose(router, 10, [_load("a")], rng, session).reason for session in ("s", "t")]

    assert ["affinity", "cost"] == reasons


def test_no_session_is_remembered_without_room() -> None:
    """With room for none, affinity is off."""
    router, rng = Router(RouterWeights(), sessions_max=0), random.Random(1)
    reasons = [_choose(router, 10, [_load("a")], rng, "s").reason for _ in range(2)]

    assert ["cost", "cost"] == reasons
