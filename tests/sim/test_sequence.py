"""A sequence keeps its own times and counts."""

from __future__ import annotations

import math

from fakeai.sim.sequence import Request, Sequence, State


def _sequence(prompt: int = 10, output: int = 5, cached: int = 0) -> Sequence:
    request = Request(prompt_tokens=prompt, output_tokens=output, cached_tokens=cached)
    return Sequence(request, 1.0)


def test_the_last_prompt_token_is_never_cached() -> None:
    """Something must be computed to get a first token."""
    assert [9, 9, 4] == [_sequence(cached=cached).cached_tokens for cached in (12, 10, 4)]


def test_at_least_one_token_is_asked_and_made() -> None:
    """An empty prompt and an empty answer still take a step."""
    sequence = _sequence(prompt=0, output=0)

    assert (1, 1) == (sequence.prompt_tokens, sequence.output_tokens)


def test_queue_wait_ends_at_the_first_admission() -> None:
    """A preempted sequence does not wait for its start again."""
    sequence = _sequence(cached=4)
    sequence.admit(3.0)
    sequence.preempt(4.0)
    sequence.admit(9.0)

    assert (2.0, 4, 1) == (sequence.queue_wait_s, sequence.cached_tokens, sequence.preemptions)


def test_a_hit_that_was_lost_in_the_queue_is_not_reported() -> None:
    """The hit that counts is the one with which the sequence starts."""
    sequence = _sequence(cached=4)
    sequence.drop(2.0)
    sequence.admit(3.0)

    assert 0 == sequence.cached_tokens


def test_a_preempted_sequence_computes_all_again() -> None:
    """Its state and progress go back; its answer so far stays."""
    sequence = _sequence()
    sequence.admit(1.0)
    sequence.computed_tokens, sequence.generated_tokens = 12, 3
    sequence.preempt(2.0)

    assert (State.WAITING, 0, 3) == (
        sequence.state,
        sequence.computed_tokens,
        sequence.generated_tokens,
    )


def test_times_to_come_are_not_known() -> None:
    """A waiting sequence has only arrived."""
    sequence = _sequence()

    assert [False, True] == [math.isnan(time) for time in (sequence.arrived_s, sequence.admitted_s)]
    assert not sequence.made_s
