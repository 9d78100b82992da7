"""Mention offers: texts that a passage has for a field, the best first."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import islice, pairwise, product
from typing import TYPE_CHECKING, Final

from fakeai.sim import mention_rules as rules
from fakeai.sim import mention_times
from fakeai.sim.field_kinds import kind_of, words_of
from fakeai.sim.mention_numbers import Numbers
from fakeai.sim.mention_passage import Found, Passage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

QUESTION_CHARS: Final = 300
STATED_CHARS: Final = 600
"""How far behind a field's name its value may reach."""
ITEM_CHARS: Final = 60
ITEM_WORDS: Final = 3
SHORT_CHARS: Final = 3
CLOCKS_MAX: Final = 16
"""Times of day that dates are combined with."""
LABELS_MAX: Final = 16
"""Places of a field's name that are looked at."""
PEOPLE: Final = frozenset({"name", "first_name", "last_name"})
PLACES: Final = frozenset({"city", "country", "region", "street"})
TOPICS: Final = frozenset({"title", "word", "product", "company", "sentence", None})
NAMED_THINGS: Final = frozenset({"company", "product"})
LONG: Final = frozenset({"sentence", "question"})
FORMED: Final = frozenset(rules.EXACT) | {"date", "datetime", "time"}
"""Kinds whose values have a form by which they are known."""
_TOKEN: Final = re.compile(r"[ \t]{1,3}#?((?=[\w-]{0,60}[\d/_])[\w/-]{1,60}\b)(?![\w.]*\w)")
_GAP: Final = re.compile(r"[ \t]{1,3}")


