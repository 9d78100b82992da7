"""WaitingQueue: first come, first served, with preempted ones in front."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fakeai.sim.sequence import Sequence


class WaitingQueue:
    """The sequences that wait for a slot or for blocks.

    A waiting sequence keeps its cached prefix pinned, so that it gets the hit it was placed for,
    and more if others have computed more of it meanwhile. When blocks run out these pins are given
    up first: what waits must not stop what runs.
    """

    __slots__ = ("_pinned", "_sequences")

    def __init__(self) -> None:
        """Start empty."""
        self._sequences: OrderedDict[Sequence, None] = OrderedDict()
        self._pinned: dict[Sequence, None] = {}

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._sequences)

    @property
    def head(self) -> Sequence:
        """The next one; there must be one."""
        return next(iter(self._sequences))

    def append(self, sequence: Sequence) -> None:
        """Queue an arrival, its cached prefix pinned."""
        self._sequences[sequence] = None
        if sequence.lease is not None:
            self._pinned[sequence] = None

    def push_front(self, sequence: Sequence) -> None:
        """Queue a preempted sequence, which holds nothing, before all others."""
        self._sequences[sequence] = None
        self._sequences.move_to_end(sequence, last=False)

    def remove(self, sequence: Sequence) -> None:
        """Take a sequence out."""
        del self._sequences[sequence]
        self._pinned.pop(sequence, None)

    def pin_head(self) -> Sequence:
        """Return the head, with what is cached of it by now pinned."""
        head = self.head
        if head.lease is not None:
            self._pinned[head] = None
            head.computed_tokens = head.lease.pin(head.prompt_tokens + head.generated_tokens - 1)
        return head

    def fit(self, tokens: int, now_s: float, *, alone: bool) -> bool:
        """Try to hold the head's blocks for so many tokens; `alone`, it is never refused."""
        head = self.head
        lease = head.lease
        if lease is None or not lease.grow(tokens):
            return True
        if self.unpin(now_s, keep=head) and not lease.grow(tokens):
            return True
        if alone:
            lease.overcommit(tokens)
        return alone

    def unpin(self, now_s: float, keep: Sequence | None = None) -> bool:
        """Give up the pinned prefixes, but for one sequence's; say whether there were any."""
        kept = keep is not None and keep in self._pinned
        given_up = len(self._pinned) > kept
        for sequence in self._pinned:
            if sequence is not keep:
                sequence.drop(now_s)
        self._pinned = {keep: None} if keep is not None and kept else {}
        return given_up
