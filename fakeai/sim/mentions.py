"""Mentions: values that a conversation offers for a field."""

from __future__ import annotations

from functools import cached_property
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from fakeai.sim import mention_rules as rules
from fakeai.sim import mention_times
from fakeai.sim.field_kinds import kind_of, words_of

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator

FOUND_MAX: Final = 64
"""Values of one kind that are remembered of a conversation."""
NEAR_CHARS: Final = 40
"""How far from a field's name its number may stand."""
QUESTION_CHARS: Final = 300
PEOPLE: Final = frozenset({"name", "first_name", "last_name"})
PLACES: Final = frozenset({"city", "country", "region", "street"})
TOPICS: Final = frozenset({"title", "word", "product", "company", "sentence", None})
NAMED_THINGS: Final = frozenset({"company", "product", "street", None})
LISTED: Final = PEOPLE | PLACES | {"email", "url", "date", "phone", "title"}
"""Kinds of which a list has as many items as are mentioned."""


class Mentions:
    """Looks for values in a conversation's text; nothing is read before it is asked for."""

    def __init__(self, text: str) -> None:
        """`text` is the end of the conversation."""
        self.text = text
        self.lists = False
        """Whether the texts asked for are items of one list, and must differ."""
        self._spent: set[int] = set()
        self._taken: set[str] = set()
        self._found: dict[re.Pattern[str], list[str]] = {}

    @cached_property
    def _lower(self) -> str:
        return self.text.casefold()

    def all(self, pattern: re.Pattern[str], text: str | None = None) -> list[str]:
        """Return what a pattern finds: its group that took part, or the whole match."""
        found = self._found.get(pattern)
        if found is None:
            matches = islice(pattern.finditer(text or self.text), FOUND_MAX)
            found = [next(filter(None, match.groups()), match.group()) for match in matches]
            self._found[pattern] = found
        return found

    def start_over(self) -> None:
        """Forget which values have been taken, for another instance."""
        self._spent.clear()
        self._taken.clear()

    def texts(self, field: str, kind: str | None) -> Iterator[str]:
        """Yield texts that fit a field, the best first; some may not satisfy its schema.

        The text at which the caller stops is taken: other fields are offered it last, and other
        items of the same list are not offered it at all.
        """
        again: list[str] = []
        for value in self._offers(field, kind) if self.text else ():
            if value in self._taken:
                again.append(value)
                continue
            self._taken.add(value)
            yield value
            self._taken.discard(value)
        if not self.lists:
            yield from again

    def count(self, field: str) -> int:
        """Return how many different texts there are for the items of a list."""
        kind = kind_of(field)
        if not self.text or kind not in LISTED:
            return 0
        return len(set(self._offers(field, kind)) - self._taken)

    def _offers(self, field: str, kind: str | None) -> Iterator[str]:
        """Yield texts for a field, whether or not they are taken."""
        yield from self._after_name(field)
        finder = _FINDERS.get(kind or "")
        yield from self._names(field, kind) if finder is None else finder(self)

    def _names(self, field: str, kind: str | None) -> Iterator[str]:
        """Yield proper names and quoted texts."""
        if kind in PLACES:
            yield from self._places_for(field)
            yield from self._ideographs()
        if kind in TOPICS or field == "name":
            yield from self.all(rules.QUOTED)
        if kind in PEOPLE:
            part = {"first_name": 0, "last_name": -1}.get(str(kind))
            yield from (name if part is None else name.split()[part] for name in self.capitalised)
            yield from self._ideographs()
        if kind in NAMED_THINGS:
            yield from self.capitalised

    def _ideographs(self) -> list[str]:
        return [] if self.text.isascii() else self.all(rules.IDEOGRAPHS)

    def _places_for(self, field: str) -> list[str]:
        """Return places, those on the right side of a journey first."""
        words = set(words_of(field))
        wanted = {"from"} if words & rules.ORIGINS else {"to"} if words & rules.TARGETS else set()
        found = [
            (match["before"] not in wanted, match["place"])
            for match in rules.PLACE.finditer(self.text)
            if not match["place"][0].islower()
            and match["place"].casefold() not in rules.COMMON_STARTS
        ]
        return [place for _, place in sorted(found[:FOUND_MAX], key=itemgetter(0))]

    def _after_name(self, field: str) -> Iterator[str]:
        """Yield what follows the field's name and a colon, an equals sign or "is"."""
        words = words_of(field)
        if not words:
            return
        for label in dict.fromkeys((" ".join(words), field.casefold())):
            start = self._lower.find(label)
            rest = self.text[start + len(label) : start + len(label) + 200] if start >= 0 else ""
            value = _stated(rest)
            if value:
                yield value
                yield value.split()[0]

    @cached_property
    def capitalised(self) -> list[str]:
        """Proper names outside of quotations, those of several words first."""
        found = []
        for phrase in self.all(rules.CAPITALISED, rules.QUOTED.sub(" ", self.text)):
            words = phrase.split()
            while words and (words[0].casefold() in rules.COMMON_STARTS or words[0].islower()):
                words.pop(0)
            name = " ".join(words)
            if name and name.casefold() not in rules.CALENDAR:
                found.append(name)
        return sorted(dict.fromkeys(found), key=lambda name: " " not in name)

    @cached_property
    def dates(self) -> list[str]:
        """Dates in ISO 8601."""
        return mention_times.dates(self.text)

    def times(self) -> Iterator[str]:
        """Yield times of day, in short and with seconds and zone."""
        for clock in mention_times.times(self.text):
            yield from (clock, f"{clock}:00", f"{clock}:00Z")

    def moments(self) -> Iterator[str]:
        """Yield dates with the first time of day, or nine o'clock."""
        clock = next(mention_times.times(self.text), "09:00")
        yield from (f"{day}T{clock}:00Z" for day in self.dates)

    def numbers(self, field: str, kind: str | None) -> Iterator[float]:
        """Yield numbers that fit a field, the best first; where the caller stops, it is taken."""
        measure = rules.MEASURES.get(kind or "")
        if measure is not None:
            yield from map(_number, self.all(measure, self._lower))
        words = [word for word in words_of(field) if len(word) > 1]
        places = [place for word in words for place in self._places(word)]
        near: list[tuple[int, int]] = []
        for index, (start, end, _) in enumerate(self._numbers):
            gaps = [start - stop if stop <= start else begin - end + 3 for begin, stop in places]
            near += [(gap, index) for gap in gaps if gap <= NEAR_CHARS]
        others = range(len(self._numbers))
        for index in dict.fromkeys([index for _, index in sorted(near)] + list(others)):
            if index not in self._spent:
                self._spent.add(index)
                yield self._numbers[index][2]
                self._spent.discard(index)

    @cached_property
    def _numbers(self) -> list[tuple[int, int, float]]:
        matches = islice(rules.NUMBER.finditer(self.text), FOUND_MAX)
        return [(m.start(), m.end(), _number(m.group())) for m in matches]

    def _places(self, word: str) -> Iterable[tuple[int, int]]:
        """Return where a word stands in the text."""
        places: list[tuple[int, int]] = []
        start = self._lower.find(word)
        while start >= 0 and len(places) < FOUND_MAX:
            places.append((start, start + len(word)))
            start = self._lower.find(word, start + 1)
        return places

    def place_of(self, value: str) -> int:
        """Return where a value is mentioned as a word of its own, or -1."""
        said, form = self._lower, value.casefold()
        # Most values of a pool are not mentioned: those cost one search.
        for wanted in (form, form.replace("_", " ")) if "_" in form else (form,):
            for start, end in self._places(wanted) if wanted and wanted in said else ():
                if not (_joins(said, start - 1, start) or _joins(said, end - 1, end)):
                    return start
        return -1

    def first_of(self, values: Iterable[str]) -> str | None:
        """Return the value that is mentioned first; of two in one place, the longer one."""
        places = [(self.place_of(value), -len(value), value) for value in values]
        return min((found for found in places if found[0] >= 0), default=(0, 0, None))[2]

    def first_of_pool(self, pool: tuple[str, ...]) -> str | None:
        """Return the value that is mentioned first, of many that are asked for again and again."""
        by_word = rules.by_word(pool)
        said = by_word.keys() & self._words
        return self.first_of([value for word in said for value in by_word[word]]) if said else None

    @cached_property
    def _words(self) -> set[str]:
        return {"", *rules.WORD.findall(self._lower)}

    def flag(self, field: str) -> bool | None:
        """Return whether the text wants a field on or off, or None if it does not speak of it."""
        words = [word for word in words_of(field) if word not in _FLAG_WORDS]
        place = self.place_of(" ".join(words)) if words else -1
        if place < 0:
            return None
        before = self._lower[max(0, place - 20) : place].split()[-3:]
        return not any(word.strip(",.") in _NEGATIONS for word in before)


