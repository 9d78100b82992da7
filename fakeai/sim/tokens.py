"""Token counters: words and punctuation, or characters divided by a ratio.

A counter is the tokenizer of a model, as far as a mock needs one. Texts are valid Unicode.
"""

from __future__ import annotations

import re
import zlib
from collections import OrderedDict
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import gcd
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

CHARACTERS_PER_TOKEN: Final = 4.0
_PIECES_MAX: Final = 65_536
_PIECE_CHARACTERS_MAX: Final = 256
_ID_MASK: Final = 0x7FFF_FFFF
_UNKNOWN: Final = "\N{REPLACEMENT CHARACTER}"

# Scripts that write no spaces between words: each of their characters is a token.
_WIDE: Final = (
    r"\u1100-\u11ff\u3005-\u3007\u3040-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U00020000-\U000323af"
)
_TOKEN: Final = re.compile(rf"\s*(?:[^\W{_WIDE}]+|[{_WIDE}]|[^\w\s])")


class Counter(Protocol):
    """A tokenizer: counts, cuts and numbers the tokens of a text.

    Always: `"".join(split(text)) == text` and `len(split(text)) == len(encode(text)) ==
    count(text)`. `decode` turns ids of `encode` back into text and never raises on ids that
    are in the counter's range.
    """

    @property
    def name(self) -> str:
        """The name under which a spec refers to the counter."""

    @property
    def is_local(self) -> bool:
        """Whether a token begins where the characters on both sides say so, and no others."""

    def count(self, text: str) -> int:
        """Return the number of tokens."""

    def split(self, text: str) -> list[str]:
        """Return the tokens as text."""

    def encode(self, text: str) -> list[int]:
        """Return the tokens as ids."""

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text of the ids; raise ValueError for an id out of range."""

    def blocks(self, text: str, size: int) -> tuple[list[bytes], str]:
        """Cut a text into blocks of `size` tokens; return those in UTF-8, and what is left over."""


def join_blocks(pieces: list[str], size: int) -> tuple[list[bytes], str]:
    """Join tokens into blocks of `size`; return those in UTF-8, and what is left over."""
    full = len(pieces) - len(pieces) % size
    blocks = ["".join(pieces[start : start + size]) for start in range(0, full, size)]
    return in_utf_8(blocks), "".join(pieces[full:])


def in_utf_8(texts: list[str]) -> list[bytes]:
    """Encode texts; those that are read from JSON may hold a lone surrogate."""
    return [text.encode("utf-8", "surrogatepass") for text in texts]


class PieceTable:
    """Ids for pieces of text, without a vocabulary.

    An id is a checksum of its piece, so it is the same in every process. The pieces seen last
    are remembered; an id that is unknown, or forgotten, decodes to U+FFFD.
    """

    __slots__ = ("_pieces", "_pieces_max")

    def __init__(self, pieces_max: int = _PIECES_MAX) -> None:
        """Remember at most `pieces_max` pieces."""
        self._pieces: OrderedDict[int, str] = OrderedDict()
        self._pieces_max = pieces_max

    def encode(self, pieces: list[str]) -> list[int]:
        """Return the pieces' ids, and remember the pieces."""
        ids = [zlib.crc32(piece.encode("utf-8", "surrogatepass")) & _ID_MASK for piece in pieces]
        for piece_id, piece in zip(ids, pieces, strict=True):
            if len(piece) <= _PIECE_CHARACTERS_MAX:
                self._pieces[piece_id] = piece
                self._pieces.move_to_end(piece_id)
                if len(self._pieces) > self._pieces_max:
                    self._pieces.popitem(last=False)
        return ids

    def decode(self, ids: Iterable[int]) -> str:
        """Return the pieces of the ids, joined."""
        pieces = []
        for piece_id in ids:
            if not 0 <= piece_id <= _ID_MASK:
                raise ValueError(f"token id {piece_id} is out of range")
            pieces.append(self._pieces.get(piece_id, _UNKNOWN))
        return "".join(pieces)


# Byte tables for texts that fit Windows-1252: ASCII, Western European letters, curly quotes.
_CODE_PAGE: Final = "cp1252"
_CHARACTERS: Final = bytes(range(256)).decode(_CODE_PAGE, "replace")
_WORD_OR_SPACE: Final = re.sub(r"\W", " ", re.sub(r"\w", "w", _CHARACTERS)).encode()
# What a token is made of: `w` in words, a space before them, a dot for a mark.
_KINDS: Final = re.sub(
    r"[^\w\s]", ".", re.sub(r"\w", "w", re.sub(r"\s", " ", _CHARACTERS))
).encode()
_KIND_TOKEN: Final = rb" *+(?:w++|\.)"
_TOKENS_UNROLLED: Final = 16
_NOT_PUNCTUATION: Final = bytes(
    code for code, character in enumerate(_CHARACTERS) if re.match(r"[\w\s]", character)
)


