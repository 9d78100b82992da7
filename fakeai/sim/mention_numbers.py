"""Mention numbers: the numbers and the switches of one text."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import islice
from math import isfinite
from typing import TYPE_CHECKING, Final

from fakeai.sim import mention_rules as rules
from fakeai.sim.field_kinds import words_of
from fakeai.sim.mention_passage import FOUND_MAX, LABEL_CHARS

if TYPE_CHECKING:
    from fakeai.sim.mention_passage import Passage

NEAR_CHARS: Final = 40
"""How far from a field's name its number may stand."""
BEHIND_CHARS: Final = 3
"""What it counts for that a number stands before the name."""
WHOLE_MAX: Final = 1e21
"""Numbers with an exponent up to which they are written out."""
LABELS_MAX: Final = 16
"""Places of each word of a field's name that are looked at."""
PLURALS: Final = ("", "s", "es")
_THOUSANDS: Final = re.compile(r"[,_](?=\d{3}(?!\d))")
_CLAUSE: Final = re.compile(r"[.,;!?\n]")
_STATE: Final = re.compile(r"[ \t:=*]*(?:is |are |to )?([^\W\d_]+)")
_SWITCH_WORD: Final = re.compile(r"[^\W\d_]+(?:'t)?")
_BEFORE_CHARS: Final = 24
_WORDS_BEFORE: Final = 3


class Numbers:
    """The numbers of one text, and which of them suit a field."""

    def __init__(self, passage: Passage) -> None:
        """Nothing is read before it is asked for."""
        self.passage = passage

    @cached_property
    def all(self) -> list[tuple[int, int, float]]:
        """Numbers in the order of the text, those in words last, and where they begin and end."""
        return [*self._digits, *self._named]

    @cached_property
    def _digits(self) -> list[tuple[int, int, float]]:
        matches = islice(rules.NUMBER.finditer(self.passage.text), FOUND_MAX)
        read = [(match.start(), match.end(), number_of(match.group())) for match in matches]
        return [(start, end, value) for start, end, value in read if isfinite(value)]

    @cached_property
    def _named(self) -> list[tuple[int, int, float]]:
        room = FOUND_MAX - len(self._digits)
        matches = islice(rules.NUMBER_NAME.finditer(self.passage.lower), room)
        return [(*m.span(), rules.NUMBER_NAMES.index(m.group()) + 2) for m in matches]

    def ranked(self, field: str, kind: str | None) -> list[int]:
        """Return which numbers suit a field, those of its unit and near its name first."""
        found = self.all
        if not found:
            return []
        order: list[int] = []
        measure = rules.MEASURES.get(kind or "")
        if measure is not None:
            at = {start: index for index, (start, _, _) in enumerate(found)}
            matches = islice(measure.finditer(self.passage.lower), FOUND_MAX)
            starts = [match.start(match.lastindex or 0) for match in matches]
            # A unit behind an enumeration is that of all of its numbers.
            runs = {index: run for run in self._runs for index in run}
            measured = [at[start] for start in starts if start in at]
            order = [index for one in measured for index in runs.get(one, [one])]
        near = []
        for begin, stop in self._labels(field):
            for index, (start, end, _) in enumerate(found):
                gap = start - stop if stop <= start else begin - end + BEHIND_CHARS
                if 0 <= gap <= NEAR_CHARS:
                    near.append((gap, index))
        return list(
            dict.fromkeys([*order, *(index for _, index in sorted(near)), *range(len(found))])
        )

    def _labels(self, field: str) -> list[tuple[int, int]]:
        """Return where words of a field's name stand, in the singular or the plural."""
        words, text = words_of(field), self.passage.text
        stems = [word.removesuffix("s") for word in words if len(word) > 1]
        forms = [stem + ending for stem in stems for ending in PLURALS]
        found = [place for form in forms for place in self.passage.places(form)[:LABELS_MAX]]
        for letter in words:
            if len(letter) == 1:
                places = self.passage.places(letter)[:LABELS_MAX]
                found += [place for place in places if rules.SIGN.match(text, place[1])]
        return found

    def listed(self, field: str) -> list[int]:
        """Return which numbers are the items of a list: those of an enumeration, or all."""
        runs = [run for run in self._runs if len(run) > 1]
        if not runs:
            return list(range(len(self._digits)))
        ends = [end for _, end in self._labels(field)]

        def rank(run: list[int]) -> tuple[bool, int]:
            start = self.all[run[0]][0]
            return not any(0 <= start - end <= LABEL_CHARS for end in ends), -len(run)

        return min(runs, key=rank)

    @cached_property
    def _runs(self) -> list[list[int]]:
        """Return the numbers as enumerations."""
        runs: list[list[int]] = []
        reach = 0
        for index, (start, end, _) in enumerate(self._digits):
            if index and rules.JOIN.fullmatch(self.passage.text[reach:start]):
                runs[-1].append(index)
            else:
                runs.append([index])
            reach = end
        return runs


def number_of(text: str) -> float:
    """Return a number as written, with thousands separated or a decimal comma, or with neither."""
    plain = _THOUSANDS.sub("", text).replace(",", ".")
    if plain.lstrip("-").isdecimal():
        return int(plain)
    value = float(plain)
    is_whole = value.is_integer() and abs(value) < WHOLE_MAX and "." not in plain
    return int(value) if is_whole else value


def flag(passage: Passage, field: str) -> bool | None:
    """Return whether a text wants a field on or off, or None if it does not speak of it."""
    words = words_of(field)
    things = [word for word in words if word not in rules.SWITCHES]
    if things:
        return _stated(passage, things)
    named = _stated(passage, [word for word in words if word not in rules.AUXILIARIES])
    return _switched(passage) if named is None else named


def _stated(passage: Passage, words: list[str]) -> bool | None:
    """Return whether a text wants what is named in words, or None if it does not name it."""
    labels = dict.fromkeys(sign.join(words) for sign in (" ", "-", "_", ""))
    places = [place for label in labels for place in passage.places(label)]
    if not places:
        return None
    start, end = min(places)
    said = passage.lower
    before = _CLAUSE.split(said[max(0, start - _BEFORE_CHARS) : start])[-1].split()[-_WORDS_BEFORE:]
    state = _STATE.match(said, end)
    return rules.OFF.isdisjoint([*before, state[1] if state else ""])


def _switched(passage: Passage) -> bool | None:
    """Return whether a text turns anything on or off, as its first word of that kind says."""
    words = _SWITCH_WORD.findall(passage.lower)
    first = next((word for word in words if word in rules.ON or word in rules.OFF), None)
    if first is not None:
        return first in rules.ON
    return None if rules.WEAK_ON.isdisjoint(words) else True
