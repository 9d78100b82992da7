"""Facts: all that several schemas demand of one value, merged."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import jsonschema_rs

if TYPE_CHECKING:
    from collections.abc import Hashable

    from fakeai.core.document import Json
    from fakeai.sim.instance_document import Schema

TYPES: Final = ("string", "integer", "fraction", "boolean", "object", "array", "null")
"""JSON's types; a number is an integer or a fraction. The first that fits is preferred."""

REMEMBERED_MAX: Final = 32
"""Patterns remembered for all schemas: each may take some megabytes."""
REMEMBERED_CHARS_MAX: Final = 1_000
"""Characters of a pattern that is remembered; clients choose the patterns."""
NUMBERS: Final = frozenset({"integer", "fraction"})


@dataclass(slots=True)
class NumberFacts:
    """Bounds and divisors."""

    low: Fraction | None = None
    low_excluded: bool = False
    high: Fraction | None = None
    high_excluded: bool = False
    divisors: tuple[Fraction, ...] = ()
    barred_divisors: tuple[Fraction, ...] = ()

    def at_least(self, bound: Fraction, *, excluded: bool) -> None:
        """Raise the lower bound."""
        if self.low is None or (bound, excluded) > (self.low, self.low_excluded):
            self.low, self.low_excluded = bound, excluded

    def at_most(self, bound: Fraction, *, excluded: bool) -> None:
        """Lower the upper bound."""
        if self.high is None or (-bound, excluded) > (-self.high, self.high_excluded):
            self.high, self.high_excluded = bound, excluded

    def allows(self, number: Fraction) -> bool:
        """Tell whether a number is within bounds and a multiple of every divisor."""
        low, high = self.low, self.high
        if low is not None and (number < low or (self.low_excluded and number == low)):
            return False
        if high is not None and (number > high or (self.high_excluded and number == high)):
            return False
        if any((number / divisor).denominator != 1 for divisor in self.divisors):
            return False
        return all((number / divisor).denominator != 1 for divisor in self.barred_divisors)


@dataclass(slots=True)
class Size:
    """How many characters, items or properties."""

    low: int = 0
    high: int | None = None

    def at_least(self, bound: int) -> None:
        """Raise the lower bound."""
        self.low = max(self.low, bound)

    def at_most(self, bound: int) -> None:
        """Lower the upper bound."""
        self.high = bound if self.high is None else min(self.high, bound)

    def allows(self, size: int) -> bool:
        """Tell whether a size is within bounds."""
        return size >= self.low and (self.high is None or size <= self.high)

    @property
    def is_empty(self) -> bool:
        """Tell whether no size is allowed."""
        return self.high is not None and self.high < self.low


@dataclass(slots=True)
class TextFacts:
    """Length, patterns and formats."""

    size: Size = field(default_factory=Size)
    patterns: tuple[str, ...] = ()
    barred_patterns: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tuple:
    """What one schema says of an array's items: the first ones, and the rest."""

    prefix: tuple[Schema, ...]
    rest: Schema


@dataclass(frozen=True, slots=True)
class Contains:
    """At least `low` items, at most `high`, must satisfy a schema."""

    schema: Schema
    outside: Schema
    """The schema of items that do not count."""
    low: int
    high: int | None


@dataclass(slots=True)
class ArrayFacts:
    """Length and items."""

    size: Size = field(default_factory=Size)
    unique: bool = False
    tuples: tuple[Tuple, ...] = ()
    contains: tuple[Contains, ...] = ()
    leftover: Schema = True
    """The schema of items that no other schema speaks of (`unevaluatedItems`)."""


@dataclass(frozen=True, slots=True)
class Members:
    """What one schema says of an object's properties."""

    named: dict[str, Schema]
    matching: dict[str, Schema]
    others: Schema
    says_others: bool
    """Whether `others` was written, so that no property is left over."""


