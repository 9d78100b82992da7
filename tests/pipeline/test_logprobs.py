"""logprobs: numbers that behave."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from fakeai.pipeline.logprobs import token_logprobs

TOKENS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=4), max_size=20)


@given(tokens=TOKENS, top=st.integers(0, 20), seed=st.integers(0, 99))
def test_alternatives_are_as_many_as_asked_for(tokens: list[str], top: int, seed: int) -> None:
    """The chosen token is first, all differ, none is over 0, each is less likely than the last."""
    entries = token_logprobs(tokens, Random(seed), top)

    assert tokens == [entry.token for entry in entries]
    for entry in entries:
        values = [row.logprob for row in entry.top]
        assert top == len({row.token for row in entry.top})
        assert entry.logprob <= 0
        assert values == sorted(values, reverse=True)
        assert [entry.token] == [row.token for row in entry.top[:1]] or top == 0
        assert all(row.token.encode() == bytes(row.bytes) for row in entry.top)


def test_bytes_are_those_of_utf_8() -> None:
    """A character of several bytes shows all of them."""
    (entry,) = token_logprobs(["é🎉"], Random(1), 0)

    assert list("é🎉".encode()) == entry.bytes


def test_the_chosen_do_not_depend_on_the_number_of_alternatives() -> None:
    """More alternatives leave the tokens' own numbers as they are."""
    few, many = (token_logprobs(["a", "b", "c"], Random(1), top) for top in (0, 9))

    assert [entry.logprob for entry in few] == [entry.logprob for entry in many]
