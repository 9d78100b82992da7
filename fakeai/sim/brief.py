"""The brief: what the start of a prompt asks prose to be about."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from fakeai.sim.languages import CODE_WORDS, LANGUAGES, MARKS, PLAIN, SNIPPETS, Language

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_HEAD_CHARACTERS_MAX: Final = 256
#: Beginnings whose brief is remembered; whole requests that come again are recalled before.
_REMEMBERED_MAX: Final = 64
#: Words among which those that carry meaning are looked for.
_WORDS_MAX: Final = 24
_WORD_CHARACTERS_MIN: Final = 3
_WORD_CHARACTERS_MAX: Final = 32
_TOPIC_WORDS_MAX: Final = 4
_TOPIC_CHARACTERS_MAX: Final = 12
# In Chinese and Japanese: a run of Han characters, or a word in katakana.
_TERM: Final = re.compile(r"[\u4e00-\u9fff]{2,8}|[\u30a1-\u30fa\u30fc]{2,16}")


class Brief(NamedTuple):
    """What to write: `topic` and `words` are the prompt's own, and empty if it names nothing."""

    language: str
    topic: str
    words: Sequence[str]
    wants_list: bool
    snippet: str | None


class BriefReader:
    """Reads prompts in the languages of a corpus; the first is assumed when none is found."""

    __slots__ = ("_default", "_latin", "_remembered", "_scripts", "_stops")

    def __init__(self, languages: Sequence[str]) -> None:
        """Compile what tells the languages apart."""
        known = {code: LANGUAGES.get(code, PLAIN) for code in languages}
        self._default = languages[0]
        self._scripts = [
            (code, re.compile(f"[{language.script}]"))
            for code, language in sorted(known.items(), key=_script_rank)
            if language.script
        ]
        self._latin = {code: x.stop_words for code, x in known.items() if not x.script}
        self._stops = {
            code: re.compile("|".join(sorted(x.stop_words, key=len, reverse=True)))
            for code, x in known.items()
            if not x.spaced and x.stop_words
        }
        self._remembered = lru_cache(_REMEMBERED_MAX)(self._read)

    def read(self, prompt: str) -> Brief:
        """Look at the first characters of a prompt only, whatever its length."""
        head = prompt[:_HEAD_CHARACTERS_MAX]
        return self._remembered(head, len(prompt) > len(head))

    def _read(self, head: str, is_cut: bool) -> Brief:  # noqa: FBT001 - cached by position
        tokens = head.split()
        if is_cut and len(tokens) > 1:
            tokens.pop()
        stripped = [token.strip(MARKS) for token in tokens]
        seen = {word.lower() for word in stripped}
        code = self._language(head, seen)
        language = LANGUAGES.get(code, PLAIN)
        if language.spaced:
            first = slice(_WORDS_MAX)
            words, topic = _salient(tokens[first], stripped[first], language.stop_words)
            wants_list = not seen.isdisjoint(language.list_words)
        else:
            words, topic = self._terms(code, head)
            wants_list = any(word in head for word in language.list_words)
        return Brief(code, topic, words, wants_list, _snippet(seen))

    def _language(self, head: str, seen: set[str]) -> str:
        if not head.isascii():
            for code, script in self._scripts:
                if script.search(head):
                    return code
        if not self._latin:
            return self._default
        if len(self._latin) == 1:
            return next(iter(self._latin))
        return max(self._latin, key=lambda code: len(seen & self._latin[code]))

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


def _salient(
    tokens: Iterable[str], stripped: Iterable[str], stop_words: frozenset[str]
) -> tuple[list[str], str]:
    """Return the words that carry meaning, and the longest phrase of neighbours among them."""
    words: list[str] = []
    topic = phrase = ""
    best = size = 0
    for token, word in zip(tokens, stripped, strict=True):
        if (
            word.lower() in stop_words
            or not _WORD_CHARACTERS_MIN <= len(word) <= _WORD_CHARACTERS_MAX
            or not (word[0].isalpha() and word.isprintable())
        ):
            size = 0
            continue
        words.append(word)
        # Punctuation ends a phrase; the token still has it.
        whole = 0 < size < _TOPIC_WORDS_MAX and token[0] == word[0]
        phrase, size = (f"{phrase} {word}", size + 1) if whole else (word, 1)
        if size > best or (size == best and len(phrase) > len(topic)):
            topic, best = phrase, size
        if token[-1] != word[-1]:
            size = 0
    return words, topic


def _snippet(seen: set[str]) -> str | None:
    if seen.isdisjoint(CODE_WORDS):
        return None
    return next((name for name in SNIPPETS if name in seen), "python")
