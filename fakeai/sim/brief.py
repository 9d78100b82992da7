"""The brief: what the start of a prompt asks prose to be about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from fakeai.sim.languages import (
    BREAKS,
    CODE_NAMES,
    CODE_WORDS,
    JOINTS,
    LANGUAGES,
    PLAIN,
    SNIPPETS,
    Language,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

_HEAD_CHARACTERS_MAX: Final = 192
#: Words, marks among them, of which those that carry meaning are taken.
_WORDS_MAX: Final = 16
_WORD_CHARACTERS_MIN: Final = 3
_WORD_CHARACTERS_MAX: Final = 32
_TOPIC_WORDS_MAX: Final = 4
_TOPIC_CHARACTERS_MAX: Final = 12
#: What stands among the words where a phrase ends.
_BREAK: Final = "\0"
_BREAKS: Final = re.compile(rf"[{re.escape(BREAKS)}]|\.\.\.|\.(?!\S)")
# The same for ASCII, ten times as fast: breaks are NUL, and all whitespace is a space.
_ASCII: Final = bytes(range(128)).decode()
_ASCII_BREAKS: Final = re.sub(r"\s", " ", _BREAKS.sub(_BREAK, _ASCII)).encode() * 2
# In Chinese and Japanese: a run of Han characters, or a word in katakana.
_TERM: Final = re.compile(r"[\u4e00-\u9fff]{2,8}|[\u30a1-\u30fa\u30fc]{2,16}")


class Brief(NamedTuple):
    """What to write: `topic` and `words` are the prompt's own, and empty if it names nothing."""

    language: str
    topic: str
    words: Sequence[str]
    wants_list: bool
    snippet: str | None


class _Words(NamedTuple):
    """Words of one language in all forms in which they are written: none is changed to compare."""

    stop: frozenset[str]
    asking: frozenset[str]
    """Those that ask for a list or for code."""
    listing: frozenset[str]
    """Those that ask for a list, in small letters."""
    are_spaced: bool


class BriefReader:
    """Reads prompts in the languages of a corpus; the first is assumed when none is found."""

    __slots__ = ("_default", "_last", "_latin", "_scripts", "_stops", "_words")

    def __init__(self, languages: Sequence[str]) -> None:
        """Compile what tells the languages apart."""
        known = {code: LANGUAGES.get(code, PLAIN) for code in languages}
        self._default = languages[0]
        self._scripts = [
            (code, re.compile(f"[{language.script}]"))
            for code, language in sorted(known.items(), key=_script_rank)
            if language.script
        ]
        self._words = {code: _words(language) for code, language in known.items()}
        self._latin = [code for code, language in known.items() if not language.script]
        self._stops = {
            code: re.compile("|".join(sorted(x.stop_words, key=len, reverse=True)))
            for code, x in known.items()
            if not x.spaced and x.stop_words
        }
        self._last: tuple[str, Brief] | None = None
        """The last prompt as far as it was read, one character more if there is one."""

    def read(self, prompt: str) -> Brief:
        """Look at the first characters of a prompt only, whatever its length."""
        start = prompt[: _HEAD_CHARACTERS_MAX + 1]
        # One request asks for its prompt again and again: for each choice, and to think aloud.
        if self._last is not None and self._last[0] == start:
            return self._last[1]
        brief = self._read(start)
        self._last = start, brief
        return brief

    def _read(self, start: str) -> Brief:
        head = start[:_HEAD_CHARACTERS_MAX]
        said = _cut(head)
        if start != head and len(said) > 1:
            said.pop()
        code = self._default if len(self._words) == 1 else self._language(head, said)
        words = self._words[code]
        wants_list, snippet = False, None
        asked = words.asking.intersection(said)
        if asked:
            asked = frozenset([CODE_NAMES.get(word) or word.lower() for word in asked])
            wants_list, snippet = not words.listing.isdisjoint(asked), _snippet(asked)
        if words.are_spaced:
            about, topic = _salient(said[:_WORDS_MAX], words.stop)
        else:
            about, topic = self._terms(code, head)
            wants_list = any(word in head for word in words.listing)
        return Brief(code, topic, about, wants_list, snippet)

    def _language(self, head: str, said: list[str]) -> str:
        if not head.isascii():
            for code, script in self._scripts:
                if script.search(head):
                    return code
        if not self._latin:
            return self._default
        seen = set(said)
        return max(self._latin, key=lambda code: len(seen & self._words[code].stop))

    def _terms(self, code: str, head: str) -> tuple[list[str], str]:
        stops = self._stops.get(code)
        terms = _TERM.findall(stops.sub(" ", head) if stops else head)
        if not terms:
            plain = "".join(c for c in head[:_TOPIC_CHARACTERS_MAX] if c.isprintable())
            return [], plain.strip()
        return list(dict.fromkeys(terms)), max(terms, key=len)


def _script_rank(item: tuple[str, Language]) -> bool:
    # Han characters occur in Japanese too, so kana decide first.
    return item[0] == "zh"


def _words(language: Language) -> _Words:
    return _Words(
        stop=_as_written(language.stop_words) | {_BREAK},
        asking=_as_written(language.list_words | CODE_WORDS) | CODE_NAMES.keys(),
        listing=language.list_words,
        are_spaced=language.spaced,
    )


def _as_written(words: Iterable[str]) -> frozenset[str]:
    return frozenset([form for word in words for form in (word, word.capitalize(), word.upper())])


def _cut(head: str) -> list[str]:
    """Return the words of a text, with a break wherever a phrase ends."""
    if head.isascii():
        marked = f"{head} ".encode().translate(_ASCII_BREAKS)
        ended = marked.replace(b"...", b"\0").replace(b". ", b"\0")
        return ended.replace(b"\0", b" \0 ").decode().split()
    return _BREAKS.sub(f" {_BREAK} ", head).split()


def _salient(said: list[str], stop_words: frozenset[str]) -> tuple[list[str], str]:
    """Return the words that carry meaning, and the longest phrase of neighbours among them."""
    words: list[str] = []
    topic = phrase = ""
    best = size = 0
    for each in said:
        if each in stop_words:
            size = 0
            continue
        word = each
        if not word.isalpha():
            word = word.strip(JOINTS)
            if word in stop_words or not (word[:1].isalpha() and word.isprintable()):
                size = 0
                continue
        if not _WORD_CHARACTERS_MIN <= len(word) <= _WORD_CHARACTERS_MAX:
            size = 0
            continue
        words.append(word)
        phrase, size = (f"{phrase} {word}", size + 1) if 0 < size < _TOPIC_WORDS_MAX else (word, 1)
        if size > best or (size == best and len(phrase) > len(topic)):
            topic, best = phrase, size
    return words, topic


def _snippet(asked: AbstractSet[str]) -> str | None:
    if asked.isdisjoint(CODE_WORDS):
        return None
    return next((name for name in SNIPPETS if name in asked), "python")
