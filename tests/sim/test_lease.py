"""A lease holds the blocks of its tokens, keyed where it can."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fakeai.sim.lease import Lease
from fakeai.sim.radix import PrefixTree
from tests.sim.token_keys import TokenHasher

KEYS = TokenHasher("m", block_size=4).of_tokens(range(20))


def test_growth_takes_whole_blocks() -> None:
    """Blocks are taken when a token falls into a new one."""
    lease = Lease(PrefixTree(8), KEYS, 4)

    assert [1, 1, 2, 2, 3] == [(lease.grow(n), lease.blocks)[1] for n in (1, 4, 5, 8, 9)]


def test_finished_blocks_are_cached_for_the_next_turn() -> None:
    """Full blocks stay under their keys, the partial one goes."""
    tree = PrefixTree(8)
    lease = Lease(tree, KEYS, 4)
    for tokens in range(1, 12):
        lease.grow(tokens)
    lease.release()

    assert [0, 2] == [tree.used_blocks, tree.match(KEYS)]


def test_the_last_block_is_cached_when_it_became_full() -> None:
    """A private block that the last token filled gets its key on release."""
    tree = PrefixTree(8)
    lease = Lease(tree, KEYS, 4)
    for tokens in range(1, 9):
        lease.grow(tokens)
    lease.release()

    assert 2 == tree.match(KEYS)


def test_blocks_beyond_the_keys_are_private() -> None:
    """An output whose keys are unknown is held but not cached."""
    tree = PrefixTree(8)
    lease = Lease(tree, KEYS[:1], 4)
    lease.grow(16)
    held = tree.used_blocks
    lease.release()

    assert [4, 1] == [held, tree.stats().idle_blocks]


def test_a_shared_prefix_is_counted_once() -> None:
    """Two leases of one prompt hold its blocks together."""
    tree = PrefixTree(8)
    first, second = Lease(tree, KEYS, 4), Lease(tree, KEYS, 4)
    first.grow(16)
    second.grow(16)

    assert [4, 8] == [tree.used_blocks, first.blocks + second.blocks]


def test_pin_takes_at_most_what_is_asked() -> None:
    """The last prompt token must be computed, so its block is not hit."""
    tree = PrefixTree(8)
    first = Lease(tree, KEYS, 4)
    first.grow(8)
    first.release()

    assert 4 == Lease(tree, KEYS, 4).pin(7)


def test_an_overcommitted_lease_holds_what_fits_and_asks_no_more() -> None:
    """A sequence larger than the cache runs, and the cache stays within its capacity."""
    tree = PrefixTree(3)
    lease = Lease(tree, KEYS, 4)
    lease.overcommit(20)

    assert [3, 0] == [tree.used_blocks, lease.grow(40)]

    lease.release()

    assert [0, 3] == [tree.used_blocks, tree.match(KEYS)]


@given(
    st.integers(1, 12),
    st.lists(st.tuples(st.integers(0, 2), st.integers(1, 30), st.booleans()), max_size=30),
)
def test_any_mix_of_growth_and_release_ends_at_zero(
    capacity: int, moves: list[tuple[int, int, bool]]
) -> None:
    """Three sequences that grow, overcommit and go leave nothing held."""
    tree = PrefixTree(capacity)
    leases = [Lease(tree, KEYS, 4) for _ in range(3)]
    for index, tokens, ends in moves:
        if ends:
            leases[index].release()
        elif leases[index].grow(tokens):
            leases[index].overcommit(tokens)
        stats = tree.stats()
        assert stats.used_blocks + stats.idle_blocks <= capacity
    for lease in leases:
        lease.release()

    assert [0, 0] == [tree.used_blocks, sum(lease.blocks for lease in leases)]
