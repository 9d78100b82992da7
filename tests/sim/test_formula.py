"""The formula level: slots, memory, and agreement with queueing theory."""

from __future__ import annotations

import heapq
import math
import random
from statistics import fmean

import pytest

from fakeai.sim.formula import FormulaScheduler
from fakeai.sim.latency import LatencyProfile, lognormal
from fakeai.sim.radix import PrefixTree
from fakeai.sim.sequence import QueueLimits, Request, State
from tests.sim.engines import cached, run, submit, times, uncached

PLAIN = LatencyProfile(overhead_s=1.0, per_token_s=0.1, itl_s=0.5, max_num_seqs=3)


def exponential(rng: random.Random) -> float:
    """Draw a factor that makes service times those of a Poisson process."""
    return rng.expovariate(1.0)


def _scheduler(
    profile: LatencyProfile = PLAIN, seqs: int = 3, waiting: int = 100
) -> FormulaScheduler:
    limits = QueueLimits(max_num_seqs=seqs, max_waiting=waiting)
    return FormulaScheduler(limits, profile, random.Random(1))


def test_a_request_alone_takes_the_profile() -> None:
    """TTFT is overhead and prefill, then one token every ITL."""
    scheduler = _scheduler()
    sequence = submit(scheduler, uncached(10, 3), 5.0)

    run(scheduler)

    assert pytest.approx([7.0, 7.5, 8.0]) == times(sequence)


def test_load_is_that_at_the_admission() -> None:
    """The second request is slowed by the first, whose own times stand."""
    profile = LatencyProfile(overhead_s=1.0, itl_s=0.5, load_factor=2.0, max_num_seqs=2)
    scheduler = _scheduler(profile, seqs=2)
    first = submit(scheduler, uncached(1, 4))
    second = submit(scheduler, uncached(1, 1), 0.25)
    run(scheduler)

    assert [[1.0, 1.5, 2.0, 2.5], [2.25]] == [times(first), times(second)]


def test_ttft_includes_the_queue() -> None:
    """A request that waits has its whole TTFT after the wait."""
    scheduler = _scheduler(seqs=1)
    submit(scheduler, uncached(10, 1))
    second = submit(scheduler, uncached(10, 1))
    run(scheduler)

    assert [4.0] == times(second)
    assert 2.0 == second.queue_wait_s


def test_a_hit_saves_its_prefill() -> None:
    """TTFT falls by the cached tokens."""
    tree, scheduler = PrefixTree(100), _scheduler()
    cold = submit(scheduler, cached(20, 1, tree))
    run(scheduler)
    warm = submit(scheduler, cached(20, 1, tree), 10.0)
    run(scheduler)

    assert pytest.approx([11.4]) == times(warm)
    assert [0, 16] == [cold.cached_tokens, warm.cached_tokens]


def test_a_request_waits_for_blocks() -> None:
    """What does not fit starts when another ends; meanwhile free slots refuse nobody's turn."""
    tree, scheduler = PrefixTree(6), _scheduler(waiting=1)
    first, second = (submit(scheduler, cached(10, 6, tree, start)) for start in (0, 100))
    refused = scheduler.submit(uncached(1, 1), 0.0)
    run(scheduler)

    assert refused is None
    assert times(first)[-1] == second.admitted_s
    assert 0 == tree.used_blocks


def test_slots_count_again_when_blocks_are_free() -> None:
    """A shortage that is over refuses nobody."""
    tree, scheduler = PrefixTree(6), _scheduler(waiting=0)
    for start in (0, 100):
        submit(scheduler, cached(10, 6, tree, start))
    scheduler.advance(5.0)

    assert scheduler.submit(uncached(1, 1), 5.0) is not None


def test_a_prompt_larger_than_the_cache_runs_alone() -> None:
    """Memory never fails a request."""
    tree, scheduler = PrefixTree(2), _scheduler()
    sequence = submit(scheduler, cached(40, 2, tree))
    run(scheduler)

    assert 2 == len(times(sequence))


