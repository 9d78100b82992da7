"""The queue is first come, first served, and gives up what it pins."""

from __future__ import annotations

from fakeai.sim.lease import Lease
from fakeai.sim.radix import PrefixTree
from fakeai.sim.sequence import Request, Sequence
from fakeai.sim.waiting import WaitingQueue
from tests.sim.token_keys import TokenHasher

KEYS = TokenHasher("m", block_size=4).of_tokens(range(16))


def _tree() -> PrefixTree:
    """Return a full tree of four idle blocks."""
    tree = PrefixTree(4)
    lease = Lease(tree, KEYS, 4)
    lease.grow(16)
    lease.release()
    return tree


def _pinned(tree: PrefixTree, tokens: int) -> Sequence:
    lease = Lease(tree, KEYS, 4)
    cached = lease.pin(tokens)
    return Sequence(
        Request(prompt_tokens=20, output_tokens=1, cached_tokens=cached, lease=lease), 0.0
    )


def _plain() -> Sequence:
    return Sequence(Request(prompt_tokens=1, output_tokens=1), 0.0)


def test_order_is_arrival_with_preempted_ones_in_front() -> None:
    """The head is the preempted one, then the first to arrive."""
    queue = WaitingQueue()
    arrived, later, preempted = _plain(), _plain(), _plain()
    queue.append(arrived)
    queue.append(later)
    queue.push_front(preempted)
    order = []
    while queue:
        order.append(queue.head)
        queue.remove(queue.head)

    assert [preempted, arrived, later] == order


def test_pins_are_given_up_together() -> None:
    """Under memory pressure what waits holds nothing, and has nothing computed."""
    tree, queue = _tree(), WaitingQueue()
    waiting = [_pinned(tree, 8), _pinned(tree, 16)]
    for sequence in waiting:
        queue.append(sequence)

    assert [True, False] == [queue.unpin(0.0), queue.unpin(0.0)]
    assert [0, 0, 0] == [tree.used_blocks, *(sequence.computed_tokens for sequence in waiting)]


def test_one_pin_can_be_kept() -> None:
    """The head's own prefix survives."""
    tree, queue = _tree(), WaitingQueue()
    head = _pinned(tree, 8)
    queue.append(head)

    assert not queue.unpin(0.0, keep=head)
    assert [2, 8] == [tree.used_blocks, head.computed_tokens]


def test_a_head_that_lost_its_pin_takes_what_is_still_cached() -> None:
    """The hit is looked up anew, once."""
    tree, queue = _tree(), WaitingQueue()
    queue.append(_pinned(tree, 8))
    queue.unpin(0.0)

    assert [16, 16] == [queue.pin_head().computed_tokens, queue.pin_head().computed_tokens]
    assert 4 == tree.used_blocks


def test_the_head_fits_once_others_give_up() -> None:
    """A pinned prefix behind the head does not stop it."""
    tree, queue = _tree(), WaitingQueue()
    head = Sequence(Request(prompt_tokens=9, output_tokens=1, lease=Lease(tree, [], 4)), 0.0)
    queue.append(head)
    queue.append(_pinned(tree, 16))

    assert queue.fit(9, 0.0, alone=False)
    assert [3, 3] == [tree.used_blocks, tree.match(KEYS) + 2]


def test_a_head_too_large_waits_unless_alone() -> None:
    """A sequence larger than the cache runs when nothing else does."""
    tree, queue = _tree(), WaitingQueue()
    queue.append(_pinned(tree, 8))

    assert [False, True] == [queue.fit(99, 0.0, alone=alone) for alone in (False, True)]
    assert 4 == tree.used_blocks


def test_without_a_cache_everything_fits() -> None:
    """No lease, no blocks."""
    queue = WaitingQueue()
    queue.append(_plain())

    assert queue.fit(10**9, 0.0, alone=False)
