"""Texts: readable strings of a length, a format and a pattern."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs

from fakeai.core.rng import Rng
from fakeai.sim.field_kinds import kind_of, words_of
from fakeai.sim.formats import FORMATS, MENTIONED_AS, SHORTEST, STRETCHABLE
from fakeai.sim.instance_facts import equality_key
from fakeai.sim.instance_format import search_formats, texts
from fakeai.sim.instance_limits import Unsatisfiable
from fakeai.sim.pattern import Pattern
from fakeai.sim.pattern_sketch import sketch
from fakeai.sim.pattern_syntax import Tree, UnsupportedPatternError, parse
from fakeai.sim.regular import BudgetSpentError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from fakeai.sim.instance_facts import Facts
    from fakeai.sim.mentions import Mentions
    from fakeai.sim.pools import Pools

MENTIONS_MAX: Final = 24
POOL_DRAWS_MAX: Final = 4
SKETCHES_MAX: Final = 40
MARKS_MAX: Final = 40
FORMAT_DRAWS_MAX: Final = 24
PATTERN_DRAWS_MAX: Final = 12
FORMAT_OF_KIND: Final = {
    "email": "email",
    "url": "uri",
    "date": "date",
    "datetime": "date-time",
    "time": "time",
    "duration": "duration",
    "ipv4": "ipv4",
    "ipv6": "ipv6",
    "uuid": "uuid",
}
"""Kinds that have no pool, because a format makes them."""


class TextMaker:
    """Makes the strings that one schema allows."""

    def __init__(self, facts: Facts, pools: Pools, searches: Iterator[int]) -> None:
        """Raise Unsatisfiable if there is none; a search for formats takes one of `searches`."""
        self._facts = facts
        self._searches = searches
        self._pools = pools
        size = facts.text.size
        if size.is_empty:
            raise Unsatisfiable(f"minLength {size.low} is over maxLength {size.high}", facts.path)
        self.keeps_formats = True
        """Whether no format that is made here is read as a mere annotation."""
        self._formats = tuple(name for name in facts.text.formats if name in FORMATS)
        self._check = self._validator()
        self._pattern = self._search()
        self._joint = self._settled_search()

    def _settled_search(self) -> Pattern | None:
        """Return the search for texts of the formats, if those drawn do not fit.

        Where no text is found though there may be one, a format is read as a mere annotation.
        """
        rng = Rng(0).stream("format", 0)
        if not self._formats or any(map(self.fits, self._formatted(rng))):
            return None
        found = self._format_search()
        if found is None:
            self._formats = ()
            self.keeps_formats = False
            self._check = self._validator()
        return found

    def _format_search(self) -> Pattern | None:
        """Return the search for texts of the formats that fit, if it can be made."""
        text = self._facts.text
        if self._pattern is None and (text.patterns or text.barred_patterns):
            # With the formats it would be even larger.
            return None
        if next(self._searches, None) is None:
            return None
        return search_formats(self._facts, self._formats, self.fits)

    def _validator(self) -> jsonschema_rs.Draft202012Validator | None:
        """Return a validator of patterns and formats, if there are any."""
        text = self._facts.text
        demands: list[Any] = [{"pattern": pattern} for pattern in text.patterns]
        demands += [{"not": {"pattern": pattern}} for pattern in text.barred_patterns]
        demands += [{"format": name} for name in self._formats]
        if not demands:
            return None
        return jsonschema_rs.Draft202012Validator({"allOf": demands}, validate_formats=True)

    def _search(self) -> Pattern | None:
        """Return the search for texts of the patterns, if there are any that it understands."""
        text = self._facts.text
        if not text.patterns and not text.barred_patterns:
            return None
        try:
            pattern = Pattern(
                text.patterns,
                excluded=text.barred_patterns,
                length=(text.size.low, text.size.high),
            )
        except (UnsupportedPatternError, BudgetSpentError):
            return None
        if pattern.shortest is None:
            raise Unsatisfiable("no text matches the patterns with this length", self._facts.path)
        return pattern

    def fits(self, value: str) -> bool:
        """Tell whether the schema allows a text."""
        size = self._facts.text.size
        if not size.allows(len(value)):
            return False
        if self._check is not None and not self._check.is_valid(value):
            return False
        return not self._facts.barred or equality_key(value) not in self._facts.barred

    def make(self, rng: Random, mentions: Mentions, field: str) -> str:
        """Return a text that suits the field's name, from the conversation if it offers one."""
        kind = self._kind(field)
        if mentions.any:
            pool = self._pools.values.get(kind or "", ())
            for value in islice(mentions.texts(field, kind, pool), MENTIONS_MAX):
                if self.fits(value):
                    return value
        for value in self._candidates(rng, kind, field):
            if self.fits(value):
                return value
        raise Unsatisfiable("no text was found for the pattern", self._facts.path)

    def _trees(self) -> list[Tree]:
        """Return the patterns that have no exact search, as far as they are understood."""
        if self._pattern is not None:
            return []
        try:
            return [parse(pattern) for pattern in self._facts.text.patterns]
        except UnsupportedPatternError:
            return []

    def marked(self, text: str, number: int) -> Iterator[str]:
        """Yield variants of a text that differ by a number."""
        high = self._facts.text.size.high
        for mark in range(number, number + MARKS_MAX):
            for suffix in (f" {mark}", str(mark)):
                room = len(text) if high is None else max(0, high - len(suffix))
                if self.fits(text[:room] + suffix):
                    yield text[:room] + suffix

    def _kind(self, field: str) -> str | None:
        """Return the kind of the field; a format says more than a name."""
        for name in self._facts.text.formats:
            kind = MENTIONED_AS.get(name) or kind_of(name)
            if kind is not None:
                return kind
        return kind_of(field)

    def _candidates(self, rng: Random, kind: str | None, field: str) -> Iterator[str]:
        """Yield texts, the most readable ones first."""
        examples = [value for value in self._facts.examples if isinstance(value, str)]
        if examples:
            yield examples[int(rng.random() * len(examples))]
            yield from examples
        if self._joint is not None:
            yield from texts(self._joint, rng)
        elif self._formats:
            yield from self._formatted(rng)
        for _ in range(POOL_DRAWS_MAX):
            value = self._of_kind(rng, kind, field)
            yield value
            yield self._sized(value, rng)
        yield from self._searched(rng)
        low = self._facts.text.size.low
        yield from ("x" * low, "0" * low, "X" * low, "a1" * low)
        if self._formats and self._joint is None:
            # A text of the formats was drawn before, and now none was.
            self._joint = self._format_search()
            yield from texts(self._joint, rng) if self._joint is not None else ()

    def _searched(self, rng: Random) -> Iterator[str]:
        """Yield texts of the patterns."""
        if self._pattern is not None:
            for _ in range(PATTERN_DRAWS_MAX):
                yield self._pattern.text(rng) or ""
            yield self._pattern.shortest or ""
        for tree in self._trees():
            for _ in range(SKETCHES_MAX):
                yield sketch(tree, rng)

    def _formatted(self, rng: Random) -> Iterator[str]:
        """Yield texts of the format."""
        size = self._facts.text.size
        for name in self._formats:
            for _ in range(FORMAT_DRAWS_MAX):
                yield FORMATS[name](rng, self._pools)
            short = SHORTEST.get(name, "")
            yield short
            if name in STRETCHABLE:
                yield short + "a" * (size.low - len(short))

    def _of_kind(self, rng: Random, kind: str | None, field: str) -> str:
        """Return a text of a kind."""
        if kind == "id":
            label = next((word for word in words_of(field) if word not in _ID_WORDS), "id")
            return f"{label}_{rng.getrandbits(32):08x}"
        if kind == "image_url":
            return f"{FORMATS['uri'](rng, self._pools)}.png"
        made = FORMATS.get(FORMAT_OF_KIND.get(kind or "", ""))
        if made is not None:
            return made(rng, self._pools)
        return self._pools.pick(kind or "word", rng) or self._pools.pick("word", rng) or "text"

    def _sized(self, text: str, rng: Random) -> str:
        """Return the text with so many words more, or cut, that its length is allowed."""
        size = self._facts.text.size
        parts, length = [text], len(text)
        while length < size.low:
            more = self._pools.pick("sentence", rng) or "And so on."
            parts.append(more)
            length += 1 + len(more)
        joined = " ".join(parts)
        limit = size.high if size.high is not None else max(len(text), size.low)
        if len(joined) <= limit:
            return joined
        cut = joined[:limit]
        at_word = cut.rpartition(" ")[0].rstrip(" ,.;")
        kept = at_word if len(at_word) >= max(size.low, 1) else cut.rstrip()
        return kept + "." * (size.low - len(kept))


_ID_WORDS: Final = frozenset(
    {"id", "identifier", "key", "reference", "ref", "code", "number", "token"}
)