_FLAG_WORDS: Final = frozenset({"is", "has", "include", "includes", "enable", "enabled", "with"})
_NEGATIONS: Final = frozenset(
    {"no", "not", "without", "don't", "disable", "exclude", "never", "skip", "ohne", "sans", "sin"}
)


def _codes(mentions: Mentions) -> Iterable[str]:
    """Return what looks like an identifier."""
    return (code.lstrip("#") for code in mentions.all(rules.CODE))


def _currencies(mentions: Mentions) -> Iterable[str]:
    """Return the currencies whose sign is used."""
    return (code for sign, code in rules.CURRENCY_SIGNS.items() if sign in mentions.text)


def _last_line(mentions: Mentions) -> Iterable[str]:
    """Return what was asked for, and then all that was said last."""
    subjects = mentions.all(rules.SUBJECT)
    return (*subjects[-1:], mentions.text.strip().rpartition("\n")[2][-QUESTION_CHARS:].strip())


def _addresses(mentions: Mentions) -> Iterable[str]:
    """Return web addresses without the punctuation of the sentence."""
    return (address.rstrip(".,;:!?") for address in mentions.all(rules.URL))


_FINDERS: Final[dict[str, Callable[[Mentions], Iterable[str]]]] = {
    "email": lambda mentions: mentions.all(rules.EMAIL),
    "url": _addresses,
    "image_url": _addresses,
    "phone": lambda mentions: mentions.all(rules.PHONE),
    "date": lambda mentions: mentions.dates,
    "datetime": Mentions.moments,
    "time": Mentions.times,
    "id": _codes,
    "currency": _currencies,
    "question": _last_line,
}
"""How values of each kind are found; other kinds are looked for among names and quotations."""


def _stated(rest: str) -> str:
    """Return the value that a text states after a field's name, or nothing."""
    stripped = rest.lstrip(" \t*\"'`")
    for sign in (":", "=", "is ", "are ", "named ", "called ", "->"):
        if stripped.startswith(sign):
            value = stripped[len(sign) :].lstrip(" \t*")
            if value[:1] in {'"', "“", "'"}:
                return value[1:].partition({"“": "”"}.get(value[0], value[0]))[0]
            for end in ("\n", ",", ";", ". ", " and ", "?", "!"):
                value = value.partition(end)[0]
            return value.strip(" .\"'`*")
    return ""


def _joins(text: str, left: int, right: int) -> bool:
    """Tell whether two neighbours belong to one word of an alphabet."""
    if left < 0 or right >= len(text):
        return False
    pair = text[left] + text[right]
    return pair.isalnum() and max(pair) < "\u2e80"


def _number(text: str) -> float:
    """Return a number as written, thousands separated by commas or not."""
    plain = text.replace(",", "")
    return float(plain) if "." in plain else int(plain)
