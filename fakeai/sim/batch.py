"""Batch: the work of one engine step, and how long it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.core.value import Value
from fakeai.sim.latency import Jitter, constant

if TYPE_CHECKING:
    from fakeai.sim.sequence import Sequence


class Batch:
    """The sequences of one step and the sums on which its duration depends."""

    __slots__ = (
        "attention_pairs",
        "budget_tokens",
        "context_tokens",
        "decode_seqs",
        "prefill_tokens",
        "sequences",
    )

    def __init__(self, budget_tokens: int) -> None:
        """Start empty, with room for so many tokens."""
        self.budget_tokens = budget_tokens
        self.sequences: list[Sequence] = []
        self.prefill_tokens = 0
        self.attention_pairs = 0.0
        self.decode_seqs = 0
        self.context_tokens = 0

    def add_prefill(self, sequence: Sequence, tokens: int) -> None:
        """Compute a chunk of a prompt, or of what a preempted sequence has lost."""
        sequence.scheduled_tokens = tokens
        self.sequences.append(sequence)
        self.budget_tokens -= tokens
        self.prefill_tokens += tokens
        self.attention_pairs += tokens * (sequence.computed_tokens + tokens / 2)

    def add_decode(self, sequence: Sequence) -> None:
        """Compute the next token of an answer."""
        sequence.scheduled_tokens = 1
        self.sequences.append(sequence)
        self.budget_tokens -= 1
        self.decode_seqs += 1
        self.context_tokens += sequence.computed_tokens


class StepTiming(Value, kw_only=True):
    """How long a step takes, in seconds: linear in what the hardware does.

    `base_s` reads the weights and launches the kernels; each prefill token costs its compute;
    each decoding sequence costs its sampling; each context token is a KV read for a decoding
    sequence. A pair is one new prompt token attending to one token before it: over a prompt of
    n tokens, in whatever chunks, there are n * n / 2.
    """

    base_s: float = 0.0
    per_prefill_token_s: float = 0.0
    per_decode_seq_s: float = 0.0
    per_context_token_s: float = 0.0
    per_attention_pair_s: float = 0.0
    jitter: Jitter = constant

    def duration_s(self, batch: Batch) -> float:
        """Return the mean duration of a step."""
        return (
            self.base_s
            + self.per_prefill_token_s * batch.prefill_tokens
            + self.per_decode_seq_s * batch.decode_seqs
            + self.per_context_token_s * batch.context_tokens
            + self.per_attention_pair_s * batch.attention_pairs
        )
