"""Patterns: readable texts that match several regular expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fakeai.sim.pattern_search import Search
from fakeai.sim.pattern_syntax import (
    Back,
    Chars,
    Edge,
    Either,
    Group,
    Look,
    Repeat,
    Sequence,
    Tree,
    parse,
)
from fakeai.sim.regular import INFINITE, Algebra, BudgetSpentError, Node

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

WALKS_MAX: Final = 3
STEPS_MAX: Final = 60_000
UNROLLED_MAX: Final = 16
"""Repeats of an item with conditions inside that are written out one by one."""


class _Builder:
    """Turns a pattern's tree into a language, from right to left.

    A condition on what follows is an intersection with the rest, which is why each method takes
    the language of what comes after. What precedes is known at the start of the pattern only:
    elsewhere a look behind or the edge of a word is left out, and the caller checks the text.
    """

    def __init__(self, algebra: Algebra) -> None:
        self.algebra = algebra
        self.groups: dict[int, Node] = {}
        """What each group of the pattern says that is referred to."""
        self.pinned = False
        """Whether a group of any pattern was given one fixed text."""

    def exactly(self, tree: Tree) -> Node:
        """Return the texts that the pattern matches from end to end."""
        self.pin(tree)
        return self.build(tree, self.algebra.empty, start=True)

    def anywhere(self, tree: Tree) -> Node:
        """Return the texts in which the pattern is found anywhere."""
        algebra = self.algebra
        self.pin(tree)
        at_start = self.build(tree, algebra.all, start=True)
        later = self.build(tree, algebra.all, start=False)
        return algebra.either(at_start, algebra.then(self.before(tree), later))

    def before(self, tree: Tree) -> Node:
        """Return the texts that may precede the pattern; a look behind may be its first item."""
        algebra = self.algebra
        before = algebra.then(algebra.any, algebra.all)
        first = tree.items[0] if isinstance(tree, Sequence) and tree.items else tree
        if not isinstance(first, Look) or not first.behind:
            return before
        seen = algebra.then(algebra.all, self.build(first.item, algebra.empty, start=False))
        return algebra.both(before, algebra.negate(seen) if first.negative else seen)

    def pin(self, tree: Tree) -> None:
        """Give each group that is referred to one fixed text, so that it can be said again."""
        nodes = list(_walk(tree))
        numbers = {node.number for node in nodes if isinstance(node, Back)}
        self.groups = {}
        self.pinned |= bool(numbers)
        for node in nodes:
            if isinstance(node, Group) and node.number in numbers:
                language = self.build(node.item, self.algebra.empty, start=False)
                text = Search(self.algebra).shortest(language) or ""
                self.groups[node.number] = self.literal(text)

    def literal(self, text: str) -> Node:
        """Return the language of one text."""
        node = self.algebra.empty
        for char in reversed(text):
            node = self.algebra.then(self.algebra.chars(((ord(char), ord(char)),)), node)
        return node

    def build(self, tree: Tree, rest: Node, *, start: bool) -> Node:
        """Return the texts of a tree followed by the rest."""
        algebra = self.algebra
        match tree:
            case Chars(charset):
                return algebra.then(algebra.chars(charset), rest)
            case Sequence(items):
                return self.sequence(items, rest, start=start)
            case Either(options):
                return algebra.either(*[self.build(o, rest, start=start) for o in options])
            case Repeat():
                return self.repeat(tree, rest, start=start)
            case Group(item, number) if number not in self.groups:
                return self.build(item, rest, start=start)
            case Group(number=number) | Back(number):
                return algebra.then(self.groups.get(number, algebra.empty), rest)
            case Look() | Edge():
                return self.condition(tree, rest, start=start)

    def repeat(self, tree: Repeat, rest: Node, *, start: bool) -> Node:
        """Return an item again and again."""
        algebra = self.algebra
        low, high = tree.low, INFINITE if tree.high is None else tree.high
        conditional = any(isinstance(node, Look | Edge) for node in _walk(tree.item))
        if not conditional or high > UNROLLED_MAX:
            body = self.build(tree.item, algebra.empty, start=start and low > 0)
            return algebra.then(algebra.repeat(body, low, high), rest)
        out = rest if low == 0 else algebra.none
        tail = rest
        for times in range(1, high + 1):
            tail = self.build(tree.item, tail, start=start and times == high)
            out = algebra.either(out, tail) if times >= low else out
        return out

    def sequence(self, items: tuple[Tree, ...], rest: Node, *, start: bool) -> Node:
        """Return items one after the other; only conditions may precede what is at the start."""
        firsts = 0
        while start and firsts < len(items) and isinstance(items[firsts], Look | Edge):
            firsts += 1
        cut = _look_behind(items, firsts) if start else None
        if cut is not None:
            head = self.ending(items[:cut], items[cut])
            return self.algebra.then(head, self.sequence(items[cut + 1 :], rest, start=False))
        for index in range(len(items) - 1, -1, -1):
            rest = self.build(items[index], rest, start=start and index <= firsts)
        return rest

    def ending(self, items: tuple[Tree, ...], look: Tree) -> Node:
        """Return the texts of items at the start that end as a look behind wants it."""
        algebra = self.algebra
        head = self.sequence(items, algebra.empty, start=True)
        if not isinstance(look, Look):
            return head
        seen = algebra.then(algebra.all, self.build(look.item, algebra.empty, start=False))
        return algebra.both(head, algebra.negate(seen) if look.negative else seen)

    def condition(self, tree: Look | Edge, rest: Node, *, start: bool) -> Node:
        """Return the texts of the rest that meet a condition."""
        algebra = self.algebra
        if isinstance(tree, Edge):
            if tree.kind == "start":
                return rest if start else algebra.none
            return algebra.both(rest, algebra.empty) if tree.kind == "end" else rest
        if tree.behind:
            return algebra.none if start and not tree.negative else rest
        ahead = self.build(tree.item, algebra.all, start=start)
        return algebra.both(algebra.negate(ahead) if tree.negative else ahead, rest)


def _look_behind(items: tuple[Tree, ...], firsts: int) -> int | None:
    """Return the place of the last look behind before which nothing looks ahead."""
    found: int | None = None
    for index, item in enumerate(items):
        if index > firsts and isinstance(item, Look) and item.behind:
            found = index
        elif any(_looks_ahead(node) for node in _walk(item)):
            break
    return found


def _looks_ahead(tree: Tree) -> bool:
    """Tell whether a tree is a condition on what follows."""
    if isinstance(tree, Edge):
        return tree.kind == "end"
    return isinstance(tree, Look) and not tree.behind


def language(algebra: Algebra, pattern: str) -> Node:
    """Return the texts that a pattern matches from end to end."""
    return _Builder(algebra).exactly(parse(pattern))


def _walk(tree: Tree) -> Iterable[Tree]:
    """Yield every node of a tree, the outer ones first."""
    yield tree
    match tree:
        case Sequence(parts) | Either(parts):
            for part in parts:
                yield from _walk(part)
        case Repeat(item=item) | Group(item=item) | Look(item=item):
            yield from _walk(item)
        case _:
            return


class Pattern:
    """The texts that match all of `patterns`, none of `excluded`, with so many characters."""

    def __init__(
        self,
        patterns: Iterable[str],
        *,
        excluded: Iterable[str] = (),
        length: tuple[int, int | None] = (0, None),
        steps_max: int = STEPS_MAX,
        eager: bool = False,
    ) -> None:
        """Raise UnsupportedPatternError or BudgetSpentError for what cannot be searched.

        `eager` finds long texts sooner, where the length is what makes them long.
        """
        algebra = Algebra(steps_max)
        builder = _Builder(algebra)
        low, high = length
        parts = [algebra.repeat(algebra.any, low, INFINITE if high is None else high)]
        parts += [algebra.negate(builder.anywhere(parse(pattern))) for pattern in excluded]
        trees = [parse(pattern) for pattern in patterns]
        self._algebra = algebra
        self._search = Search(algebra, eager=eager)
        self._language = algebra.both(*parts, *[builder.exactly(tree) for tree in trees])
        self.shortest = self._search.shortest(self._language)
        """The shortest text, or None if there is none."""
        if self.shortest is None:
            self._language = algebra.both(*parts, *[builder.anywhere(tree) for tree in trees])
            self.shortest = self._search.shortest(self._language)
        self.is_complete = not builder.pinned
        """Whether no text is left out for being referred to by another part of its pattern."""

    def allow(self, steps_max: int) -> None:
        """Allow so much work for all texts to come."""
        self._algebra.allow(steps_max)

    def text(self, rng: Random) -> str | None:
        """Return a text; where walks lead nowhere, it is the shortest one."""
        if self.shortest is None:
            return None
        for _ in range(WALKS_MAX):
            try:
                text = self._search.text(self._language, rng)
            except BudgetSpentError:
                return self.shortest
            if text is not None:
                return text
        return self.shortest
