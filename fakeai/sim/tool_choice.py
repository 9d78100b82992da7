"""Tool choice: which of the tools on offer a prompt asks for."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from fakeai.sim.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

PROMPT_CHARACTERS_MAX: Final = 8_000
"""Characters of the prompt, counted from its end, that are read."""
DESCRIPTION_CHARACTERS_MAX: Final = 2_000

#: Tools whose words are remembered; agents offer the same ones in each turn.
_OFFERS_MAX: Final = 256

_WORD: Final = re.compile(r"[^\W_]+")
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ENDINGS: Final = ("ing", "es", "ed", "s", "e")
_STEM_CHARACTERS_MIN: Final = 3
_ASCII_WORD_CHARACTERS_MIN: Final = 3


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that say nothing of what a tool is for.
_EMPTY: Final = _words(
    "answer argument available based call called calls current currently data default "
    "defined details fetch function given information input know json name new number "
    "object output parameter perform provide provided query request result results return "
    "returned returns run specific specified string tell tool tools true user users value "
    "values via whether"
)
_IDLE: Final = LANGUAGES["en"].stop_words | _EMPTY
_NAMED_WHOLE: Final = 100
_IN_NAME: Final = 10
_IN_DESCRIPTION: Final = 1


def rank_tools(prompt: str, offers: Sequence[tuple[str, str]]) -> list[int]:
    """Return the places of the tools that a prompt asks for, the one it means most first.

    An offer is a name and a description. A prompt asks for a tool when it names it, or shares a
    word that means something with its name or its description.
    """
    tail = prompt[-PROMPT_CHARACTERS_MAX:]
    said, spoken = _stems(tail), " ".join(_spoken(tail))
    scores = [(_score(said, spoken, *offer), place) for place, offer in enumerate(offers)]
    return [place for score, place in sorted(scores, key=_best_first) if score]


def _best_first(scored: tuple[int, int]) -> tuple[int, int]:
    return -scored[0], scored[1]


def _score(said: frozenset[str], spoken: str, name: str, description: str) -> int:
    names, in_name, rest = _offered(name, description[:DESCRIPTION_CHARACTERS_MAX])
    score = _NAMED_WHOLE if any(form in spoken for form in names) else 0
    return score + _IN_NAME * len(said & in_name) + _IN_DESCRIPTION * len(said & rest)


@lru_cache(maxsize=_OFFERS_MAX)
def _offered(name: str, description: str) -> tuple[tuple[str, ...], frozenset[str], frozenset[str]]:
    """Return a tool's name as words, what it says, and what its description says beyond that."""
    in_name = _stems(_HUMP.sub(" ", name))
    names = [form for form in _spoken(name) if form.strip()]
    return tuple(names), in_name, _stems(description) - in_name


def _spoken(text: str) -> list[str]:
    """Return the words of a text between spaces, and those with the humps in them apart.

    `get_weather`, `get-weather`, `getWeather` and "get weather" have the same words.
    """
    forms = dict.fromkeys((text, _HUMP.sub(" ", text)))
    return [f" {' '.join(_WORD.findall(form.lower()))} " for form in forms]


def _stems(text: str) -> frozenset[str]:
    """Return the words that mean something, without their endings."""
    words = {*_WORD.findall(text.lower())} - _IDLE
    return frozenset(
        [
            _stem(word)
            for word in words
            if len(word) >= _ASCII_WORD_CHARACTERS_MIN or not word.isascii()
        ]
    )


def _stem(word: str) -> str:
    if not word.endswith(_ENDINGS):
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM_CHARACTERS_MIN:
            return word.removesuffix(ending)
    return word
