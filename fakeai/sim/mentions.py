"""Mentions: values that a conversation offers for a field."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from fakeai.sim import mention_rules as rules
from fakeai.sim.field_kinds import kind_of, words_of
from fakeai.sim.mention_numbers import flag
from fakeai.sim.mention_offers import Offers
from fakeai.sim.mention_passage import FOUND_MAX, Passage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

OFFERS_MAX: Final = 2 * FOUND_MAX
"""Texts of one passage that are offered for a field."""


class Mentions:
    """Looks for values in the passages of a conversation, the one that counts most first.

    What one passage offers goes before all that the next ones do.
    """

    def __init__(self, *texts: str) -> None:
        """Nothing is read before it is asked for."""
        self._offers = [Offers(Passage(text)) for text in texts if text]
        self.any = bool(self._offers)
        """Whether there is any text."""
        self.lists = False
        """Whether the values asked for are items of one list, and must differ."""
        self._spent: set[tuple[int, int]] = set()
        self._taken: set[str] = set()

    def start_over(self) -> None:
        """Forget which values have been taken, for another instance."""
        self._spent.clear()
        self._taken.clear()

    def texts(self, field: str, kind: str | None, pool: tuple[str, ...] = ()) -> Iterator[str]:
        """Yield texts that fit a field, the best first; some may not satisfy its schema.

        The text at which the caller stops is taken: other fields are offered it last, and other
        items of the same list are not offered it at all.
        """
        own = {rules.folded(field), " ".join(words_of(field))}
        for offers in self._offers:
            again: list[str] = []
            seen: set[str] = set()
            found = offers.texts(field, kind, pool, items=self.lists)
            for value in islice(found, OFFERS_MAX):
                if value in seen or not value.strip() or rules.folded(value) in own:
                    continue
                seen.add(value)
                if value in self._taken:
                    again.append(value)
                    continue
                self._taken.add(value)
                yield value
                self._taken.discard(value)
            if not self.lists:
                yield from again

    def count(self, field: str, pool: tuple[str, ...] = ()) -> int:
        """Return how many different texts there are for the items of a list."""
        kind = kind_of(field)
        for offers in self._offers:
            found = islice(offers.sure(field, kind, pool, items=True), OFFERS_MAX)
            different = set(found) - self._taken
            if different:
                return len(different)
        return 0

    def numbers(self, field: str, kind: str | None) -> Iterator[float]:
        """Yield numbers that fit a field, the best first; where the caller stops, it is taken."""
        for place, offers in enumerate(self._offers):
            numbers = offers.numbers
            order = numbers.listed(field) if self.lists else numbers.ranked(field, kind)
            for index in order:
                if (place, index) not in self._spent:
                    self._spent.add((place, index))
                    yield numbers.all[index][2]
                    self._spent.discard((place, index))

    def count_numbers(self, field: str) -> int:
        """Return how many numbers there are for the items of a list."""
        for place, offers in enumerate(self._offers):
            left = [i for i in offers.numbers.listed(field) if (place, i) not in self._spent]
            if left:
                return len(left)
        return 0

    def first_of(self, values: Iterable[str], field: str = "") -> str | None:
        """Return the value that suits a field best of those mentioned, and take it."""
        listed = tuple(values)
        for offers in self._offers:
            passage = offers.passage
            found = [one.value for one in passage.ranked(field, passage.members(listed))]
            fresh = [value for value in found if value not in self._taken]
            chosen = fresh or ([] if self.lists else found)
            if chosen:
                self._taken.add(chosen[0])
                return chosen[0]
        return None

    def count_of(self, values: Iterable[str]) -> int:
        """Return how many of the values are mentioned and not taken."""
        listed = tuple(values)
        for offers in self._offers:
            found = {one.value for one in offers.passage.members(listed)} - self._taken
            if found:
                return len(found)
        return 0

    def speaks_of(self, value: str) -> bool:
        """Tell whether a value is mentioned as a word of its own."""
        return any(offers.passage.places_of(value) for offers in self._offers)

    def flag(self, field: str) -> bool | None:
        """Return whether the text wants a field on or off, or None if it does not speak of it."""
        for offers in self._offers:
            wanted = flag(offers.passage, field)
            if wanted is not None:
                return wanted
        return None
