"""Mention passage: where values, names and numbers stand in one text."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from fakeai.sim import mention_rules as rules
from fakeai.sim.field_kinds import words_of

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Sequence

FOUND_MAX: Final = 64
"""Values of one kind that are remembered of a text."""
SIDE_CHARS: Final = 16
"""How far from a value the word may begin that says on which side it is."""
LABEL_CHARS: Final = 12
"""How far before a value the name of its field may end."""

LABEL_WORD_CHARS: Final = 3
TRIES_MAX: Final = 256
"""Places of a word that are looked at."""


class Found(NamedTuple):
    """A value, and where it stands."""

    start: int
    end: int
    value: str


class Passage:
    """Looks for values in one text; nothing is read before it is asked for."""

    def __init__(self, text: str) -> None:
        """`text` is what one side said, or all that was said before."""
        self.text = text
        self._found: dict[tuple[re.Pattern[str], bool], list[Found]] = {}
        self._places: dict[str, list[tuple[int, int]]] = {}
        self._labels: dict[str, tuple[int, set[int], list[int]]] = {}

    @cached_property
    def lower(self) -> str:
        """The text in lower case, each character at its place."""
        return rules.folded(self.text)

    @cached_property
    def unquoted(self) -> str:
        """The text with its quotations blanked."""
        return rules.QUOTED.sub(lambda match: " " * len(match[0]), self.text)

    def find(self, pattern: re.Pattern[str], *, unquoted: bool = False) -> list[Found]:
        """Return what a pattern finds: its group that took part, or the whole match."""
        found = self._found.get((pattern, unquoted))
        if found is None:
            matches = islice(pattern.finditer(self.unquoted if unquoted else self.text), FOUND_MAX)
            groups = [(match, match.lastindex or 0) for match in matches]
            found = [Found(*match.span(group), match[group]) for match, group in groups]
            self._found[pattern, unquoted] = found
        return found

    @cached_property
    def names(self) -> list[Found]:
        """Proper names outside of quotations."""
        kept = []
        for start, end, phrase in self.find(rules.CAPITALISED, unquoted=True):
            name = phrase
            fillers = rules.SENTENCE_STARTS if self.starts_sentence(start) else rules.COMMON_STARTS
            while name and _is_filler(name.partition(" ")[0], fillers):
                name = name.partition(" ")[2]
            alone = rules.folded(name)
            is_idle = alone in rules.IDLE_WORDS and not name.isupper()
            if name and not is_idle and alone not in rules.CALENDAR:
                kept.append(Found(start + len(phrase) - len(name), end, name))
        return kept

    def starts_sentence(self, place: int) -> bool:
        """Tell whether a word may be capitalised because of where it stands."""
        before = self.text[max(0, place - SIDE_CHARS) : place].rstrip(" \t\"'“„*-#(")
        return not before or before[-1] in ".:!?\n"

    def word_before(self, place: int) -> str:
        """Return the word that a value follows, in lower case."""
        match = rules.LAST_WORD.search(self.lower[max(0, place - SIDE_CHARS) : place])
        return match[1] if match else ""

    def _word_after(self, place: int) -> str:
        match = rules.NEXT_WORD.match(self.lower[place : place + SIDE_CHARS])
        return match[1] if match else ""

    def side(self, found: Found) -> int:
        """Return where a value stands in a journey or a conversion: -1 before, 1 behind it."""
        before = self.word_before(found.start)
        if before in rules.ORIGIN_MARKS:
            return -1
        if before in rules.TARGET_MARKS:
            return 1
        if self._word_after(found.end) in rules.TARGET_MARKS:
            return -1
        return 1 if before == rules.LOOSE_TARGET_MARK else 0

    def ranked(self, field: str, found: Sequence[Found]) -> list[Found]:
        """Return values in order: on the field's side of a journey, near its name, and others.

        Those on the other side are left out.
        """
        if not found:
            return []
        wanted, starts, ends = self._label(field)
        kept = list(found)
        if ends and len(kept) > 1:
            kept.sort(key=lambda one: self._gap(one, starts, ends))
        if wanted:
            sides = [(self.side(one), one) for one in kept]
            kept = [one for side, one in sides if side == wanted]
            kept += [one for side, one in sides if side == 0]
        return kept

    def _label(self, field: str) -> tuple[int, set[int], list[int]]:
        """Return on which side a field's value is, and where words of its name begin and end."""
        label = self._labels.get(field)
        if label is None:
            words = set(words_of(field))
            wanted = -1 if words & rules.ORIGINS else 1 if words & rules.TARGETS else 0
            spans = [
                span
                for word in words - rules.SIDES
                if len(word) >= LABEL_WORD_CHARS
                for span in self.places(word)
            ]
            label = wanted, {start for start, _ in spans}, sorted(end for _, end in spans)
            self._labels[field] = label
        return label

    def _gap(self, found: Found, starts: set[int], ends: list[int]) -> int:
        """Return how far a value is from the end of a label, or 1 if it stands right before one."""
        if found.end + 1 in starts and self.text[found.end] in " -_":
            return 1
        place = bisect_right(ends, found.start) - 1
        gap = found.start - ends[place] if place >= 0 else LABEL_CHARS + 1
        if gap > LABEL_CHARS or rules.CLAUSE_END.search(self.text, ends[place], found.start):
            return LABEL_CHARS + 1
        return gap

    def places(self, word: str) -> list[tuple[int, int]]:
        """Return where a text stands as a word of its own, or as words."""
        known = self._places.get(word)
        if known is None:
            known = self._places[word] = self._search(word)
        return known

    def _search(self, word: str) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        said = self.lower
        start = said.find(word) if word else -1
        for _ in range(TRIES_MAX):
            if start < 0:
                break
            end = start + len(word)
            if not (_joins(said, start - 1, start) or _joins(said, end - 1, end)):
                found.append((start, end))
            start = said.find(word, start + 1)
        return found[:FOUND_MAX]

    def places_of(self, value: str) -> list[tuple[int, int]]:
        """Return where a value is mentioned, its words separated by signs or spaces."""
        form = rules.folded(value)
        spoken = form.replace("_", " ").replace("-", " ")
        # Most values of a pool are not mentioned: those cost one search, and nothing is kept.
        forms = (form,) if spoken == form else (form, spoken)
        return [place for one in forms if one in self.lower for place in self.places(one)]

    def members(self, values: Iterable[str]) -> list[Found]:
        """Return the mentions of values in order; of two in one place, the longer one."""
        places = sorted(
            (start, -end, value) for value in values for start, end in self.places_of(value)
        )
        found: list[Found] = []
        reach = 0
        for start, end, value in places:
            if start >= reach:
                reach = -end
                found.append(Found(start, reach, value))
        return found

    def members_of_pool(self, pool: tuple[str, ...]) -> list[Found]:
        """Return the mentions of many values that are asked for again and again."""
        if not pool:
            return []
        by_word = rules.by_word(pool)
        said = by_word.keys() & self._words
        return self.members([value for word in said for value in by_word[word]]) if said else []

    @cached_property
    def _words(self) -> set[str]:
        return {"", *rules.WORD.findall(self.lower)}


def _is_filler(word: str, fillers: frozenset[str]) -> bool:
    return word.islower() or rules.folded(word) in fillers


def _joins(text: str, left: int, right: int) -> bool:
    """Tell whether two neighbours belong to one word of an alphabet."""
    if left < 0 or right >= len(text):
        return False
    pair = text[left] + text[right]
    return pair.isalnum() and max(pair) < "\u2e80"
