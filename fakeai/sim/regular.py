"""Regular languages: intersection and complement, by derivatives.

A language minus its first character is again a language (Brzozowski's derivative), so that two
patterns, a length and an exclusion are searched at once, without building an automaton first.
"""

from __future__ import annotations

from typing import Final

from fakeai.sim.charset import ANY, Charset, complement, contains, intersect

INFINITE: Final = 1 << 60
CLASSES_MAX: Final = 64
REACH_MAX: Final = 100
"""Languages inside each other, which the interpreter's stack must bear."""


class BudgetSpentError(Exception):
    """The search took more steps than it may."""


class Node:
    """A language; nodes of one `Algebra` that are built alike are the same object."""

    __slots__ = (
        "charset",
        "high",
        "kind",
        "low",
        "nullable",
        "parts",
        "reach",
        "serial",
        "shortest",
    )

    def __init__(self, key: Key, serial: int) -> None:
        """Keep the parts, and derive whether the language has the empty text."""
        kind, parts, charset, low, high = key
        self.serial = serial
        self.kind = kind
        self.parts = parts
        self.charset = charset
        self.low = low
        self.high = high
        self.nullable: bool = _nullable(self)
        self.shortest: int = _shortest(self)
        """A lower bound of the length of the language's texts."""
        self.reach: int = _reach(self)
        """How many languages stand inside each other, as far as one step looks."""


Key = tuple[str, tuple[Node, ...], Charset, int, int]


def _serial(node: Node) -> int:
    """Return the node's place in the order of making, which is the same in every process."""
    return node.serial


def _nullable(node: Node) -> bool:
    """Tell whether the empty text is in the language."""
    match node.kind:
        case "empty":
            return True
        case "then" | "both":
            return all(part.nullable for part in node.parts)
        case "either":
            return any(part.nullable for part in node.parts)
        case "not":
            return not node.parts[0].nullable
        case "repeat":
            return node.low == 0 or node.parts[0].nullable
        case _:
            return False


def _shortest(node: Node) -> int:
    """Return a lower bound of the texts' length."""
    match node.kind:
        case "none":
            return INFINITE
        case "chars":
            return 1
        case "then":
            return min(INFINITE, sum(part.shortest for part in node.parts))
        case "both":
            return max(part.shortest for part in node.parts)
        case "either":
            return min(part.shortest for part in node.parts)
        case "repeat":
            return min(INFINITE, node.low * node.parts[0].shortest)
        case _:
            return 0 if node.nullable else 1


def _reach(node: Node) -> int:
    """Return how deep taking one character off the language goes."""
    parts = node.parts
    if node.kind == "then" and not parts[0].nullable:
        parts = parts[:1]
    return 1 + max((part.reach for part in parts), default=0)