class Offers:
    """Looks for texts that fit a field; nothing is read before it is asked for."""

    def __init__(self, passage: Passage) -> None:
        """All texts come from one passage."""
        self.passage = passage
        self.numbers = Numbers(passage)

    def texts(
        self, field: str, kind: str | None, pool: tuple[str, ...], *, items: bool
    ) -> Iterator[str]:
        """Yield texts for a field, or for the items of a list."""
        yield from self.sure(field, kind, pool, items=items)
        for layer in self._unsure(field, kind):
            for found in self.passage.ranked(field, layer):
                yield found.value

    def sure(
        self, field: str, kind: str | None, pool: tuple[str, ...], *, items: bool
    ) -> Iterator[str]:
        """Yield texts that are meant as values: stated, quoted, or known by their form."""
        if kind in FORMED:
            yield from self._formed(field, kind or "")
        yield from self._items(field) if items else self._stated(field, kind)
        if kind not in FORMED and kind != "question":
            for layer in self._layers(field, kind, self.passage.members_of_pool(pool)):
                for found in self.passage.ranked(field, layer):
                    yield found.value

    def _formed(self, field: str, kind: str) -> Iterator[str]:
        """Yield values that are known by their form."""
        passage = self.passage
        if kind in rules.EXACT:
            found = passage.ranked(field, passage.find(rules.EXACT[kind]))
            yield from (one.value for one in found)
        elif kind == "date":
            yield from self._days
        elif kind == "time":
            for clock in mention_times.times(passage.text):
                yield from (clock, f"{clock}:00", f"{clock}:00Z")
        else:
            clocks = list(islice(mention_times.times(passage.text), CLOCKS_MAX)) or ["09:00"]
            is_paired = len(clocks) == len(self._days)
            pairs = list(zip(self._days, clocks, strict=False))
            for day, clock in pairs if is_paired else product(self._days, clocks):
                yield f"{day}T{clock}:00Z"

    def _layers(
        self, field: str, kind: str | None, known: list[Found]
    ) -> Iterator[Sequence[Found]]:
        """Yield what is sure, the surest first; `known` are mentions of a pool's values."""
        find = self.passage.find
        words = {word.removesuffix("s") for word in words_of(field)}
        if kind == "currency":
            yield sorted([*known, *self._signs()])
        yield from self._of_form(kind, words)
        if kind in PLACES or kind == "language":
            yield known if kind in {"country", "language"} else ()
            yield self._places_around if kind in {"country", "region"} else ()
            yield self._placed
            yield known
            yield self._ideographs
        elif kind in PEOPLE:
            yield find(rules.QUOTED) if field == "name" else ()
            yield self._people(kind)
            yield self._ideographs
        elif kind in TOPICS:
            yield from self._topics(field, kind, words)
        elif kind == "id":
            yield find(rules.FENCED)
            yield find(rules.CODE)
        yield known
        yield find(rules.QUOTED)

    def _of_form(self, kind: str | None, words: set[str]) -> Iterator[Sequence[Found]]:
        """Yield what has the form that a word in the field's name asks for."""
        find = self.passage.find
        if words & rules.SHORT_FORMS:
            yield [one for one in find(rules.ACRONYM, unquoted=True) if not _is_idle(one)]
        if words & rules.FORMULAS:
            yield [one._replace(value=one.value.strip()) for one in find(rules.FORMULA)]
        if kind == "filename" or words & rules.PATHS:
            yield find(rules.PATH)

    def _topics(self, field: str, kind: str | None, words: set[str]) -> Iterator[Sequence[Found]]:
        """Yield what fits a field that may hold any text."""
        find = self.passage.find
        if kind is None and words & (rules.ORIGINS | rules.TARGETS):
            yield find(rules.EMAIL)
            yield find(rules.PATH)
            yield self._placed
        if kind is None and kind_of(field, numeric=True) is not None:
            yield self._figures(field)
        yield find(rules.FENCED)
        yield find(rules.QUOTED)
        if kind == "sentence":
            yield find(rules.SAID)
        if kind == "title":
            yield find(rules.CALLED)
        if kind in NAMED_THINGS:
            yield self._names

    def _unsure(self, field: str, kind: str | None) -> Iterator[Sequence[Found]]:
        """Yield what may be meant: the subject, other names, numbers in a code's place."""
        find, passage = self.passage.find, self.passage
        if kind == "question":
            yield find(rules.FENCED)
            yield find(rules.CODE_SPAN)
            yield find(rules.SUBJECT)[-1:]
            start = len(passage.text.rstrip().rpartition("\n")[0])
            line = passage.text[start:].strip()[-QUESTION_CHARS:].strip()
            yield [Found(start, len(passage.text), line)] if line else ()
        if kind in PLACES:
            yield [name for name in passage.names if not passage.starts_sentence(name.start)]
            lowered = find(rules.UNCAPITALISED_PLACE)
            yield [one for one in lowered if one.value not in rules.IDLE_WORDS]
        if kind is None or kind == "street":
            yield self._names
        if kind == "id":
            yield self._figures(field)

    @cached_property
    def _places_around(self) -> list[Found]:
        """Names behind another one and a comma, as a country is behind its city."""
        names, text = self.passage.names, self.passage.text
        return [
            name
            for before, name in pairwise(names)
            if text[before.end : name.start] == ", " and not rules.JOIN.match(text, name.end)
        ]

    @cached_property
    def _placed(self) -> list[Found]:
        """Names that a word for a place or a direction stands before, the sure ones first."""
        passage, found, reach, rank = self.passage, [], 0, None
        for name in passage.names:
            if passage.text[reach : name.start] == ", " and _is_short_form(name):
                reach = name.end
                continue
            before = passage.word_before(name.start)
            if before in rules.PLACE_MARKS:
                rank = 0
            elif before in rules.WEAK_MARKS or passage.side(name):
                rank = 1
            elif not rules.JOIN.fullmatch(passage.text, reach, name.start):
                rank = None
            reach = name.end
            if rank is not None:
                found.append((rank, name))
        return [name for _, name in sorted(found)]

    @cached_property
    def _names(self) -> list[Found]:
        """Proper names, those of several words first."""
        return sorted(self.passage.names, key=lambda name: " " not in name.value)

    def _people(self, kind: str | None) -> list[Found]:
        """Return names of people, or the first or last of each; those of places come last."""
        marked = [(self.passage.word_before(name.start), name) for name in self._names]
        people = [pair for pair in marked if pair[0] not in rules.STAY_MARKS] or marked
        people.sort(key=lambda pair: pair[0] in rules.PLACE_MARKS)
        found = [name for _, name in people]
        part = {"first_name": 0, "last_name": -1}.get(kind or "")
        if part is None:
            return found
        return [name._replace(value=name.value.split()[part]) for name in found]

    @property
    def _ideographs(self) -> list[Found]:
        passage = self.passage
        found = [] if passage.text.isascii() else passage.find(rules.IDEOGRAPHS)
        return [one for one in found if one.value not in rules.IDLE_IDEOGRAPHS]

    def _signs(self) -> list[Found]:
        """Return the currencies whose sign or name is used."""
        return [
            found._replace(value=rules.CURRENCIES[found.value.lower().removesuffix("s")])
            for found in self.passage.find(rules.CURRENCY_SIGNS)
        ]

    @cached_property
    def _days(self) -> list[str]:
        return mention_times.dates(self.passage.text)

    def _figures(self, field: str) -> list[Found]:
        """Return numbers as they are written."""
        numbers = [
            self.numbers.all[i] for i in self.numbers.ranked(field, kind_of(field, numeric=True))
        ]
        return [Found(start, end, self.passage.text[start:end]) for start, end, _ in numbers]

    def _labels(self, field: str) -> Iterator[str]:
        """Yield what follows the field's name, wherever it stands."""
        words = words_of(field)
        bare = [word for word in words if word not in rules.ID_WORDS]
        for label in dict.fromkeys((" ".join(words), rules.folded(field), " ".join(bare))):
            for _, end in self.passage.places(label)[:LABELS_MAX]:
                yield self.passage.text[end : end + STATED_CHARS]

    def _stated(self, field: str, kind: str | None) -> Iterator[str]:
        """Yield what follows the field's name and a colon, an equals sign or "is"."""
        rests = list(self._labels(field))
        for sign in (rules.SIGN, rules.COPULA):
            for rest in rests:
                match = sign.match(rest)
                value = _value_at(rest[match.end() :], kind) if match else ""
                if value.strip():
                    yield value
                    yield value.split()[0]
        for rest in () if kind in FORMED else rests:
            match = _GAP.match(rest)
            quoted = rules.QUOTED.match(rest, match.end()) if match else None
            if quoted:
                yield quoted[quoted.lastindex or 0]
            elif kind not in PEOPLE | PLACES and (match := _TOKEN.match(rest)):
                yield match[1]

    def _items(self, field: str) -> Iterator[str]:
        """Yield the parts of the first enumeration that follows the field's name."""
        for rest in self._labels(field):
            sign = rules.SIGN.match(rest)
            match = sign or rules.COPULA.match(rest) or _GAP.match(rest)
            if match is None:
                continue
            end = rules.SENTENCE_END.search(rest, match.end())
            listed = rules.JOIN.split(rest[match.end() : end.start() if end else None])
            parts = [part.strip(" \t[](){}\"'`*.“”") for part in listed]
            if sign or (len(parts) > 1 and all(map(_is_item, parts))):
                yield from (part for part in parts if 0 < len(part) <= ITEM_CHARS)
                return


def _value_at(rest: str, kind: str | None) -> str:
    """Return the value that a text begins with."""
    quoted = rules.QUOTED.match(rest)
    if quoted:
        return quoted[quoted.lastindex or 0]
    end = (rules.LINE_END if kind in LONG else rules.CLAUSE_END).search(rest)
    return rest[: end.start() if end else None].strip(" .\"'`*")


def _is_item(part: str) -> bool:
    """Tell whether a part of a sentence may be an item of a list."""
    words = part.split()
    return 0 < len(words) <= ITEM_WORDS and rules.folded(words[0]) not in rules.IDLE_WORDS


def _is_short_form(found: Found) -> bool:
    """Tell whether a name is two or three capitals."""
    return found.value.isupper() and len(found.value) <= SHORT_CHARS


def _is_idle(found: Found) -> bool:
    """Tell whether a word means something only in a sentence."""
    word = rules.folded(found.value)
    return word in rules.IDLE_WORDS or word in rules.COMMON_STARTS
