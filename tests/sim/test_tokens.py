"""Token counters count, cut and number alike."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fakeai.sim.tokens import CharacterCounter, HeuristicCounter, PieceTable

ALONE = ("CJK UNIFIED", "HIRAGANA", "KATAKANA", "HANGUL")
HEURISTIC = HeuristicCounter()
MIXED = st.text(
    st.sampled_from("ab9_ .,-'\u2019“—\n\t\x1c\x85\xa0\u3000éßñ²Яж漢字かナ한글😀👍\u200d\u0301")
)


def reference_count(text: str) -> int:
    """Count words and marks one character at a time."""
    tokens, in_word = 0, False
    for character in text:
        alone = unicodedata.name(character, "").startswith(ALONE)
        word = not alone and (character.isalnum() or character == "_")
        if not (character.isspace() or (word and in_word)):
            tokens += 1
        in_word = word
    return tokens or (1 if text else 0)


@given(MIXED)
@example("")
@example(" \n ")
def test_heuristic_count_agrees_with_a_plain_reading(text: str) -> None:
    """The byte tables and the pattern find what a reading by characters finds."""
    assert reference_count(text) == HEURISTIC.count(text)


@given(st.text(st.characters(codec="cp1252")))
def test_heuristic_byte_tables_agree_with_the_pattern(text: str) -> None:
    """Any Western text is counted by tables as the pattern would."""
    assert len(HEURISTIC.split(text)) == HEURISTIC.count(text)


@given(st.text())
def test_heuristic_pieces_join_to_the_text(text: str) -> None:
    """No character is lost, and each piece is one token."""
    pieces = HEURISTIC.split(text)

    assert text == "".join(pieces)
    assert HEURISTIC.count(text) == len(pieces)
    assert [1] * len(pieces) == [HEURISTIC.count(piece) for piece in pieces]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        ("  \n", ["  \n"]),
        ("Hello, world!", ["Hello", ",", " world", "!"]),
        ("  a  b  ", ["  a", "  b  "]),
        ("it's", ["it", "'", "s"]),
        ("snake_case 42", ["snake_case", " 42"]),
        ("漢字です", ["漢", "字", "で", "す"]),
        ("ab漢cd", ["ab", "漢", "cd"]),
        ("👍👍 ok", ["👍", "👍", " ok"]),
        ("한국어", ["한", "국", "어"]),
    ],
)
def test_heuristic_cuts_words_and_marks(text: str, pieces: list[str]) -> None:
    """Whitespace goes with the token after it; wide characters stand alone."""
    assert pieces == HEURISTIC.split(text)


def test_heuristic_is_linear_in_trailing_whitespace() -> None:
    """A long run of spaces is one token and is cut in a moment."""
    text = "a" + " " * 1_000_000

    assert [text] == HEURISTIC.split(text)


@given(st.text(max_size=200), st.floats(1, 20))
def test_characters_pieces_join_to_the_text(text: str, ratio: float) -> None:
    """Counting and cutting agree for every ratio."""
    counter = CharacterCounter(ratio)
    pieces = counter.split(text)

    assert text == "".join(pieces)
    assert counter.count(text) == len(pieces)
    assert all(pieces)


def test_characters_round_up() -> None:
    """A part of a token is a token."""
    counter = CharacterCounter(4)

    assert [0, 1, 1, 2] == [counter.count("x" * n) for n in (0, 1, 4, 5)]
    assert ["abc", "def", "ghij", "k"] == CharacterCounter(3.4).split("abcdefghijk")


def test_characters_refuse_a_ratio_under_one() -> None:
    """A token cannot be shorter than a character."""
    with pytest.raises(ValueError, match="one character"):
        CharacterCounter(0.5)


@pytest.mark.parametrize("counter", [HeuristicCounter(), CharacterCounter(3.5)])
def test_ids_decode_to_the_text(counter: HeuristicCounter | CharacterCounter) -> None:
    """What was encoded lately can be decoded, and a token has one id."""
    text = "To be, or not to be: 生きるべきか。\n"
    ids = counter.encode(text)

    assert counter.count(text) == len(ids)
    assert text == counter.decode(ids)


def test_ids_are_the_same_in_every_process() -> None:
    """Ids are checksums of the tokens, within 31 bits."""
    assert [907060870, 1245397707] == HeuristicCounter().encode("hello world")


def test_unknown_ids_decode_to_replacement_characters() -> None:
    """An id that was never handed out has no text."""
    assert "\ufffd\ufffd" == HeuristicCounter().decode([1, 2])


@pytest.mark.parametrize("token", [-1, 2**31])
def test_ids_out_of_range_are_refused(token: int) -> None:
    """Ids outside 31 bits are a mistake of the client."""
    with pytest.raises(ValueError, match="out of range"):
        HeuristicCounter().decode([token])


def test_piece_table_forgets_what_was_used_least_lately() -> None:
    """The table is bounded by its number of pieces."""
    table = PieceTable(pieces_max=2)
    a, b = table.encode(["a", "b"])
    table.encode(["a", "c"])

    assert "a\ufffd" == table.decode([a, b])


def test_piece_table_does_not_keep_long_pieces() -> None:
    """A megabyte without a space is not remembered."""
    table = PieceTable()

    assert "\ufffd" == table.decode(table.encode(["x" * 1_000_000]))


@given(MIXED | st.text(st.characters(codec="ascii")), st.integers(1, 5))
@example("a\x1cb c", 1)
@example("a ", 1)
@example("漢 ", 1)
def test_blocks_are_the_tokens_joined(text: str, size: int) -> None:
    """Every counter cuts full blocks of so many tokens and leaves the rest."""
    for counter in (HEURISTIC, CharacterCounter(2.5)):
        encoded, rest = counter.blocks(text, size)
        blocks = [block.decode("utf-8", "surrogatepass") for block in encoded]

        assert text == "".join(blocks) + rest
        # Whitespace at its end may belong to a token that is still to come.
        said = text.rstrip() if counter is HEURISTIC else text
        expected = ["".join(tokens) for tokens in _full(counter.split(said), size)]
        # The last token of a text may be shorter than a token of characters: it is not full yet.
        assert expected[: len(blocks)] == blocks
        assert counter.count(rest) <= size


@pytest.mark.parametrize("text", ["x" * 1_000_000, " " * 1_000_000, "x " * 15 + "é" * 1_000_000])
def test_a_long_rest_is_left_at_once(text: str) -> None:
    """What is no full block is looked at once, not again from each of its characters."""
    assert ([], text) == HEURISTIC.blocks(text, 17)


def _full(tokens: list[str], size: int) -> list[list[str]]:
    starts = range(0, len(tokens) - size + 1, size)
    return [tokens[start : start + size] for start in starts]
