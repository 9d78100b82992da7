"""A fleet places prompts where they are cached, and reports what it did."""

from __future__ import annotations

import math
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeai.sim.fleet import Fleet, Seat, Worker
from fakeai.sim.formula import FormulaScheduler
from fakeai.sim.latency import LatencyProfile
from fakeai.sim.radix import PrefixTree
from fakeai.sim.router import Router, RouterWeights
from fakeai.sim.sequence import QueueLimits, Request, Sequence, State
from tests.sim.engines import times
from tests.sim.token_keys import TokenHasher

BLOCK = 16
SYSTEM_TOKENS = 2000
TURN_TOKENS = 320
PROFILE = LatencyProfile(overhead_s=0.05, per_token_s=0.0002, itl_s=0.01)


def _fleet(
    workers: int, weights: RouterWeights, capacity: int = 100_000, block: int = BLOCK
) -> Fleet:
    return Fleet(
        [Worker(name=f"worker-{number}", tree=PrefixTree(capacity)) for number in range(workers)],
        Router(weights),
        block,
        decisions_max=50,
    )


def _run(fleet: Fleet, placement: Seat, prompt_tokens: int, now_s: float) -> float:
    """Run a placed prompt alone to its first and only token; return its TTFT."""
    scheduler = FormulaScheduler(QueueLimits(), PROFILE, random.Random(1))
    sequence = scheduler.submit(
        Request(
            prompt_tokens=prompt_tokens,
            output_tokens=1,
            cached_tokens=placement.cached_tokens,
            lease=placement.lease,
        ),
        now_s,
    )
    assert sequence is not None
    scheduler.advance(math.inf)
    fleet.leave(placement, now_s)
    return times(sequence)[0] - now_s


def _conversation(number: int, turns: int) -> list[int]:
    """Return a shared system prompt and so many turns of one conversation's own."""
    own = 1_000_000 * (number + 1)
    return [*range(SYSTEM_TOKENS), *range(own, own + turns * TURN_TOKENS)]


def _converse(fleet: Fleet, rng: random.Random) -> list[tuple[int, float]]:
    """Hold 200 conversations of two turns; return the hit and TTFT of each prompt."""
    hasher = TokenHasher("m", BLOCK)
    results: list[tuple[int, float]] = []
    for turns in (1, 2):
        for number in range(200):
            prompt = _conversation(number, turns)
            placement = fleet.place(hasher.of_tokens(prompt), len(prompt), rng)
            ttft_s = _run(fleet, placement, len(prompt), 1000.0 * len(results))
            results.append((placement.cached_tokens, ttft_s))
    return results


def test_a_shared_system_prompt_is_computed_once() -> None:
    """Hits and TTFT of 200 conversations are the analytic ones, to the block."""
    results = _converse(_fleet(4, RouterWeights()), random.Random(1))
    first, second = SYSTEM_TOKENS, SYSTEM_TOKENS + TURN_TOKENS
    hits = [0] + [first] * 199 + [second] * 200
    lengths = [first + TURN_TOKENS] * 200 + [second + TURN_TOKENS] * 200

    assert hits == [hit for hit, _ in results]
    assert pytest.approx(
        [0.05 + 0.0002 * (length - hit) for length, hit in zip(lengths, hits, strict=True)]
    ) == [ttft_s for _, ttft_s in results]


def test_without_overlap_weight_placement_is_random() -> None:
    """The hit rate is that of drawing a worker for each prompt."""
    workers = 8
    fleet = _fleet(workers, RouterWeights(overlap_weight=0.0))
    _converse(fleet, random.Random(1))
    # The system prompt is cold once on each worker; a turn is found on its worker only.
    expected = (400 - workers) * SYSTEM_TOKENS + 200 / workers * TURN_TOKENS

    assert pytest.approx(expected, rel=0.01) == sum(worker.hit_tokens for worker in fleet.workers)
    assert 400 * SYSTEM_TOKENS + 600 * TURN_TOKENS == sum(
        worker.prompt_tokens for worker in fleet.workers
    )


@pytest.mark.parametrize("workers", [4, 8])
def test_load_spreads_over_the_workers(workers: int) -> None:
    """With or without twice the workers, each gets its share within 10 %."""
    fleet, rng = _fleet(workers, RouterWeights()), random.Random(4)
    hasher, now_s = TokenHasher("m", BLOCK), 0.0
    counts: Counter[str] = Counter()
    schedulers = {
        worker.name: FormulaScheduler(QueueLimits(), PROFILE, random.Random(1))
        for worker in fleet.workers
    }
    seats: dict[Sequence, Seat] = {}
    for number in range(2000):
        now_s += rng.expovariate(40.0)
        for scheduler in schedulers.values():
            scheduler.advance(now_s)
        for ended in [s for s in seats if s.state is State.FINISHED]:
            fleet.leave(seats.pop(ended), now_s)
        prompt = range(number * 1000, number * 1000 + 200)
        placement = fleet.place(hasher.of_tokens(prompt), 200, rng)
        counts[placement.worker.name] += 1
        request = Request(prompt_tokens=200, output_tokens=20, lease=placement.lease)
        sequence = schedulers[placement.worker.name].submit(request, now_s)
        assert sequence is not None
        seats[sequence] = placement

    shares = [counts[worker.name] * workers / 2000 for worker in fleet.workers]
    assert all(0.9 < share < 1.1 for share in shares), shares


