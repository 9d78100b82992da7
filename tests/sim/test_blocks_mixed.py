"""Block keys of prompts in which other tokens stand among texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from fakeai.sim.blocks import BETWEEN, BlockHasher, Run
from fakeai.sim.tokens import CharacterCounter, HeuristicCounter

if TYPE_CHECKING:
    from collections.abc import Sequence

Pieces: TypeAlias = "list[str | Run]"

CHARACTERS: Final = CharacterCounter(1.0)
RUNS: Final = st.builds(
    lambda name, tokens: Run(b"%b%d" % (name * 7, tokens), tokens),
    st.sampled_from([b"A", b"B"]),
    st.integers(0, 9),
)
PIECES: Final = st.lists(st.text("ab é漢\ud800", max_size=9) | RUNS, max_size=6)


def keys_of(pieces: Sequence[str | Run], size: int) -> list[int]:
    """Return the keys of a prompt in blocks of characters."""
    return BlockHasher("m", CHARACTERS, size).mixed(pieces).keys


def tokens_of(pieces: Sequence[str | Run]) -> list[object]:
    """Return every token of a prompt; one that is no text is known by its run and its place."""
    tokens: list[object] = []
    for place, piece in enumerate(pieces):
        if isinstance(piece, str):
            tokens += BETWEEN + piece if place else piece
        else:
            tokens += [(piece, number) for number in range(piece.tokens)]
    return tokens


def equal_at_start(first: Sequence[object], second: Sequence[object]) -> int:
    """Return how many elements two sequences begin with that are equal."""
    equal = 0
    for left, right in zip(first, second, strict=False):
        if left != right:
            break
        equal += 1
    return equal


def without_empty(pieces: Pieces) -> Pieces:
    """Leave out runs that have no tokens."""
    return [piece for piece in pieces if isinstance(piece, str) or piece.tokens]


@given(PIECES.map(without_empty), PIECES.map(without_empty), st.integers(1, 5))
def test_equal_keys_are_the_longest_equal_prefix(left: Pieces, right: Pieces, size: int) -> None:
    """Two prompts share exactly the blocks of the tokens that both begin with."""
    shared = equal_at_start(keys_of(left, size), keys_of(right, size))

    assert equal_at_start(tokens_of(left), tokens_of(right)) // size == shared
    assert len(tokens_of(left)) // size == len(keys_of(left, size))


@given(PIECES, PIECES, PIECES.map(without_empty), st.integers(1, 5))
def test_what_a_prompt_begins_with_has_the_same_keys(
    pieces: Pieces, left: Pieces, right: Pieces, size: int
) -> None:
    """Whatever comes after it, a prefix is named alike, and what differs is not."""
    first, second = keys_of([*pieces, *left], size), keys_of([*pieces, *right], size)
    least = len(tokens_of(pieces)) // size

    assert first[:least] == second[:least] == keys_of(pieces, size)[:least]


@given(PIECES, st.lists(st.text("ab ,", max_size=6), max_size=3), st.integers(1, 5))
def test_a_conversation_goes_on(pieces: Pieces, answers: list[str], size: int) -> None:
    """What grew by answers has the keys of the whole."""
    keyed = BlockHasher("m", CHARACTERS, size).mixed(pieces or [""])
    for answer in answers:
        keyed = keyed.answered([answer])

    assert keys_of([*(pieces or [""]), *answers], size) == keyed.keys


@given(st.lists(st.text("ab ,.é漢", max_size=9), max_size=4), st.integers(1, 5))
def test_texts_alone_keep_their_keys(texts: list[str], size: int) -> None:
    """Without other tokens, a prompt is named as ever."""
    hasher = BlockHasher("m", HeuristicCounter(), size)

    assert hasher.prompt(texts).keys == hasher.mixed(texts).keys


@given(st.lists(st.text("ab", min_size=1, max_size=3) | RUNS, max_size=9), st.integers(1, 5))
def test_words_and_runs_fill_the_blocks(pieces: Pieces, size: int) -> None:
    """There are as many full blocks as the words and the runs fill."""
    keyed = BlockHasher("m", HeuristicCounter(), size).mixed(pieces)
    tokens = sum(1 if isinstance(piece, str) else piece.tokens for piece in pieces)

    assert tokens // size == len(keyed.keys)


def test_a_run_without_tokens_is_in_the_names_after_it() -> None:
    """Prompts that differ in one have different keys from there on."""
    first, second = (keys_of(["ab", Run(name * 8, 0), "cdef"], 2) for name in (b"A", b"B"))

    assert 1 == equal_at_start(first, second)
    assert len(first) == len(second) == 3