class HeuristicCounter:
    """Counts words and punctuation marks; a CJK character or an emoji is a token of its own.

    Whitespace belongs to the token after it, at the end of the text to the last one. A text of
    nothing but whitespace is one token.
    """

    __slots__ = ("_table", "name")
    is_local = True

    def __init__(self, name: str = "heuristic") -> None:
        """Start with an empty table of ids."""
        self.name = name
        self._table = PieceTable()

    def count(self, text: str) -> int:
        """Count Western texts with byte tables, ten times as fast as with the pattern."""
        try:
            encoded = text.encode() if text.isascii() else text.encode(_CODE_PAGE)
        except UnicodeEncodeError:
            return len(self.split(text))
        words = encoded.translate(_WORD_OR_SPACE)
        marks = encoded.translate(None, _NOT_PUNCTUATION)
        tokens = words.count(b" w") + words.startswith(b"w") + len(marks)
        return tokens or (1 if text else 0)

    def split(self, text: str) -> list[str]:
        """Cut with the pattern that defines this counter."""
        # Trailing whitespace would make the pattern try again at each of its characters.
        body = text.rstrip()
        if not body:
            return [text] if text else []
        pieces: list[str] = _TOKEN.findall(body)
        pieces[-1] += text[len(body) :]
        return pieces

    def blocks(self, text: str, size: int) -> tuple[list[bytes], str]:
        """Cut Western texts by kinds of characters, ten times as fast as by tokens."""
        is_ascii, end = text.isascii(), 0
        try:
            encoded = text.encode() if is_ascii else text.encode(_CODE_PAGE)
        except UnicodeEncodeError:
            # Whitespace at the end is left over: it may belong to a token that is still to come.
            body = text.rstrip()
            blocks, rest = join_blocks(self.split(body), size)
            return blocks, rest + text[len(body) :]
        found = _block_pattern(size).findall(encoded.translate(_KINDS))
        if is_ascii:
            # The rest is found as an empty block.
            blocks = [encoded[end : (end := end + len(kinds))] for kinds in found if kinds]
        else:
            blocks = in_utf_8([text[end : (end := end + len(kinds))] for kinds in found if kinds])
        return blocks, text[end:]

    def encode(self, text: str) -> list[int]:
        """Return checksums of the tokens."""
        return self._table.encode(self.split(text))

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text of ids that were encoded lately."""
        return self._table.decode(ids)


@lru_cache(maxsize=64)
def _block_pattern(size: int) -> re.Pattern[bytes]:
    """Return what finds a full block of kinds, or else nothing in all that is left.

    A repeated group is slow, so tokens are written out; and without the second way out a long rest
    would be tried again from each of its characters.
    """
    unrolled = gcd(size, _TOKENS_UNROLLED)
    block = _KIND_TOKEN * unrolled
    if size > unrolled:
        block = b"(?:%b){%d}+" % (block, size // unrolled)
    return re.compile(b"(%b)|(?s:.+)" % block)


class CharacterCounter:
    """Counts one token per `ratio` characters, rounded up."""

    __slots__ = ("_characters", "_table", "_tokens", "name")
    is_local = False

    def __init__(self, ratio: float = CHARACTERS_PER_TOKEN, name: str = "characters") -> None:
        """Take a ratio of at least one character to a token."""
        if ratio < 1:
            raise ValueError("a token cannot be shorter than one character")
        # Whole numbers, so that counting and cutting never round differently.
        exact = Fraction(ratio).limit_denominator(1000)
        self._characters, self._tokens = exact.numerator, exact.denominator
        self.name = name
        self._table = PieceTable()

    def count(self, text: str) -> int:
        """Divide the length by the ratio."""
        return -(-len(text) * self._tokens // self._characters)

    def split(self, text: str) -> list[str]:
        """Cut at the multiples of the ratio."""
        ends = [i * self._characters // self._tokens for i in range(self.count(text) + 1)]
        return [text[start:end] for start, end in pairwise(ends)]

    def blocks(self, text: str, size: int) -> tuple[list[bytes], str]:
        """Cut at the multiples of as many characters as a block has."""
        full = len(text) * self._tokens // (self._characters * size)
        ends = [i * size * self._characters // self._tokens for i in range(full + 1)]
        return in_utf_8([text[start:end] for start, end in pairwise(ends)]), text[ends[-1] :]

    def encode(self, text: str) -> list[int]:
        """Return checksums of the slices."""
        return self._table.encode(self.split(text))

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text of ids that were encoded lately."""
        return self._table.decode(ids)
