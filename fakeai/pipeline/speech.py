"""Speech: the sound of an answer, and how many tokens it counts."""

from __future__ import annotations

import base64
import math
from itertools import accumulate
from typing import TYPE_CHECKING

from fakeai.sim.sound import silence
from fakeai.spec.units import seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fakeai.spec.tokens import Speech


class Voice:
    """Speaks texts at a declared pace: silence as long as a reader would take."""

    __slots__ = ("_per_character_s", "_per_second", "_tokens_max")

    def __init__(self, rule: Speech) -> None:
        """Take the section `tokens.speech`."""
        self._per_character_s = 1 / rule.characters_per_second
        self._per_second = rule.tokens_per_second
        self._tokens_max = max(1, math.floor(seconds(rule.length_max) * rule.tokens_per_second))

    def room(self, tokens: Sequence[str], limit: int, speakers: int) -> int:
        """Return how many tokens of a text can be both written and said within a limit.

        The longest speech is shared by all choices that are spoken.
        """
        lengths = accumulate(map(len, tokens))
        longest = self._tokens_max // speakers
        for count, characters in enumerate(lengths):
            said = self._count(characters)
            if count + 1 + said > limit or said > longest:
                return count
        return len(tokens)

    def say(self, text: str, form: str) -> list[str]:
        """Return the base64 of the sound of a text, in as many pieces as it counts tokens."""
        count = self._count(len(text))
        data = base64.b64encode(silence(form, count / self._per_second)).decode()
        # A piece is whole groups of four characters, so that each decodes by itself.
        size = math.ceil(len(data) / count / 4) * 4
        return [data[place * size : (place + 1) * size] for place in range(count)]

    def _count(self, characters: int) -> int:
        return max(1, math.ceil(characters * self._per_character_s * self._per_second))
