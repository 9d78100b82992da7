"""Continuous batching: order, budget, queue, and when tokens come."""

from __future__ import annotations

from itertools import pairwise

import pytest

from fakeai.sim.batch import StepTiming
from fakeai.sim.latency import lognormal
from fakeai.sim.sequence import State
from tests.sim.engines import run, step_scheduler, submit, times, uncached


def test_tokens_come_at_step_ends() -> None:
    """The first step computes the prompt, each next one a token."""
    scheduler = step_scheduler()
    sequence = submit(scheduler, uncached(5, 3), 10.0)
    run(scheduler)

    assert [11.0, 12.0, 13.0] == times(sequence)
    assert (0.0, State.FINISHED) == (sequence.queue_wait_s, sequence.state)


def test_requests_of_one_instant_share_a_step() -> None:
    """A step starts with all that arrived before `advance` is called."""
    scheduler = step_scheduler()
    first, second = (submit(scheduler, uncached(5, 1), 1.0) for _ in range(2))
    run(scheduler)

    assert [[2.0], [2.0]] == [times(first), times(second)]


def test_an_arrival_during_a_step_joins_the_next() -> None:
    """A running step is not changed."""
    scheduler = step_scheduler()
    first = submit(scheduler, uncached(5, 3), 0.0)
    second = submit(scheduler, uncached(5, 1), 0.5)
    run(scheduler)

    assert [[1.0, 2.0, 3.0], [2.0]] == [times(first), times(second)]
    assert 0.5 == second.queue_wait_s


def test_an_arrival_at_a_step_end_joins_the_step_that_begins() -> None:
    """What is due at the same instant is not yet decided."""
    scheduler = step_scheduler()
    submit(scheduler, uncached(5, 3), 0.0)
    second = submit(scheduler, uncached(5, 1), 1.0)
    run(scheduler)

    assert [2.0] == times(second)


def test_a_late_driver_gets_the_times_at_which_tokens_were_due() -> None:
    """Lateness never adds up."""
    scheduler = step_scheduler()
    sequence = submit(scheduler, uncached(5, 3), 0.0)
    scheduler.advance(100.0)

    assert [1.0, 2.0, 3.0] == times(sequence)


def test_prompts_are_computed_in_chunks_of_the_budget() -> None:
    """A long prompt takes several steps and yields its first token after the last."""
    scheduler = step_scheduler(budget=10)
    sequence = submit(scheduler, uncached(25, 1), 0.0)
    run(scheduler)

    assert [3.0] == times(sequence)


def test_decoding_goes_before_prompts() -> None:
    """A running answer keeps its pace; a prompt takes what the budget leaves."""
    scheduler = step_scheduler(budget=10)
    first = submit(scheduler, uncached(10, 4), 0.0)
    second = submit(scheduler, uncached(18, 1), 0.5)
    run(scheduler)

    assert [[1.0, 2.0, 3.0, 4.0], [3.0]] == [times(first), times(second)]


def test_a_prefill_stretches_the_steps_of_others() -> None:
    """All tokens of a step wait for its prompts."""
    timing = StepTiming(base_s=1.0, per_prefill_token_s=0.1)
    scheduler = step_scheduler(timing=timing)
    first = submit(scheduler, uncached(10, 3), 0.0)
    submit(scheduler, uncached(50, 1), 0.5)
    run(scheduler)

    assert pytest.approx([2.0, 8.0, 9.0]) == times(first)


def test_decoding_slows_with_batch_and_context() -> None:
    """Each reader and each token it reads cost their share."""
    timing = StepTiming(base_s=1.0, per_decode_seq_s=0.1, per_context_token_s=0.001)
    scheduler = step_scheduler(timing=timing, budget=200)
    first, _ = (submit(scheduler, uncached(100, 3), 0.0) for _ in range(2))
    run(scheduler)

    assert pytest.approx([1.0, 2.4, 3.802]) == times(first)


def test_what_exceeds_the_slots_waits_in_order() -> None:
    """First come, first served."""
    scheduler = step_scheduler(seqs=1)
    sequences = [submit(scheduler, uncached(1, 2), 0.0) for _ in range(3)]
    run(scheduler)

    assert [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]] == [times(sequence) for sequence in sequences]
    assert [0.0, 2.0, 4.0] == [sequence.queue_wait_s for sequence in sequences]


def test_a_free_slot_is_no_waiting_place() -> None:
    """Without a queue, a request that comes during a step still takes a free slot."""
    scheduler = step_scheduler(seqs=2, waiting=0)
    submit(scheduler, uncached(1, 9), 0.0)

    assert [True, False] == [scheduler.submit(uncached(1, 1), 0.5) is not None for _ in range(2)]


def test_jitter_changes_steps_not_their_mean() -> None:
    """Steps vary by the seed, around the duration that they have without it."""
    timing = StepTiming(base_s=1.0, jitter=lognormal(0.3))
    scheduler = step_scheduler(timing=timing)
    sequence = submit(scheduler, uncached(1, 4000))
    run(scheduler)
    came = times(sequence)

    assert pytest.approx(4000.0, rel=0.02) == came[-1]
    assert 4000 == len({later - earlier for earlier, later in pairwise([0.0, *came])})
