"""Exact encodings agree with published ids, or say what is missing."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeai.sim import bpe
from tests.extras import needs_bpe


@pytest.fixture(scope="module", params=sorted(bpe.VOCABULARY_SIZES))
def counter(request: pytest.FixtureRequest) -> bpe.BpeCounter:
    """Return each of the encodings."""
    return bpe.BpeCounter(request.param)


@needs_bpe
@pytest.mark.parametrize(
    ("encoding", "ids"),
    [("cl100k_base", [15339, 1917]), ("o200k_base", [24912, 2375])],
)
def test_ids_are_the_published_ones(encoding: str, ids: list[int]) -> None:
    """`hello world` has well-known ids."""
    assert ids == bpe.BpeCounter(encoding).encode("hello world")


@needs_bpe
@given(text=st.text(max_size=60))
def test_pieces_join_to_the_text(counter: bpe.BpeCounter, text: str) -> None:
    """Count, pieces and ids agree on any text."""
    pieces = counter.split(text)

    assert text == "".join(pieces)
    assert counter.count(text) == len(pieces) == len(counter.encode(text))
    assert text == counter.decode(counter.encode(text))


@needs_bpe
def test_tokens_within_a_character_are_carried_on() -> None:
    """Bytes that are no character yet wait for the token that completes it."""
    assert ["", "", "🦩"] == bpe.BpeCounter("cl100k_base").split("🦩")


@needs_bpe
def test_special_tokens_count_as_plain_text(counter: bpe.BpeCounter) -> None:
    """A prompt cannot smuggle in a control token."""
    assert counter.count("<|endoftext|>") > 1


@needs_bpe
def test_incomplete_characters_decode_to_replacement_characters() -> None:
    """Ids that end within a character still give text."""
    counter = bpe.BpeCounter("cl100k_base")

    assert "\ufffd" == counter.decode(counter.encode("🦩")[:1])


@needs_bpe
def test_ids_out_of_range_are_refused(counter: bpe.BpeCounter) -> None:
    """An unknown id is an error, and the process lives on."""
    for token in (-1, bpe.VOCABULARY_SIZES[counter.name], 99_999_999):
        with pytest.raises(ValueError, match="out of range"):
            counter.decode([token])


@needs_bpe
def test_the_last_id_of_the_vocabulary_is_known(counter: bpe.BpeCounter) -> None:
    """The declared sizes are those of the vocabularies."""
    last = bpe.VOCABULARY_SIZES[counter.name] - 1
    text = counter.decode([last])

    assert [last] == counter.encode(text)


@needs_bpe
def test_a_counter_can_have_a_name_of_its_own() -> None:
    """A spec may call an encoding what it likes."""
    assert "exact" == bpe.BpeCounter("cl100k_base", name="exact").name


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package, the error says what to install."""
    monkeypatch.setitem(sys.modules, "rs_bpe.bpe", None)

    with pytest.raises(bpe.BpeUnavailableError, match=r"fakeai\[bpe\]"):
        bpe.BpeCounter("cl100k_base")