def test_a_cancelled_sequence_frees_its_slot_at_once() -> None:
    """The next one starts when a client goes; one that ended stays as it is."""
    tree, scheduler = PrefixTree(100), _scheduler(seqs=1)
    first, second, third = (submit(scheduler, cached(10, 9, tree, s)) for s in (0, 100, 200))
    scheduler.cancel(third, 0.5)
    scheduler.cancel(first, 3.0)
    scheduler.cancel(first, 3.0)
    run(scheduler)

    assert (State.CANCELLED, State.FINISHED, State.CANCELLED) == (
        first.state,
        second.state,
        third.state,
    )
    assert (3.0, 0) == (second.admitted_s, tree.used_blocks)


def test_the_next_end_is_found_after_a_cancellation() -> None:
    """Whoever goes, the others end when they are due."""
    scheduler = _scheduler(LatencyProfile(per_token_s=1.0))
    first, *others = (submit(scheduler, uncached(prompt, 1)) for prompt in (1, 3, 2))
    scheduler.cancel(first, 0.5)
    next_s = scheduler.next_event_time()
    scheduler.advance(9.0)

    assert 2.0 == next_s
    assert [[3.0], [2.0]] == [times(sequence) for sequence in others]


def test_a_request_with_its_own_chance_repeats_its_times() -> None:
    """Equal streams give equal times, whatever else the engine has drawn."""
    profile = LatencyProfile(overhead_s=1.0, itl_s=1.0, itl_jitter=lognormal(1.0))
    scheduler = _scheduler(profile)
    one, two = (
        submit(scheduler, Request(prompt_tokens=1, output_tokens=5, rng=random.Random(7)))
        for _ in range(2)
    )
    run(scheduler)

    assert times(one) == times(two)
    assert 5 == len(set(times(one)))


def test_waits_are_those_of_a_queue_with_k_servers() -> None:
    """Each wait equals Kiefer and Wolfowitz's recursion over free times."""
    rng, profile = random.Random(2), LatencyProfile(per_token_s=0.01)
    scheduler = _scheduler(profile)
    free = [0.0] * 3
    now_s = 0.0
    sequences, expected = [], []
    for _ in range(2000):
        now_s += rng.expovariate(2.5)
        prompt = rng.randrange(1, 200)
        sequences.append(submit(scheduler, uncached(prompt, 1), now_s))
        start = max(now_s, heapq.heappop(free))
        heapq.heappush(free, start + prompt * 0.01)
        expected.append(start - now_s)
    run(scheduler)

    assert pytest.approx(expected, abs=1e-6) == [s.queue_wait_s for s in sequences]


def test_poisson_arrivals_wait_as_erlang_says() -> None:
    """An M/M/k queue: mean wait and utilisation within 5 %."""
    rate, servers, count = 2.8, 4, 60_000
    profile = LatencyProfile(overhead_s=1.0, ttft_jitter=exponential)
    scheduler = _scheduler(profile, seqs=servers, waiting=10_000)
    rng = random.Random(3)
    now_s, sequences = 0.0, []
    for _ in range(count):
        now_s += rng.expovariate(rate)
        sequences.append(submit(scheduler, uncached(1, 1), now_s))
        scheduler.advance(now_s)
    run(scheduler)
    busy_s = sum(times(sequence)[-1] - sequence.admitted_s for sequence in sequences)
    terms = [rate**n / math.factorial(n) for n in range(servers)]
    last = rate**servers / math.factorial(servers) * servers / (servers - rate)
    wait_s = last / (sum(terms) + last) / (servers - rate)

    assert pytest.approx(wait_s, rel=0.05) == fmean(s.queue_wait_s for s in sequences[:-50])
    assert pytest.approx(rate / servers, rel=0.05) == busy_s / now_s / servers
