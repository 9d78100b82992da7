"""Block keys are chained, salted and stable."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fakeai.sim.blocks import BlockHasher

HASHER = BlockHasher("m", block_size=2, chars_per_token=1.5)


def _shared(first: list[int], second: list[int]) -> int:
    return sum(a == b for a, b in zip(first, second, strict=False))


def test_keys_are_the_same_in_every_process() -> None:
    """A key written down yesterday is found today."""
    keys = BlockHasher("m", block_size=2).of_text("a shared prompt.")

    assert [14193178988844350558, 13260026359270069339] == keys


def test_token_keys_are_the_same_in_every_process() -> None:
    """Token ids have pinned keys too."""
    assert [5550546604009121758] == BlockHasher("m", block_size=2).of_tokens([1, 2, 3])


def test_only_full_blocks_have_a_key() -> None:
    """The rest of a prompt is not named."""
    assert [0, 0, 1, 1, 2] == [len(HASHER.of_tokens([7] * count)) for count in range(5)]


def test_a_block_never_holds_more_tokens_than_the_text() -> None:
    """Characters a block are rounded up, so cached tokens cannot exceed the prompt's."""
    hasher = BlockHasher("m", block_size=3, chars_per_token=1.5)

    assert [0, 1] == [len(hasher.of_text("x" * count)) for count in (4, 5)]


def test_salts_share_nothing() -> None:
    """Two models never hit each other's blocks."""
    other = BlockHasher("n", block_size=2, chars_per_token=1.5)

    assert 0 == _shared(HASHER.of_text("the same text"), other.of_text("the same text"))


def test_equal_blocks_after_different_ones_differ() -> None:
    """A key stands for its whole prefix, not for its block alone."""
    assert 0 == _shared(HASHER.of_tokens([1, 2, 5, 6]), HASHER.of_tokens([3, 4, 5, 6]))


def test_lone_surrogates_are_accepted() -> None:
    """JSON may hold half a surrogate pair."""
    assert 1 == len(HASHER.of_text("ab\ud800"))


@given(st.text(), st.text(), st.text())
def test_shared_keys_are_the_common_block_prefix(prefix: str, left: str, right: str) -> None:
    """Two texts share exactly the blocks of their common prefix, ASCII or not."""
    first, second = prefix + left, prefix + right
    common = 0
    while first[: common + 3] == second[: common + 3] and common + 3 <= min(
        len(first), len(second)
    ):
        common += 3

    assert common // 3 == _shared(HASHER.of_text(first), HASHER.of_text(second))
