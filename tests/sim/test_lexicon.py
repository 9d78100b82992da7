"""Lexicon: numbered tokens are the same tokens, in less memory."""

from __future__ import annotations

import sys

import pytest

from fakeai.sim.lexicon import CHARACTERS_MAX, TOKENS_MIN, WORDS_MAX, Lexicon, Numbered

TOKENS = ["The", " fox", " jumps", ".", " é…"] * 20


def test_numbered_tokens_read_as_the_list_did() -> None:
    """By place, by run, in order, and joined."""
    numbered = Lexicon().numbered(TOKENS)

    assert isinstance(numbered, Numbered)
    assert (len(TOKENS), TOKENS) == (len(numbered), list(numbered))
    assert (TOKENS[3], TOKENS[-1]) == (numbered[3], numbered[-1])
    assert (TOKENS[2:5], TOKENS[:-1]) == (numbered[2:5], numbered[:-1])
    assert "".join(TOKENS) == "".join(numbered)


def test_numbers_take_less() -> None:
    """Two bytes a token, whatever the token is."""
    numbered = Lexicon().numbered(TOKENS * 5)
    size = sys.getsizeof(numbered) + sys.getsizeof(numbered._numbers)  # type: ignore[attr-defined]  # it is one

    assert size < sys.getsizeof(TOKENS * 5) / 3


@pytest.mark.parametrize(
    "tokens",
    [
        ["a"] * (TOKENS_MIN - 1),
        ["x" * (CHARACTERS_MAX + 1)] + ["a"] * TOKENS_MIN,
        [f"{n}" for n in range(WORDS_MAX + 1)],
    ],
)
def test_some_tokens_stay_as_they_are(tokens: list[str]) -> None:
    """Few ones, long words, and more words than a lexicon has."""
    assert Lexicon().numbered(tokens) is tokens


def test_a_full_lexicon_makes_place_for_a_new_one() -> None:
    """Tokens that were numbered before stay what they were; what is known is bounded."""
    lexicon = Lexicon()
    kept = lexicon.numbered(TOKENS)
    for start in range(0, 3 * WORDS_MAX, 10_000):
        tokens = [f"{n}" for n in range(start, start + 10_000)]
        assert tokens == list(lexicon.numbered(tokens))

    assert TOKENS == list(kept)
    assert len(lexicon) <= WORDS_MAX
    assert TOKENS == list(lexicon.numbered(TOKENS))
