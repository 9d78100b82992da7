"""Charsets: sets of characters as sorted ranges of code points."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

Charset = tuple[tuple[int, int], ...]
"""Inclusive ranges, sorted, apart from each other."""

LAST: Final = 0x10FFFF
ANY: Final[Charset] = ((0, LAST),)
NEWLINES: Final[Charset] = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))
DIGITS: Final[Charset] = ((0x30, 0x39),)
WORD: Final[Charset] = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
SPACES: Final[Charset] = (
    (0x09, 0x0D),
    (0x20, 0x20),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x2028, 0x2029),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
    (0xFEFF, 0xFEFF),
)
PREFERRED: Final[tuple[Charset, ...]] = (
    ((0x61, 0x7A),),
    ((0x30, 0x39),),
    ((0x41, 0x5A),),
    ((0x20, 0x7E),),
    ((0xC0, 0x24F), (0x370, 0x3FF), (0x400, 0x4FF), (0x4E00, 0x4FFF), (0x1F600, 0x1F64F)),
)
"""What a reader likes to see, best first."""

_SURROGATES: Final[Charset] = ((0xD800, 0xDFFF),)
_PROPERTY_LAST: Final = 0x33FF
_NAME_CHARS_MAX: Final = 100
"""Characters that the name of a property can have."""
_REMEMBERED_RANGES_MAX: Final = 500
"""Ranges of a set whose samples are remembered; clients choose the sets."""


def union(*sets: Charset) -> Charset:
    """Return the characters that are in any of the sets."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(pair for charset in sets for pair in charset):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def complement(charset: Charset) -> Charset:
    """Return every other character."""
    out: list[tuple[int, int]] = []
    start = 0
    for low, high in charset:
        if start < low:
            out.append((start, low - 1))
        start = high + 1
    if start <= LAST:
        out.append((start, LAST))
    return tuple(out)


def intersect(first: Charset, second: Charset) -> Charset:
    """Return the characters that are in both sets."""
    out: list[tuple[int, int]] = []
    i = j = 0
    while i < len(first) and j < len(second):
        low = max(first[i][0], second[j][0])
        high = min(first[i][1], second[j][1])
        if low <= high:
            out.append((low, high))
        if first[i][1] < second[j][1]:
            i += 1
        else:
            j += 1
    return tuple(out)


def contains(charset: Charset, code: int) -> bool:
    """Tell whether a code point is in the set."""
    index = bisect_right(charset, (code, LAST + 1)) - 1
    return index >= 0 and charset[index][1] >= code


def letters(text: str) -> Charset:
    """Return the set of a text's characters."""
    return union(tuple((ord(char), ord(char)) for char in text))


def samples(charset: Charset, limit: int = 64) -> str:
    """Return some characters of the set, the most readable ones; empty if none can be sent."""
    find = _remembered_samples if len(charset) <= _REMEMBERED_RANGES_MAX else _samples
    return find(charset, limit)


@lru_cache(maxsize=1024)
def _remembered_samples(charset: Charset, limit: int) -> str:
    return _samples(charset, limit)


def _samples(charset: Charset, limit: int) -> str:
    visible = intersect(charset, complement(_SURROGATES))
    for preferred in PREFERRED:
        found = intersect(visible, preferred)
        if found:
            return _first(found, limit)
    return _first(visible, limit)


def _first(charset: Charset, limit: int) -> str:
    """Return the set's first characters in order."""
    out: list[str] = []
    for low, high in charset:
        out += map(chr, range(low, min(high, low + limit - len(out) - 1) + 1))
        if len(out) >= limit:
            break
    return "".join(out)


def unicode_property(name: str) -> Charset | None:
    r"""Return the characters of a `\p{…}` name below U+3400, or None if the name is unknown."""
    return _property(name) if len(name) <= _NAME_CHARS_MAX else None


@lru_cache(maxsize=64)
def _property(name: str) -> Charset | None:
    kind, _, value = name.rpartition("=")
    if kind in {"Script", "sc", "Script_Extensions", "scx"}:
        script = value.upper().replace("_", " ")
        if script in _LARGE_SCRIPTS:
            return _LARGE_SCRIPTS[script]
        return _matching(lambda char: unicodedata.name(char, "").startswith(script + " ")) or None
    category = _CATEGORIES.get(value, value)
    return _matching(lambda char: unicodedata.category(char).startswith(category)) or None


_LARGE_SCRIPTS: Final[dict[str, Charset]] = {
    "HAN": ((0x4E00, 0x9FFF),),
    "HANGUL": ((0xAC00, 0xD7A3),),
}
_CATEGORIES: Final = {
    "Letter": "L",
    "Alphabetic": "L",
    "Uppercase": "Lu",
    "Uppercase_Letter": "Lu",
    "Lowercase": "Ll",
    "Lowercase_Letter": "Ll",
    "Mark": "M",
    "Number": "N",
    "Decimal_Number": "Nd",
    "Punctuation": "P",
    "Symbol": "S",
    "Separator": "Z",
    "White_Space": "Z",
}


def _matching(accept: Callable[[str], bool]) -> Charset:
    """Return the characters below U+3400 that a test accepts."""
    codes = [code for code in range(_PROPERTY_LAST + 1) if accept(chr(code))]
    return union(tuple((code, code) for code in codes))
