"""Pattern syntax: a regular expression of JSON Schema as a tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from fakeai.sim.charset import (
    DIGITS,
    NEWLINES,
    SPACES,
    WORD,
    Charset,
    complement,
    letters,
    unicode_property,
    union,
)


class UnsupportedPatternError(ValueError):
    """The pattern uses a construct that is not understood here."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of a set."""

    charset: Charset


@dataclass(frozen=True, slots=True)
class Sequence:
    """Items one after the other."""

    items: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of the options."""

    options: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """An item `low` to `high` times; `high` of None is without end."""

    item: Tree
    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class Look:
    """A condition on what follows (or, if `behind`, on what precedes)."""

    item: Tree
    behind: bool
    negative: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """A condition on the place: the start, the end, or the edge of a word."""

    kind: Literal["start", "end", "word"]


@dataclass(frozen=True, slots=True)
class Group:
    """A numbered group, to which a back reference may point."""

    item: Tree
    number: int


@dataclass(frozen=True, slots=True)
class Back:
    """The text that a group matched, again."""

    number: int


Tree = Chars | Sequence | Either | Repeat | Look | Edge | Group | Back

_CLASSES: Final[dict[str, Charset]] = {
    "d": DIGITS,
    "D": complement(DIGITS),
    "w": WORD,
    "W": complement(WORD),
    "s": SPACES,
    "S": complement(SPACES),
}
_CONTROLS: Final = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "0": "\0", "b": "\b"}
_LOOKS: Final = (
    ("?=", False, False),
    ("?!", False, True),
    ("?<=", True, False),
    ("?<!", True, True),
)
_DEPTH_MAX: Final = 60
_REPEATS_MAX: Final = 100_000


def parse(pattern: str) -> Tree:
    """Return the tree of a pattern that the validator has accepted."""
    reader = _Reader(pattern)
    tree = reader.either(0)
    if reader.position < len(pattern):
        raise UnsupportedPatternError(f"unexpected {pattern[reader.position]!r}")
    return tree


class _Reader:
    """Reads a pattern from left to right."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.position = 0
        self.groups = 0

    def peek(self) -> str:
        """Return the next character, or nothing at the end."""
        return self.pattern[self.position : self.position + 1]

    def take(self, text: str) -> bool:
        """Step over a text if it comes next."""
        found = self.pattern.startswith(text, self.position)
        self.position += len(text) if found else 0
        return found

    def until(self, end: str) -> str:
        """Step over everything to the next `end`, and return what is before it."""
        stop = self.pattern.find(end, self.position)
        if stop < 0:
            raise UnsupportedPatternError(f"{end!r} is missing")
        text = self.pattern[self.position : stop]
        self.position = stop + len(end)
        return text

    def either(self, depth: int) -> Tree:
        """Read alternatives up to a closing bracket or the end."""
        if depth > _DEPTH_MAX:
            raise UnsupportedPatternError("groups are nested too deep")
        options = [self.sequence(depth)]
        while self.take("|"):
            options.append(self.sequence(depth))
        return options[0] if len(options) == 1 else Either(tuple(options))

    def sequence(self, depth: int) -> Tree:
        """Read repeated items up to a bar, a closing bracket or the end."""
        items: list[Tree] = []
        while self.peek() not in {"", "|", ")"}:
            items.append(self.repeated(self.item(depth)))
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def repeated(self, item: Tree) -> Tree:
        """Read the quantifiers that follow an item."""
        while bounds := self.quantifier():
            item = Repeat(item, *bounds)
            # Lazy and possessive repeats describe the same texts as greedy ones.
            _ = self.take("?") or self.take("+")
        return item

    def quantifier(self) -> tuple[int, int | None] | None:
        """Read `*`, `+`, `?`, `{2}`, `{2,}` or `{2,5}` if one comes next."""
        for sign, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.take(sign):
                return bounds
        if not self.take("{"):
            return None
        low, comma, high = self.until("}").partition(",")
        least = int(low or 0)
        most = least if not comma else int(high) if high.strip() else None
        if max(least, most or 0) > _REPEATS_MAX:
            raise UnsupportedPatternError(f"more than {_REPEATS_MAX} repeats")
        return least, most

    def item(self, depth: int) -> Tree:
        """Read one item without its quantifier."""
        char = self.peek()
        self.position += 1
        if char == "(":
            return self.group(depth)
        if char == "[":
            return Chars(self.set())
        if char == "\\":
            return self.escape()
        if char == ".":
            return Chars(complement(NEWLINES))
        if char in "^$":
            return Edge("start" if char == "^" else "end")
        return Chars(letters(char))

    def group(self, depth: int) -> Tree:
        """Read a group whose opening bracket is behind us."""
        for sign, behind, negative in _LOOKS:
            if self.take(sign):
                return Look(self.closed(depth), behind, negative)
        if self.take("?:") or self.take("?>"):
            return self.closed(depth)
        if self.take("?P<") or self.take("?<"):
            self.until(">")
        elif self.peek() == "?":
            raise UnsupportedPatternError("inline flags")
        self.groups += 1
        number = self.groups
        return Group(self.closed(depth), number)

    def closed(self, depth: int) -> Tree:
        """Read the inside of a group and its closing bracket."""
        tree = self.either(depth + 1)
        if not self.take(")"):
            raise UnsupportedPatternError("')' is missing")
        return tree

    def escape(self) -> Tree:
        """Read what follows a backslash outside of a set."""
        char = self.peek()
        if char in {"b", "B"}:
            self.position += 1
            return Edge("word")
        if char.isdigit() and char != "0":
            self.position += 1
            return Back(int(char))
        return Chars(self.escaped_set())

    def escaped_set(self) -> Charset:
        """Read what follows a backslash, as the characters that it stands for."""
        char = self.peek()
        self.position += 1
        if char in _CLASSES:
            return _CLASSES[char]
        if char in {"p", "P"}:
            return self.property(negative=char == "P")
        if char in {"x", "u"}:
            return self.code_point(2 if char == "x" else 4)
        if char == "c":
            self.position += 1
            return letters(chr(ord(self.pattern[self.position - 1]) % 32))
        return letters(_CONTROLS.get(char, char))

    def property(self, *, negative: bool) -> Charset:
        """Read the name of a Unicode property."""
        name = self.until("}")[1:] if self.peek() == "{" else self.pattern[self.position]
        self.position += 0 if len(name) > 1 or self.pattern[self.position - 1] == "}" else 1
        charset = unicode_property(name)
        if charset is None:
            raise UnsupportedPatternError(f"unknown property {name!r}")
        return complement(charset) if negative else charset

    def code_point(self, digits: int) -> Charset:
        """Read a character given by its number."""
        if self.take("{"):
            return letters(chr(int(self.until("}"), 16)))
        text = self.pattern[self.position : self.position + digits]
        self.position += digits
        return letters(chr(int(text, 16)))

    def set(self) -> Charset:
        """Read a set whose opening bracket is behind us."""
        negative = self.take("^")
        parts: list[Charset] = []
        first = True
        while first or self.peek() != "]":
            if not self.peek():
                raise UnsupportedPatternError("']' is missing")
            parts.append(self.range())
            first = False
        self.position += 1
        charset = union(*parts)
        return complement(charset) if negative else charset

    def range(self) -> Charset:
        """Read one member of a set, or a stretch such as `a-z`."""
        low = self.member()
        if self.peek() != "-" or self.pattern[self.position + 1 : self.position + 2] in {"]", ""}:
            return low
        self.position += 1
        high = self.member()
        return ((low[0][0], high[0][0]),)

    def member(self) -> Charset:
        """Read one member of a set."""
        char = self.peek()
        self.position += 1
        return self.escaped_set() if char == "\\" else letters(char)
