"""Mention rules: how values of each kind look in running text."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_POOLS_MAX: Final = 64

# Alternatives are anchored by their first character, so that each scan is linear.
WORD: Final = re.compile(r"[^\W_\u2e80-\U0010ffff]+")
"""A word of an alphabet: neighbours of these kinds belong together."""
EMAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
URL: Final = re.compile(r"\bhttps?://[^\s<>\"')\]]{1,500}")
PHONE: Final = re.compile(r"(?<![\w-])\+?\(?\d[\d ().-]{6,18}\d(?![\w-])")
QUOTED: Final = re.compile(
    r"\"([^\"\n]{1,200})\"|“([^”\n]{1,200})”|«([^»\n]{1,200})»|「([^」]{1,200})」"
)
CODE: Final = re.compile(r"#?\b(?=[\w-]{0,30}\d)[A-Z0-9][A-Z0-9-]{2,30}\b")
NUMBER: Final = re.compile(r"(?<![\w.,-])-?\d{1,15}(?:,\d{3})*(?:\.\d{1,10})?(?![\w]*-\d)")
CAPITALISED: Final = re.compile(
    r"\b[^\W\d_a-z][^\W\d_]{1,40}"
    r"(?:[ '\u2019-](?:(?:de|la|of|der|do|da) ){0,2}[^\W\d_a-z][^\W\d_]{0,40}){0,3}"
)
PLACE: Final = re.compile(
    r"\b(?P<before>in|to|from|at|near|around|for|of|visit|visiting|en|à|nach|von|bei|em|para)\s+"
    rf"(?P<place>{CAPITALISED.pattern})"
)
ORIGINS: Final = frozenset({"from", "origin", "departure", "source", "start"})
TARGETS: Final = frozenset({"to", "destination", "arrival", "target", "end"})
"""Words in the name of a field that say on which side of a journey its place is."""
SUBJECT: Final = re.compile(
    r"\b(?:search(?: the web)? for|look up|look for|find|google|about) ([^.,;:!?\n]{2,120})",
    re.IGNORECASE,
)
IDEOGRAPHS: Final = re.compile(r"[\u3400-\u9fff\u30a0-\u30ff\uac00-\ud7af]{2,12}")
"""Scripts without capitals: a run of ideographs or katakana, up to a hiragana particle."""


def _words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


_AMOUNT: Final = r"(-?\d{1,12}(?:,\d{3})*(?:\.\d{1,4})?)"
MEASURES: Final = {
    "age": re.compile(rf"{_AMOUNT}[ -]?(?:years? old|year-old|yo\b|y/o)|\baged? {_AMOUNT}"),
    "price": re.compile(rf"[$€£¥] ?{_AMOUNT}|{_AMOUNT} ?(?:[$€£¥]|dollars|euros|pounds|usd|eur)"),
    "percent": re.compile(rf"{_AMOUNT} ?(?:%|percent)"),
    "temperature": re.compile(rf"{_AMOUNT} ?(?:°|degrees)"),
    "distance": re.compile(rf"{_AMOUNT} ?(?:km|miles|meters|metres|m\b|cm\b|mi\b|ft\b)"),
    "rating": re.compile(rf"{_AMOUNT} ?(?:stars?|out of|/ ?(?:5|10))"),
    "year": re.compile(r"\b((?:1[89]|20|21)\d{2})\b"),
    "count": re.compile(rf"{_AMOUNT} (?:people|guests|items|nights|tickets|copies)"),
}
"""Numbers that their unit gives away; matched against the text in lower case."""

CURRENCY_SIGNS: Final = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
COMMON_STARTS: Final = _words(
    "a add an and are as ask at book buy call can cancel could create do does draft email extract"
    " find for from generate get give invite meet play refund remind search update"
    " answer format json output produce provide reply respond return"
    " hello hey hi how i i'm if in is it list make my no of ok on order please reserve send"
    " schedule set show tell thanks the their then there this to translate use user we what when"
    " what's where which who why will with would write yes you your assistant system"
)
"""Words that are capitalised because a sentence starts with them."""
CALENDAR: Final = _words(
    "january february march april may june july august september october november december"
    " monday tuesday wednesday thursday friday saturday sunday"
)
"""Words that are capitalised, but name no one when they stand alone."""


@lru_cache(maxsize=_POOLS_MAX)
def by_word(pool: tuple[str, ...]) -> dict[str, list[str]]:
    """Return values by a word without which they are not mentioned; empty: there is none."""
    by_word: dict[str, list[str]] = {}
    for value in pool:
        words = WORD.findall(value.casefold())
        by_word.setdefault(max(words, key=len, default=""), []).append(value)
    return by_word
