"""A step takes as long as the work in it."""

from __future__ import annotations

import pytest

from fakeai.sim.batch import Batch, StepTiming
from fakeai.sim.sequence import Request, Sequence


def _sequence(computed: int) -> Sequence:
    request = Request(prompt_tokens=computed + 1, output_tokens=9)
    sequence = Sequence(request, 0.0)
    sequence.computed_tokens = computed
    return sequence


def _batch() -> Batch:
    batch = Batch(100)
    batch.add_prefill(_sequence(10), 20)
    batch.add_decode(_sequence(300))
    batch.add_decode(_sequence(400))
    return batch


@pytest.mark.parametrize(
    ("timing", "expected"),
    [
        (StepTiming(base_s=1.0), 1.0),
        (StepTiming(per_prefill_token_s=1.0), 20.0),
        (StepTiming(per_decode_seq_s=1.0), 2.0),
        (StepTiming(per_context_token_s=1.0), 700.0),
        (StepTiming(per_attention_pair_s=1.0), 20 * 10 + 20 * 20 / 2),
    ],
)
def test_each_term_counts_its_work(timing: StepTiming, expected: float) -> None:
    """A duration is the sum of the terms, each with its own amount."""
    assert expected == timing.duration_s(_batch())


def test_chunks_attend_as_much_as_a_whole_prompt() -> None:
    """How a prompt is cut does not change its attention."""
    whole, first, second = Batch(100), Batch(100), Batch(100)
    whole.add_prefill(_sequence(0), 50)
    first.add_prefill(_sequence(0), 20)
    second.add_prefill(_sequence(20), 30)

    assert whole.attention_pairs == first.attention_pairs + second.attention_pairs


def test_the_budget_shrinks_by_every_token() -> None:
    """Prefill and decode share one budget."""
    assert 78 == _batch().budget_tokens
