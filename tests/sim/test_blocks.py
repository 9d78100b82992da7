"""Block keys are chained, salted and stable."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from fakeai.sim.blocks import BlockHasher
from fakeai.sim.tokens import CharacterCounter, HeuristicCounter

COUNTER = CharacterCounter(1.0)


def keys_of(*texts: str, salt: str = "m", size: int = 3) -> list[int]:
    """Return the keys of a conversation in blocks of characters."""
    return BlockHasher(salt, COUNTER, size).prompt(texts).keys


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


@given(st.text(), st.lists(st.lists(st.text())))
def test_a_conversation_goes_on(prompt: str, answers: list[list[str]]) -> None:
    """What grew by answers has the keys of the whole."""
    keyed = BlockHasher("m", COUNTER, 3).prompt([prompt])
    for tokens in answers:
        keyed = keyed.answered(tokens)

    assert keys_of(prompt, *map("".join, answers)) == keyed.keys


def test_an_answer_is_read_once_while_it_stays_the_same() -> None:
    """Equal tokens have the very same keys, others their own, and the prompt's stay as they are."""
    keyed = BlockHasher("m", COUNTER, 3).prompt(["a prompt"])
    before = list(keyed.keys)
    first, again = keyed.answered(["to", "kens"]), keyed.answered(["to", "kens"])

    assert first is again
    assert keys_of("a prompt", "words") == keyed.answered(["wo", "rds"]).keys
    assert keys_of("a prompt", "tokens") == keyed.answered(["to", "kens"]).keys
    assert before == keyed.keys


@given(st.text("aé漢 ,\ud800", max_size=40), st.sampled_from(["", "漢", "\ud800", "é"]))
def test_the_script_of_what_follows_changes_no_key(prefix: str, rest: str) -> None:
    """A prefix has the same keys whether all of the text is ASCII, Western or neither."""
    hasher = BlockHasher("m", HeuristicCounter(), 3)
    alone, followed = hasher.prompt([prefix]).keys, hasher.prompt([prefix, rest]).keys

    assert alone == followed[: len(alone)]


@given(
    st.text("ab ,", min_size=1),
    st.lists(st.tuples(st.integers(0, 40), st.text("ab é漢,", max_size=9)), max_size=6),
    st.integers(1, 3),
)
@example("a b", [(3, ""), (3, "b"), (3, "")], 2)
@example("a b, a b", [(8, ""), (8, "b"), (8, ""), (8, ", a b")], 2)
def test_what_the_last_prompt_was_changes_no_key(
    common: str, turns: list[tuple[int, str]], size: int
) -> None:
    """Keys that are taken over from the last prompt are those that the prompt has alone."""
    hasher = BlockHasher("m", HeuristicCounter(), size)
    for length, own in turns:
        prompt = common[:length] + own
        alone = BlockHasher("m", HeuristicCounter(), size).prompt([prompt])
        keyed = hasher.prompt([prompt])

        assert (alone.keys, alone.rest) == (keyed.keys, keyed.rest)


@given(st.lists(st.text("ab ,.é漢\n\ud800", max_size=12), max_size=5), st.integers(1, 3))
@example(["a b", "  "], 1)
@example(["a b", "", " c"], 2)
def test_blocks_count_what_they_were_cut_from(texts: list[str], size: int) -> None:
    """A conversation has the tokens that its texts have one by one."""
    counter = HeuristicCounter()
    hasher = BlockHasher("m", counter, size)

    assert sum(map(counter.count, texts)) == hasher.tokens(texts, hasher.prompt(texts))
