"""Continuous batching on a cache of a given size: nothing leaks."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from fakeai.sim.batch import StepTiming
from fakeai.sim.radix import PrefixTree
from fakeai.sim.sequence import Sequence, State
from tests.sim.engines import cached, run, step_scheduler, submit, times


def test_slots_without_blocks_do_not_count_as_free() -> None:
    """When memory is short the queue's own limit holds."""
    tree = PrefixTree(5)
    scheduler = step_scheduler(seqs=10, waiting=1)
    for start in (0, 100):
        submit(scheduler, cached(16, 4, tree, start), 0.0)
    scheduler.advance(0.0)

    assert scheduler.submit(cached(16, 4, tree, 200), 0.5) is None


def test_a_cached_prefix_is_not_computed() -> None:
    """A hit saves the time of its tokens."""
    timing = StepTiming(per_prefill_token_s=1.0)
    scheduler = step_scheduler(timing=timing)
    tree = PrefixTree(100)
    cold = submit(scheduler, cached(20, 1, tree), 0.0)
    run(scheduler)
    warm = submit(scheduler, cached(20, 1, tree), 100.0)
    run(scheduler)

    assert [[20.0], [104.0]] == [times(cold), times(warm)]
    assert [0, 16] == [cold.cached_tokens, warm.cached_tokens]


def test_blocks_grow_while_decoding() -> None:
    """KV use follows the tokens, and a shared prompt is counted once."""
    tree = PrefixTree(100)
    scheduler = step_scheduler()
    for _ in range(2):
        submit(scheduler, cached(16, 9, tree), 0.0)
    used = []
    for now_s in range(9):
        scheduler.advance(float(now_s))
        used.append(tree.used_blocks)

    # A sequence's last block is its own until it is full.
    assert [4, 6, 6, 6, 6, 7, 7, 7, 7] == used


def test_the_last_admitted_is_preempted_to_the_front() -> None:
    """When blocks run out the youngest is computed again, before all who wait."""
    tree = PrefixTree(9)
    scheduler = step_scheduler(seqs=2)
    first, second, third = (submit(scheduler, cached(16, 12, tree, s)) for s in (0, 100, 200))
    run(scheduler)

    assert [12, 12, 12] == [len(times(sequence)) for sequence in (first, second, third)]
    assert [0, 1] == [sequence.preemptions for sequence in (first, second)]
    assert [float(n + 1) for n in range(12)] == times(first)
    assert times(second)[-1] < times(third)[-1]
    assert 0 == tree.used_blocks


def test_a_preempted_sequence_sits_out_the_step() -> None:
    """Nobody is admitted in a step that had to preempt."""
    tree = PrefixTree(7)
    scheduler = step_scheduler(budget=4)
    _, second = (submit(scheduler, cached(16, 12, tree, start)) for start in (0, 100))
    while not second.preemptions:
        scheduler.advance(scheduler.next_event_time())

    assert State.WAITING is second.state


def test_a_prompt_larger_than_the_cache_runs_alone() -> None:
    """Memory makes requests wait; it never fails them."""
    tree = PrefixTree(3)
    scheduler = step_scheduler()
    sequence = submit(scheduler, cached(40, 10, tree))
    run(scheduler)

    assert 10 == len(times(sequence))


def test_a_cancelled_sequence_gives_all_back() -> None:
    """Waiting, running or ended: a disconnect is safe at any time."""
    tree = PrefixTree(100)
    scheduler = step_scheduler(seqs=1)
    running, waiting = (submit(scheduler, cached(16, 9, tree, s)) for s in (0, 100))
    scheduler.advance(2.5)
    for sequence in (running, waiting, running):
        scheduler.cancel(sequence, 2.5)
    run(scheduler)

    assert [[1.0, 2.0], []] == [times(running), times(waiting)]
    assert [State.CANCELLED] * 2 == [running.state, waiting.state]
    assert 0 == tree.used_blocks


MOVES = st.lists(
    st.tuples(st.sampled_from("sssac"), st.integers(0, 5), st.integers(1, 30), st.integers(1, 12)),
    max_size=60,
)


@settings(deadline=None)
@given(st.integers(1, 16), st.integers(1, 40), MOVES)
def test_no_mix_of_ends_leaks_or_loses(
    capacity: int, budget: int, moves: list[tuple[str, int, int, int]]
) -> None:
    """Memory stays bounded, each answer is whole and in order, and nothing is held at the end."""
    tree = PrefixTree(capacity)
    scheduler = step_scheduler(seqs=3, waiting=4, budget=budget)
    sequences: list[Sequence] = []

    def advance(now_s: float) -> None:
        scheduler.advance(now_s)
        stats = tree.stats()
        assert stats.used_blocks + stats.idle_blocks <= capacity

    for tick, (move, choice, prompt, output) in enumerate(moves):
        now_s = tick * 0.4
        if move == "s":
            request = cached(prompt, output, tree, choice * 100)
            sequence = scheduler.submit(request, now_s)
            if sequence is None:
                assert request.lease is not None
                request.lease.release()
            else:
                sequences.append(sequence)
        elif move == "a":
            advance(now_s)
        elif sequences:
            scheduler.cancel(sequences[choice % len(sequences)], now_s)
    advance(1e6)

    finished = [s for s in sequences if s.state is State.FINISHED]
    assert [s.output_tokens for s in finished] == [len(set(times(s))) for s in finished]
    assert all(times(s) == sorted(times(s)) for s in finished)
    assert {s.state for s in sequences} <= {State.FINISHED, State.CANCELLED}
    assert 0 == tree.used_blocks
