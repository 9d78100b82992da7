"""Block keys are chained, salted and stable."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fakeai.sim.blocks import BlockHasher, KeyedText
from fakeai.sim.tokens import CharacterCounter

CUT = CharacterCounter(1.0).blocks


def keys_of(*texts: str, salt: str = "m", size: int = 3) -> list[int]:
    """Return the keys of some texts, one after the other, in blocks of characters."""
    keyed = KeyedText(BlockHasher(salt), CUT, size)
    for text in texts:
        keyed.extend(text)
    return keyed.keys


def shared(first: list[int], second: list[int]) -> int:
    """Return how many keys stand at the same place in both."""
    return sum(a == b for a, b in zip(first, second, strict=False))


def test_keys_are_the_same_in_every_process() -> None:
    """A key written down yesterday is found today."""
    assert [14193178988844350558, 13260026359270069339] == keys_of("a shared prompt.", size=8)


def test_only_full_blocks_have_a_key() -> None:
    """The rest of a prompt is not named."""
    assert [0, 0, 0, 1, 1] == [len(keys_of("x" * count)) for count in range(5)]


def test_salts_share_nothing() -> None:
    """Two models never hit each other's blocks."""
    assert 0 == shared(keys_of("the same text"), keys_of("the same text", salt="n"))


def test_equal_blocks_after_different_ones_differ() -> None:
    """A key stands for its whole prefix, not for its block alone."""
    assert 0 == shared(keys_of("aaaxyz"), keys_of("bbbxyz"))


def test_lone_surrogates_are_accepted() -> None:
    """JSON may hold half a surrogate pair."""
    assert 1 == len(keys_of("ab\ud800"))


@given(st.text(), st.text(), st.text())
def test_equal_keys_are_the_longest_equal_prefix(prefix: str, left: str, right: str) -> None:
    """Two texts share exactly the blocks of their common prefix, ASCII or not."""
    first, second = prefix + left, prefix + right
    common = 0
    while first[: common + 3] == second[: common + 3] and common + 3 <= min(
        len(first), len(second)
    ):
        common += 3

    assert common // 3 == shared(keys_of(first), keys_of(second))


@given(st.lists(st.text()))
def test_a_text_may_come_in_pieces(pieces: list[str]) -> None:
    """What grew has the keys of the whole."""
    assert keys_of("".join(pieces)) == keys_of(*pieces)
