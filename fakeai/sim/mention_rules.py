"""Mention rules: how values of each kind look in running text."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from fakeai.sim.languages import LANGUAGES

_POOLS_MAX: Final = 64


def _words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


# Alternatives are anchored by their first character, and repetitions are possessive or bounded,
# so that each scan is linear.
WORD: Final = re.compile(r"[^\W_\u2e80-\U0010ffff]+")
"""A word of an alphabet: neighbours of these kinds belong together."""
EMAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
URL: Final = re.compile(r"\bhttps?://[^\s<>\"')\]]{0,499}[^\s<>\"')\].,;:!?]")
PHONE: Final = re.compile(r"(?<![\w-])\+?\(?\d[\d ().-]{6,18}\d(?![\w-])")
FENCED: Final = re.compile(r"```[\w+-]{0,20}\n(.{1,2000}?)\n?```", re.DOTALL)
CODE_SPAN: Final = re.compile(r"(?<!`)`([^`\n]{1,500})`(?!`)")
QUOTED: Final = re.compile(
    r"\"([^\"\n]{1,500})\"|[“„]([^”“\n]{1,500})[”“]|«([^»\n]{1,500})»|「([^」]{1,500})」"
    r"|(?<!`)`([^`\n]{1,500})`(?!`)|(?<!\w)'((?:[^'\n]|'(?=\w)){1,500})'(?!\w)"
)
CODE: Final = re.compile(r"#?\b(?=[\w-]{0,30}\d)([A-Z0-9][A-Z0-9-]{2,30})\b")
ACRONYM: Final = re.compile(r"(?<![\w.-])[A-Z][A-Z0-9]{1,5}(?:\.[A-Z]{1,2})?(?![\w-])")
PATH: Final = re.compile(
    r"(?<![\w/\\@:.~-])(?:(?:[A-Za-z]:\\|~?/|\.{1,2}/)[\w.+@/\\-]{0,200}[\w/\\]"
    r"|(?:[\w+-]{2,64}|[\w+-](?=/))(?:[/.][\w+-]{1,64}){0,8}\.[A-Za-z]\w{0,7}(?![\w@/]))"
)
"""A path from a root or a folder, or the name of a file with its ending."""
EXACT: Final = {
    "email": EMAIL,
    "url": URL,
    "image_url": URL,
    "phone": PHONE,
    "ipv4": re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\w)"),
    "ipv6": re.compile(r"(?<![\w:])[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}(?![\w:])"),
    "uuid": re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"),
    "domain": re.compile(r"(?<![\w.@-])(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,12}(?![\w-])"),
    "version": re.compile(r"(?<![\w.])v?\d{1,5}(?:\.\d{1,5}){1,3}(?:-[a-z0-9.]{1,20})?(?![\w])"),
    "postcode": re.compile(r"(?<![\w-])(?:\d{4,6}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})\b"),
}
"""Kinds whose values are known by their form alone."""
NUMBER: Final = re.compile(
    r"(?<![^\W\u2e80-\U0010ffff])(?<![.-])-?(?!0[xX])(?:"
    r"\d{1,3}(?:[,_]\d{3}){1,12}+(?:\.\d{1,30}+)?+(?![,_]?\d)"
    r"|(?<![,\[(])\d{1,40}+,\d{1,2}+(?![,.]?\d)"
    r"|\d{1,40}+(?:\.\d{1,30}+)?+(?:[eE][+-]?\d{1,3}+)?+"
    r")(?!\.?\d|\w{0,20}+-\d| ?[ap]\.?m\b)"
)
"""A number with thousands, one with a decimal comma, or a plain one; no part of anything else."""
NUMBER_NAMES: Final = (
    *("two", "three", "four", "five", "six", "seven"),
    *("eight", "nine", "ten", "eleven", "twelve"),
)
NUMBER_NAME: Final = re.compile(rf"\b(?:{'|'.join(NUMBER_NAMES)})\b")
FORMULA: Final = re.compile(
    r"(?<![\w.])[(\d-](?:[\d\s.()]{0,20}+[+*/^%\u00d7÷-]){1,40}[\s(]{0,4}+\d[\d.]{0,20}+[)\s]{0,4}"
)
_CAPITAL: Final = r"[^\W\d_a-zß-öø-ÿα-ωа-џ\u2e80-\U0010ffff]"
_LETTER: Final = r"[^\W\d_\u2e80-\U0010ffff]"
CAPITALISED: Final = re.compile(
    rf"\b{_CAPITAL}{_LETTER}{{1,40}}"
    rf"(?:[ '\u2019-](?:(?:de|la|of|der|do|da) ){{0,2}}{_CAPITAL}{_LETTER}{{0,40}}){{0,3}}"
)
CALLED: Final = re.compile(rf"\b(?:called|named|titled|entitled) ({CAPITALISED.pattern})")
UNCAPITALISED_PLACE: Final = re.compile(
    r"\b(?:in|near|around|en|à|nach) ([^\W\d_A-Z]{3,30})(?=[\s.,;:!?]|$)"
)
SUBJECT: Final = re.compile(
    r"\b(?:search(?: the web)? for|look up|look for|find|google|about) ([^.,;:!?\n]{2,120})",
    re.IGNORECASE,
)
IDLE_IDEOGRAPHS: Final = _words("今天 明天 昨天 现在 天气 天氣 如何 怎样 一下")
_IDLE_RUN: Final = "|".join(sorted(IDLE_IDEOGRAPHS))
IDEOGRAPHS: Final = re.compile(
    rf"{_IDLE_RUN}|(?:(?!{_IDLE_RUN}|[的了吗嗎呢是在从從到至去往和与與或请請我你给給把帮幫怎么麼样樣什])"
    r"[\u3400-\u9fff\u30a0-\u30ff\uac00-\ud7af]){2,12}"
)
"""Scripts without capitals: a run of ideographs or katakana, up to a particle or an idle word."""
SAID: Final = re.compile(
    r"\b(?:saying|that says|remind \w{1,20} to|note that|tell \w{1,20} that) ([^.;!?\n]{2,300})",
    re.IGNORECASE,
)

LAST_WORD: Final = re.compile(
    r"(->|→|[从從自由到至去往飞]|[^\W\d_\u2e80-\U0010ffff]+)[ \t]{0,4}[\"“„`']?$"
)
NEXT_WORD: Final = re.compile(r"[\"”“`']?[ \t]{0,4}(->|→|[到至去往飞]|[^\W\d_\u2e80-\U0010ffff]+)")
ORIGIN_MARKS: Final = _words("from von vom ab aus de del desde da 从 從 自 由")
TARGET_MARKS: Final = _words("to into nach zu à hasta vers para bis -> → 到 至 去 往 飞")
"""Words before a value that say on which side of a journey or a conversion it is."""
LOOSE_TARGET_MARK: Final = "a"
"""One that is an article in other languages."""
ORIGINS: Final = frozenset({"from", "origin", "departure", "source", "start"})
TARGETS: Final = frozenset({"to", "destination", "arrival", "target", "end"})
"""Words in the name of a field that say the same."""
SIDES: Final = ORIGINS | TARGETS
PLACE_MARKS: Final = _words(
    "in to into from at near around visit visiting en à a nach von bei aus vers desde hasta"
)
STAY_MARKS: Final = _words("in at near around visit visiting bei en")
"""Those that no name of a person stands behind."""
WEAK_MARKS: Final = _words("for of de em para für")
"""Words before a place, the sure ones and those that stand before much else."""
JOIN: Final = re.compile(
    r"\s{0,4}(?:[,;、\uff0c/&]\s{0,4}(?:(?:and|or|und|oder|et|ou|y|e|o)\s)?"
    r"|\s(?:and|or|und|oder|et|ou|y|e|o)\s)\s{0,4}|[和与與或]"
)
"""What stands between the parts of an enumeration."""
SIGN: Final = re.compile(r"[ \t*\"'`]{0,4}(?:[:=]|->)[ \t*]{0,4}")
COPULA: Final = re.compile(r"[ \t*\"'`]{0,4}(?:is|are|named|called|ist|heißt|est|es)[ \t]{1,4}")
"""What stands between the name of a field and its value."""
CLAUSE_END: Final = re.compile(r"\n|[,;?!]|\.(?=\s|$)| (?:and|und|et|y) ")
LINE_END: Final = re.compile(r"\n|, (?:and )?\w{1,30} ?[:=]")
SENTENCE_END: Final = re.compile(r"\n|[?!]|\.(?=\s|$)|[,;] ?(?:and )?\w{1,30} ?[:=]")


_AMOUNT: Final = r"(?<![\w.,])(-?\d{1,12}(?:,\d{3})*(?:[.,]\d{1,4})?)(?![\d])"
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

CURRENCY_SIGNS: Final = re.compile(r"[€$£¥]|\b(?:euro|dollar|pound|yen)s?\b", re.IGNORECASE)
_CURRENCY_NAMES: Final = {"EUR": "€ euro", "USD": "$ dollar", "GBP": "£ pound", "JPY": "¥ yen"}
CURRENCIES: Final = {
    name: code for code, names in _CURRENCY_NAMES.items() for name in names.split()
}
IDLE_WORDS: Final = frozenset[str]().union(
    *[LANGUAGES[name].stop_words for name in ("en", "de", "fr", "es")]
)
COMMON_STARTS: Final = _words(
    "a add an and are as ask at book buy call can cancel could create do does draft email extract"
    " find for from generate get give invite meet play refund remind search update"
    " answer format json output produce provide reply respond return"
    " check compare convert delete fly open post price read run translate turn weather"
    " hello hey hi how i i'm if in is it list make my no of ok on order please reserve send"
    " schedule set show tell thanks the their then there this to translate use user we what when"
    " what's where which who why will with would write yes you your assistant system"
)
"""Words that are capitalised because a sentence starts with them."""
SENTENCE_STARTS: Final = COMMON_STARTS | LANGUAGES["en"].stop_words
"""Those, and words that are part of a name only inside of a sentence."""
CALENDAR: Final = _words(
    "january february march april may june july august september october november december"
    " monday tuesday wednesday thursday friday saturday sunday"
)
"""Words that are capitalised, but name no one when they stand alone."""
AUXILIARIES: Final = _words("is has include includes with")
SWITCHES: Final = AUXILIARIES | _words("enable enabled active activated on state")
"""Words in the name of a flag that say nothing of what it turns on."""
ON: Final = _words("enable enabled activate activated active true yes")
WEAK_ON: Final = _words("on an ein")
"""Words that turn a thing on where no other word does."""
OFF: Final = _words(
    "no not without don't disable disabled exclude never skip off deactivate stop false"
    " ohne kein keine nicht aus sans pas sin"
)
ID_WORDS: Final = frozenset({"id", "identifier", "number", "no", "code", "key", "ref"})
SHORT_FORMS: Final = _words("ticker symbol code abbreviation acronym iata icao isin currency")
"""Words in the name of a field whose values are written in capitals."""
FORMULAS: Final = _words("expression formula equation calculation")
PATHS: Final = _words("path file filename directory folder dir")


def folded(text: str) -> str:
    """Return a text in lower case, each character at its place."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join([one if len(one.lower()) != 1 else one.lower() for one in text])


@lru_cache(maxsize=_POOLS_MAX)
def by_word(pool: tuple[str, ...]) -> dict[str, list[str]]:
    """Return values by a word without which they are not mentioned; empty: there is none."""
    by_word: dict[str, list[str]] = {}
    for value in pool:
        words = WORD.findall(folded(value))
        by_word.setdefault(max(words, key=len, default=""), []).append(value)
    return by_word