@dataclass(slots=True)
class ObjectFacts:
    """Properties and their names."""

    size: Size = field(default_factory=Size)
    members: tuple[Members, ...] = ()
    required: dict[str, None] = field(default_factory=dict)
    names: tuple[Schema, ...] = ()
    leftover: Schema = True
    """The schema of properties that no other schema speaks of (`unevaluatedProperties`)."""

    def goal(self, name: str) -> tuple[Schema, ...]:
        """Return all schemas that speak of a property."""
        goal: list[Schema] = []
        is_left_over = True
        for members in self.members:
            own = [members.named[name]] if name in members.named else []
            own += [s for pattern, s in members.matching.items() if _matches(pattern, name)]
            goal += own or [members.others]
            is_left_over &= not own and not members.says_others
        return (*goal, self.leftover) if is_left_over else tuple(goal)


@dataclass(frozen=True, slots=True)
class Choice:
    """Alternatives, of which the value must satisfy one."""

    branches: tuple[Schema, ...]
    path: str
    ordered: bool = False
    """Whether the first branch is to be tried first."""
    exclusive: bool = False
    """Whether the value may satisfy one branch only."""


@dataclass(slots=True)
class Facts:
    """All that is known of one value; `choices` are still to be made."""

    types: frozenset[str] = frozenset(TYPES)
    values: list[Json] | None = None
    """The only values allowed, if they are listed."""
    barred: frozenset[Hashable] = frozenset()
    """Keys of values that are not allowed."""
    examples: tuple[Json, ...] = ()
    choices: tuple[Choice, ...] = ()
    number: NumberFacts = field(default_factory=NumberFacts)
    text: TextFacts = field(default_factory=TextFacts)
    array: ArrayFacts = field(default_factory=ArrayFacts)
    object: ObjectFacts = field(default_factory=ObjectFacts)
    absorbed: dict[int, Schema] = field(default_factory=dict)
    """The schemas merged so far, by identity, which keeps them alive and ends loops."""
    path: str = ""

    def copy(self) -> Facts:
        """Return facts that can be added to without changing these."""
        number, text, array, members = self.number, self.text, self.array, self.object
        return Facts(
            types=self.types,
            values=self.values,
            barred=self.barred,
            examples=self.examples,
            choices=self.choices,
            number=replace(number),
            text=replace(text, size=replace(text.size)),
            array=replace(array, size=replace(array.size)),
            object=replace(members, size=replace(members.size), required=dict(members.required)),
            absorbed=dict(self.absorbed),
            path=self.path,
        )


def named_types(value: str | list[str]) -> frozenset[str]:
    """Return the types that a `type` keyword names."""
    names = {value} if isinstance(value, str) else set(value)
    return frozenset(names - {"number"} | {"integer", "fraction"} if "number" in names else names)


def exact(number: float) -> Fraction:
    """Return a JSON number as it is written: 0.1 is one tenth."""
    return Fraction(number) if isinstance(number, int) else Fraction(repr(number))


def type_of(value: Json) -> str:
    """Return the type of a value."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "integer" if value.is_integer() else "fraction"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def equality_key(value: Json) -> Hashable:
    """Return a key that two values share if JSON Schema holds them equal."""
    match value:
        case bool() | None | str():
            return (type_of(value), value)
        case list():
            return ("array", tuple(map(equality_key, value)))
        case dict():
            return ("object", frozenset((k, equality_key(v)) for k, v in value.items()))
        case _:
            return ("number", value)


@lru_cache(REMEMBERED_MAX)
def _remembered(pattern: str) -> jsonschema_rs.Draft202012Validator:
    return _validator(pattern)


def _validator(pattern: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({"pattern": pattern})


def _matches(pattern: str, name: str) -> bool:
    """Tell whether a pattern is found in a name."""
    find = _remembered if len(pattern) <= REMEMBERED_CHARS_MAX else _validator
    return find(pattern).is_valid(name)
