"""Numbers: values between bounds that are multiples of a step."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from itertools import chain, islice
from math import gcd, lcm
from typing import TYPE_CHECKING, Final, TypeGuard

from fakeai.sim.field_kinds import kind_of
from fakeai.sim.instance_facts import equality_key, exact
from fakeai.sim.instance_limits import Unsatisfiable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from fakeai.core.document import Json
    from fakeai.sim.instance_facts import Facts
    from fakeai.sim.mentions import Mentions

DEFAULT_WINDOW: Final = (1, 100)
WINDOWS: Final[dict[str, tuple[int, int]]] = {
    "age": (18, 80),
    "year": (1990, 2026),
    "month": (1, 12),
    "day": (1, 28),
    "hour": (0, 23),
    "minute": (0, 59),
    "price": (5, 500),
    "count": (1, 20),
    "rating": (1, 5),
    "percent": (0, 100),
    "score": (0, 1),
    "latitude": (-60, 70),
    "longitude": (-180, 180),
    "temperature": (-5, 35),
    "port": (1024, 9999),
    "id": (1000, 99999),
}
"""What a reader expects of a number, by the kind of its field."""
DECIMALS: Final = (2, 4, 8, 17, 40, 330)
"""Decimal places that are tried in turn, for bounds that lie close together."""
DRAWS_MAX: Final = 20
MENTIONS_MAX: Final = 8
FLOAT_MAX: Final = 1e308
SCAN_MAX: Final = 10_000
"""Numbers that are gone through in order."""
REACH: Final = 100
"""How far from a bound a number is drawn, where nothing else says how large it is."""


class NumberMaker:
    """Makes the numbers that one schema allows."""

    def __init__(self, facts: Facts) -> None:
        """Raise Unsatisfiable if there is none."""
        self._facts = facts
        self._integers_only = "fraction" not in facts.types
        number = facts.number
        self._reject_empty_range()
        divisors = [*number.divisors, *([Fraction(1)] if self._integers_only else [])]
        steps = [reduce(_joint_multiple, divisors)] if divisors else _decimal_steps()
        for step in steps:
            self._step = step
            self._low, self._high = self._range(step)
            if self._low is None or self._high is None or self._low <= self._high:
                break
        else:
            raise Unsatisfiable(f"no multiple of {_shown(steps[-1])} is within bounds", facts.path)
        if next(self.in_order(), None) is None:
            raise Unsatisfiable("every number within bounds is excluded", facts.path)

    def _reject_empty_range(self) -> None:
        number = self._facts.number
        if number.low is None or number.high is None:
            return
        if number.low > number.high:
            low, high = _shown(number.low), _shown(number.high)
            raise Unsatisfiable(f"minimum {low} is over maximum {high}", self._facts.path)
        if number.low == number.high and (number.low_excluded or number.high_excluded):
            raise Unsatisfiable(f"nothing is left between {_shown(number.low)} and itself")

    def _range(self, step: Fraction) -> tuple[int | None, int | None]:
        """Return the first and last multiple of a step within bounds."""
        number = self._facts.number
        low = high = None
        if number.low is not None:
            low = -(-number.low // step)
            low += 1 if number.low_excluded and low * step == number.low else 0
        if number.high is not None:
            high = number.high // step
            high -= 1 if number.high_excluded and high * step == number.high else 0
        return low, high

    def fits(self, value: float) -> bool:
        """Tell whether the schema allows a number."""
        given = exact(value)
        is_whole = given.denominator == 1
        if (self._integers_only and not is_whole) or not self._facts.number.allows(given):
            return False
        if is_whole and "integer" not in self._facts.types:
            return False
        return not self._facts.barred or equality_key(value) not in self._facts.barred

    def make(self, rng: Random, mentions: Mentions, field: str) -> float:
        """Return a number that suits the field's name."""
        kind = kind_of(field, numeric=True)
        if mentions.any:
            for value in islice(mentions.numbers(field, kind), MENTIONS_MAX):
                if self.fits(value):
                    return value
        fitting = [v for v in self._facts.examples if _is_number(v) and self.fits(v)]
        if fitting:
            return fitting[int(rng.random() * len(fitting))]
        low, high = self._window(kind)
        for _ in range(DRAWS_MAX):
            drawn = self._at(rng.randint(low, high))
            if drawn is not None and self._divides_plainly(drawn):
                return drawn
        return next(filter(self._divides_plainly, self.in_order()), next(self.in_order()))

    def _divides_plainly(self, value: float) -> bool:
        """Tell whether a division of floats finds a multiple, too, as many validators do it."""
        divisors = self._facts.number.divisors
        if abs(value) > FLOAT_MAX:
            return True
        return all(d.denominator == 1 or (value / float(d)).is_integer() for d in divisors)

    def _window(self, kind: str | None) -> tuple[int, int]:
        """Return the first and last multiple to draw from."""
        low, high = WINDOWS.get(kind or "", DEFAULT_WINDOW)
        # A score of whole numbers is one out of a hundred.
        if kind == "score" and self._step >= 1:
            low, high = DEFAULT_WINDOW
        first, last = -(-low // self._step), high // self._step
        first = first if self._low is None else max(first, self._low)
        last = last if self._high is None else min(last, self._high)
        if first <= last:
            return first, last
        reach = max(REACH, int(REACH / self._step)) if self._step < 1 else REACH
        if self._low is not None:
            return self._low, self._low + reach if self._high is None else self._high
        return (self._high or 0) - reach, self._high or 0

    def _at(self, index: int) -> float | None:
        """Return the multiple of this number, or None if it is not allowed."""
        given = index * self._step
        if given.denominator == 1:
            value: float = given.numerator
        else:
            try:
                value = float(given)
            except OverflowError:
                return None
        return value if self.fits(value) else None

    def in_order(self, start: int = 0) -> Iterator[float]:
        """Yield allowed numbers one by one, those before `start` last."""
        downwards = self._low is None and self._high is not None
        first = (self._high if downwards else self._low) or 0
        count = SCAN_MAX
        if self._low is not None and self._high is not None:
            count = min(count, self._high - self._low + 1)
        for offset in chain(range(start, count), range(min(start, count))):
            value = self._at(first - offset if downwards else first + offset)
            if value is not None:
                yield value


def _is_number(value: Json) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(bound: Fraction) -> str:
    """Return a bound as it is written in the schema."""
    is_float = bound.denominator != 1 and abs(bound) <= FLOAT_MAX
    return repr(float(bound)) if is_float else str(round(bound))


def _decimal_steps() -> list[Fraction]:
    return [Fraction(1, 10**places) for places in DECIMALS]


def _joint_multiple(first: Fraction, second: Fraction) -> Fraction:
    """Return the least number that is a multiple of two fractions."""
    return Fraction(
        lcm(first.numerator, second.numerator), gcd(first.denominator, second.denominator)
    )