@given(
    st.lists(st.lists(st.integers(0, 1), min_size=1, max_size=10), max_size=30), st.integers(0, 9)
)
def test_the_reported_hit_is_the_chosen_workers_own(prompts: list[list[int]], seed: int) -> None:
    """Every candidate's overlap is the longest prefix that it alone has seen."""
    fleet, rng = _fleet(3, RouterWeights(overlap_weight=0.1), block=2), random.Random(seed)
    hasher = TokenHasher("m", 2)
    seen: dict[str, list[list[int]]] = {worker.name: [] for worker in fleet.workers}
    for prompt in prompts:
        placement = fleet.place(hasher.of_tokens(prompt), len(prompt), rng)
        expected = [
            max(
                n
                for n in range((len(prompt) - 1) // 2 + 1)
                if n == 0 or any(prompt[: 2 * n] == other[: 2 * n] for other in seen[name])
            )
            for name in seen
        ]

        decision = fleet.decisions[-1]

        assert expected == [c.overlap_blocks for c in decision.candidates]
        assert expected[decision.index] * 2 == placement.cached_tokens
        assert placement.worker.name == decision.winner.worker

        placement.lease.grow(len(prompt))
        fleet.leave(placement, 0.0)
        seen[placement.worker.name].append(prompt)

    assert [0, 0, 0] == [worker.tree.used_blocks for worker in fleet.workers]


def test_a_full_worker_still_takes_a_prompt() -> None:
    """Blocks that do not fit are evicted, waited for or done without; never an error."""
    fleet, rng, hasher = (
        _fleet(1, RouterWeights(), capacity=4),
        random.Random(1),
        TokenHasher("m", 16),
    )
    for start in (0, 1000, 2000):
        placement = fleet.place(hasher.of_tokens(range(start, start + 100)), 100, rng)
        _run(fleet, placement, 100, start * 1.0)

    stats = fleet.workers[0].tree.stats()
    # Of four blocks held, one is the partial last one: three stay cached.
    assert (0, 3, 6) == (stats.used_blocks, stats.idle_blocks, stats.evicted_blocks)


def test_keys_beyond_the_prompt_are_not_hit() -> None:
    """An output that is cached already is still to be made."""
    fleet, rng = _fleet(1, RouterWeights()), random.Random(1)
    keys = TokenHasher("m", BLOCK).of_tokens(range(160))
    placement = fleet.place(keys, 64, rng)
    placement.lease.grow(160)
    fleet.leave(placement, 0.0)

    assert 48 == fleet.place(keys, 64, rng).cached_tokens


def test_a_session_stays_on_its_worker() -> None:
    """Prompts of one session meet, however different they are."""
    fleet, rng, hasher = _fleet(8, RouterWeights()), random.Random(1), TokenHasher("m", BLOCK)
    workers = set()
    for start in range(0, 10_000, 1000):
        placement = fleet.place(hasher.of_tokens(range(start, start + 99)), 99, rng, "session")
        fleet.leave(placement, 0.0)
        workers.add(placement.worker.name)

    assert 1 == len(workers)


def test_the_last_decisions_are_kept() -> None:
    """The journal of decisions is bounded."""
    fleet, rng = _fleet(2, RouterWeights()), random.Random(1)
    placements = [fleet.place([], 1, rng) for _ in range(60)]

    assert [placement.worker.name for placement in placements[10:]] == [
        decision.winner.worker for decision in fleet.decisions
    ]


def test_what_was_said_stays_cached() -> None:
    """The blocks of an answer are found by the next prompt, and are evicted when they are old."""
    fleet, rng, hasher = _fleet(1, RouterWeights()), random.Random(1), TokenHasher("m", BLOCK)
    keys = hasher.of_tokens(range(160))
    seat = fleet.place(keys[:4], 64, rng)
    fleet.leave(seat, 5.0, keys)
    warm = fleet.place(keys, 161, rng)
    fleet.leave(warm, 6.0)
    fleet.expire(6.0)
    kept = fleet.place(keys, 161, rng)
    fleet.leave(kept, 7.0)
    fleet.reset()

    assert (160, 160, 0) == (
        warm.cached_tokens,
        kept.cached_tokens,
        fleet.place(keys, 161, rng).cached_tokens,
    )


def test_a_prompt_moves_to_a_worker_that_has_a_place() -> None:
    """Nothing of it is left where it was, and the session is still at home there."""
    fleet, rng = _fleet(3, RouterWeights()), random.Random(1)
    keys = TokenHasher("", BLOCK).of_tokens(range(100))
    fleet.leave(fleet.place(keys, 100, rng, "s"), 0.0, keys)
    seat = fleet.place(keys, 100, rng, "s")
    home = seat.worker
    taken = next(worker.name for worker in fleet.workers if worker is not home)
    moved = fleet.move(seat, 100, rng, 1.0, lambda name: name == taken)

    assert moved is not None
    assert (taken, 0) == (moved.worker.name, moved.hit_blocks)
    assert (1, 0, 0, 100) == (home.placed, home.active, home.tree.used_blocks, home.prompt_tokens)
    assert (1, 1, 0) == (moved.worker.placed, moved.worker.active, moved.worker.hit_tokens)
    assert fleet.move(moved, 100, rng, 1.0, lambda _name: False) is None
    assert home is fleet.place(keys, 100, rng, "s").worker
