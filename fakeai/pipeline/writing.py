"""Writing: texts of a length, cut where they have to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from fakeai.core.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from fakeai.pipeline.outcome import FinishReason
    from fakeai.sim.prose import Prose
    from fakeai.sim.tokens import Counter

    Chance = Callable[[str], Random]
    Written = tuple[list[str], FinishReason]

RESULT_CHARACTERS_MAX: Final = 600
"""How much of a tool's result an answer repeats."""


class Pen(Value):
    """Writes in the tokens of one counter."""

    prose: Prose
    counter: Counter

    def write(
        self, chance: Chance, prompt: str, limit: int, about: float, least: int = 0
    ) -> Written:
        """Return a text of about some length, and of a least one, never over the limit.

        A text that is cut is the beginning of the text that would have been: both are drawn
        from the same stream.
        """
        if about <= limit:
            tokens = self.prose.natural(chance("completion.text"), prompt, round(about), least)
            if len(tokens) <= limit:
                return tokens, "stop"
        return self.prose.tokens(chance("completion.text"), prompt, limit), "length"

    def copy(self, text: str, limit: int) -> Written:
        """Return a given text, as much of it as the limit allows."""
        tokens = self.counter.split(text)
        if len(tokens) <= limit:
            return tokens, "stop"
        cut = tokens[:limit]
        if self.counter.count("".join(cut)) != limit:
            cut = self.prose.refit(text, limit)
        return cut, "length"

    def open_with(self, opening: str, written: Written, limit: int) -> Written:
        """Put an opening before a text, within the limit."""
        tokens, reason = written
        joined, cut = self.copy(opening + "".join(tokens), limit)
        return joined, reason if cut == "stop" else cut

    def cut_at_stop(self, tokens: list[str], stops: list[str]) -> tuple[list[str], str | None]:
        """Cut before the first stop text, wherever token borders lie, and return which it was."""
        text = "".join(tokens)
        found = [(place, stop) for stop in stops if (place := text.find(stop)) >= 0]
        if not found:
            return tokens, None
        place, stop = min(found)
        return self.counter.split(text[:place]), stop


def told(results: list[str], wording: str) -> str:
    """Return the opening of an answer to tools' results; their JSON is put into words."""
    said = "; ".join([_in_words(result) for result in results])[:RESULT_CHARACTERS_MAX]
    return wording.replace("{result}", said) + "\n\n" if said else ""


def _in_words(result: str) -> str:
    try:
        value: Any = msgspec.json.decode(result)
    except msgspec.DecodeError:
        return result.strip()
    if isinstance(value, dict):
        return ", ".join([f"{key}: {_plain(item)}" for key, item in value.items()])
    if isinstance(value, list):
        return ", ".join([_plain(item) for item in value])
    return _plain(value)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