class Algebra:
    """Builds languages and takes them apart, with a bound on the work that it does."""

    def __init__(self, steps_max: int) -> None:
        """Start with the four languages that every pattern needs."""
        self._nodes: dict[Key, Node] = {}
        self._steps_left = steps_max
        self._rests: dict[tuple[Node, int], Node] = {}
        self._classes: dict[Node, tuple[Charset, ...]] = {}
        self.none = self._node("none")
        self.empty = self._node("empty")
        self.any = self._node("chars", charset=ANY)
        self.all = self._node("repeat", (self.any,), bounds=(0, INFINITE))

    def _node(
        self,
        kind: str,
        parts: tuple[Node, ...] = (),
        charset: Charset = (),
        bounds: tuple[int, int] = (0, 0),
    ) -> Node:
        """Return the one node of this make."""
        key = (kind, parts, charset, *bounds)
        node = self._nodes.get(key)
        if node is None:
            self.spend(4)
            node = Node(key, len(self._nodes))
            if node.reach > REACH_MAX:
                raise BudgetSpentError
            self._nodes[key] = node
        return node

    def chars(self, charset: Charset) -> Node:
        """Return the language of the set's characters."""
        return self._node("chars", charset=charset) if charset else self.none

    def then(self, first: Node, second: Node) -> Node:
        """Return the texts of the first followed by those of the second."""
        if self.none in {first, second}:
            return self.none
        if first is self.empty:
            return second
        if second is self.empty or (first is self.all and second is self.all):
            return first
        head: list[Node] = []
        while first.kind == "then":
            head.append(first.parts[0])
            first = first.parts[1]
        node = self._node("then", (first, second))
        for part in reversed(head):
            node = self._node("then", (part, node))
        return node

    def either(self, *parts: Node) -> Node:
        """Return the texts of any of the parts."""
        flat = self._flat("either", parts)
        flat.pop(self.none, None)
        if self.all in flat:
            return self.all
        if len(flat) < 2:
            return next(iter(flat), self.none)
        return self._node("either", tuple(sorted(flat, key=_serial)))

    def both(self, *parts: Node) -> Node:
        """Return the texts that all the parts have."""
        flat = self._flat("both", parts)
        flat.pop(self.all, None)
        if self.none in flat:
            return self.none
        if self.empty in flat:
            return self.empty if all(part.nullable for part in flat) else self.none
        if len(flat) < 2:
            return next(iter(flat), self.all)
        return self._node("both", tuple(sorted(flat, key=_serial)))

    def spend(self, steps: int) -> None:
        """Count work done."""
        self._steps_left -= steps
        if self._steps_left < 0:
            raise BudgetSpentError

    def allow(self, steps_max: int) -> None:
        """Allow so much work from now on."""
        self._steps_left = steps_max

    def _flat(self, kind: str, parts: tuple[Node, ...]) -> dict[Node, None]:
        """Return the parts without nesting or repetition."""
        self.spend(len(parts))
        flat: dict[Node, None] = {}
        for part in parts:
            flat.update(dict.fromkeys(part.parts if part.kind == kind else (part,)))
        return flat

    def negate(self, node: Node) -> Node:
        """Return every other text."""
        if node is self.none:
            return self.all
        if node is self.all:
            return self.none
        return node.parts[0] if node.kind == "not" else self._node("not", (node,))

    def repeat(self, node: Node, low: int, high: int) -> Node:
        """Return the language `low` to `high` times."""
        if high == 0 or node is self.empty:
            return self.empty
        if node is self.none:
            return self.empty if low == 0 else self.none
        return node if (low, high) == (1, 1) else self._node("repeat", (node,), bounds=(low, high))

    def classes(self, node: Node) -> tuple[Charset, ...]:
        """Return sets of characters after each of which the rest is the same language."""
        found = self._classes.get(node)
        if found is None:
            found = self._classes[node] = self._split(node)
        return found

    def _split(self, node: Node) -> tuple[Charset, ...]:
        """Work out `classes`."""
        if node.kind == "chars":
            other = complement(node.charset)
            return (node.charset, other) if other else (node.charset,)
        parts = node.parts
        if node.kind == "then" and not parts[0].nullable:
            parts = parts[:1]
        out: tuple[Charset, ...] = (ANY,)
        for part in parts:
            self.spend(len(out))
            pairs = [intersect(a, b) for a in out for b in self.classes(part)]
            out = tuple(charset for charset in pairs if charset)
            if len(out) > CLASSES_MAX:
                raise BudgetSpentError
        return out

    def after(self, node: Node, code: int) -> Node:
        """Return what may follow when the text starts with this character."""
        key = (node, code)
        found = self._rests.get(key)
        if found is None:
            self.spend(1)
            found = self._rests[key] = self._derive(node, code)
        return found

    def _derive(self, node: Node, code: int) -> Node:
        """Work out `after`."""
        match node.kind:
            case "chars":
                return self.empty if contains(node.charset, code) else self.none
            case "then":
                first, second = node.parts
                rest = self.then(self.after(first, code), second)
                return self.either(rest, self.after(second, code)) if first.nullable else rest
            case "either":
                return self.either(*[self.after(part, code) for part in node.parts])
            case "both":
                return self.both(*[self.after(part, code) for part in node.parts])
            case "not":
                return self.negate(self.after(node.parts[0], code))
            case "repeat":
                high = node.high if node.high == INFINITE else node.high - 1
                left = self.repeat(node.parts[0], max(0, node.low - 1), high)
                return self.then(self.after(node.parts[0], code), left)
            case _:
                return self.none
