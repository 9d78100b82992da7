"""Grafting: a YAML tree and its leaves become one Jinja template.

Structure turns into Jinja's own list, map and assignment nodes, and every leaf's expression is set
in where it stands, so that Jinja compiles the whole tree to one Python function.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeGuard

from jinja2 import nodes
from jinja2.runtime import LoopContext

from fakeai.template import hints
from fakeai.template.check import DELTA, Checker, attribute
from fakeai.template.directives import (
    Each,
    Either,
    can_vanish,
    data_key,
    is_directive,
    malformed,
    read_directive,
    step,
)
from fakeai.template.filters import APPEND, ASSIGN, EACH
from fakeai.template.leaf import as_text_node, is_plain, parse_expression, parse_leaf
from fakeai.template.report import Report, leaf_report

if TYPE_CHECKING:
    from collections.abc import Callable

    from fakeai.core.document import Node
    from fakeai.core.problem import Problem
    from fakeai.template.check import Types
    from fakeai.template.hints import Kinds

RESULT: Final = "_result"
"""The variable that holds the finished tree; no expression can spell it."""

#: Of Jinja's `for`: no `else`, no test, not recursive.
_PLAIN_LOOP: Final[tuple[list[nodes.Node], None, bool]] = ([], None, False)


@dataclass(frozen=True, slots=True)
class At:
    """Where in a tree a node stands, and the variables it can see."""

    path: str
    types: Types

    def down(self, key: str) -> At:
        """Return the place one key further down."""
        return replace(self, path=step(self.path, key))

    def item(self, position: int) -> At:
        """Return the place of an item of the list here."""
        return replace(self, path=f"{self.path}[{position}]")


class Graft:
    """One tree on its way to becoming a Jinja template."""

    def __init__(self, problems: list[Problem]) -> None:
        """What is wrong with the tree is added to `problems`."""
        self.names: set[str] = set()
        self.targets: set[str] = {"loop"}
        """The variables that `$for` itself makes."""
        self.deltas: set[str] = set()
        self.is_constant = True
        self._problems = problems
        self._body: list[nodes.Node] = []
        self._variables = 0

    def template(self, node: Node, at: At) -> nodes.Template:
        """Return the template whose variable `_result` becomes the tree's value."""
        value = self._value(node, at)
        self._body.append(nodes.Assign(nodes.Name(RESULT, "store"), value))
        return nodes.Template(self._body)

    def _value(self, node: Node, at: At) -> nodes.Expr:
        if is_directive(node):
            return self._directive(node, at)
        if isinstance(node.value, dict):
            return self._map(node.value, at)
        if isinstance(node.value, list):
            return self._list(node.value, at)
        if isinstance(node.value, str):
            return self._leaf(node, node.value, at)
        if isinstance(node.value, float) and not math.isfinite(node.value):
            self._report(node, at).add("FA040", "JSON has no such number", 0)
        return nodes.Const(node.value)

    def _leaf(self, node: Node, text: str, at: At) -> nodes.Expr:
        if is_plain(text):
            return nodes.Const(text)
        self.is_constant = False
        report = self._report(node, at)
        parts = parse_leaf(text, report)
        only = parts[0] if len(parts) == 1 else None
        if _is_delta(only, at.types):
            self._delta(only, at, report)
            return only
        for part in parts:
            if isinstance(part, nodes.Expr):
                self._check(part, at, report)
        if isinstance(only, nodes.Expr):
            return only
        return nodes.Concat(
            [nodes.Const(part) if isinstance(part, str) else as_text_node(part) for part in parts]
        )

    def _delta(self, node: nodes.Getattr, at: At, report: Report) -> None:
        attribute(at.types[DELTA], node.attr, node.lineno, report)
        self.deltas.add(node.attr)
        self.names.add(DELTA)

    def _map(self, entries: dict[str, Node], at: At) -> nodes.Expr:
        for key, entry in entries.items():
            if not is_plain(key):
                place = entry.key_place or entry.place
                message = "a key is written out; expressions stand in values"
                self._problems.append(malformed(place, step(at.path, key), message))
        if any(can_vanish(entry) for entry in entries.values()):
            name = self._collect(nodes.Dict([]))
            for key, entry in entries.items():
                self._entry(name, key, entry, at.down(key))
            return nodes.Name(name, "load")
        return nodes.Dict(
            [
                nodes.Pair(nodes.Const(data_key(key)), self._value(entry, at.down(key)))
                for key, entry in entries.items()
            ]
        )

    def _entry(self, name: str, key: str, node: Node, at: At) -> None:
        """Put an entry into the map of that name, unless a `$if` says no."""
        if can_vanish(node):
            self._branch(node, at, lambda branch, here: self._entry(name, key, branch, here))
            return
        self._append_to(name, ASSIGN, nodes.Const(data_key(key)), self._value(node, at))

    def _list(self, items: list[Node], at: At) -> nodes.Expr:
        if any(is_directive(item) for item in items):
            name = self._collect(nodes.List([]))
            for position, item in enumerate(items):
                self._item(name, item, at.item(position), spread=True)
            return nodes.Name(name, "load")
        return nodes.List([self._value(item, at.item(i)) for i, item in enumerate(items)])

    def _item(self, name: str, node: Node, at: At, *, spread: bool) -> None:
        """Append an item to the list of that name; a `$for` may spread its own items there."""
        if spread and _is_for(node):
            self._loop(name, node, at)
        elif is_directive(node) and not _is_for(node):
            self._branch(
                node, at, lambda branch, here: self._item(name, branch, here, spread=spread)
            )
        else:
            self._append_to(name, APPEND, self._value(node, at))

    def _directive(self, node: Node, at: At) -> nodes.Expr:
        if _is_for(node):
            name = self._collect(nodes.List([]))
            self._loop(name, node, at)
        else:
            name = self._collect(nodes.Const(None))
            self._branch(node, at, lambda branch, here: self._assign(name, branch, here))
        return nodes.Name(name, "load")

    def _assign(self, name: str, node: Node, at: At) -> None:
        value = self._value(node, at)
        self._body.append(nodes.Assign(nodes.Name(name, "store"), value))

    def _loop(self, name: str, node: Node, at: At) -> None:
        """Append an item to the list of that name for each member of another list."""
        each = read_directive(node, at.path, self._problems)
        if not isinstance(each, Each):
            return
        source, kinds = self._bare(each.source, at.down("$for"), each.start)
        inner = replace(at, types=self._targets(each, kinds, at))
        body = self._block(lambda: self._each(name, each, inner))
        if each.test is not None:
            test, _ = self._bare(each.test, inner.down("$if"))
            body = [nodes.If(test, body, [], [])]
        members = nodes.Filter(source, EACH, [], [], None, None)
        target = nodes.Name(each.target, "store")
        self._body.append(nodes.For(target, members, body, *_PLAIN_LOOP))

    def _each(self, name: str, each: Each, at: At) -> None:
        for key, item in each.items:
            self._item(name, item, at.down(key), spread=key != "$do")

    def _targets(self, each: Each, kinds: Kinds, at: At) -> Types:
        report = leaf_report(each.source, step(at.path, "$for"), self._problems)
        found = hints.item_kinds(kinds)
        if not found or kinds == (str,):
            report.add("FA043", f"`$for` goes through a list, not {hints.shown(kinds)}", each.start)
        if each.target in {*at.types, "loop"} or each.target.startswith("_"):
            report.add("FA043", f"`{each.target}` cannot be the name of a new variable", 0)
        self.targets.add(each.target)
        return {**at.types, each.target: found or hints.FREE, "loop": (LoopContext,)}

    def _branch(self, node: Node, at: At, emit: Callable[[Node, At], None]) -> None:
        """Add a test, with what `emit` adds for each branch in it."""
        either = read_directive(node, at.path, self._problems)
        if not isinstance(either, Either):
            return
        test, _ = self._bare(either.test, at.down("$if"))
        then, other = either.then, either.other
        body = self._block(lambda: emit(then, at.down("$then")))
        rest = self._block(lambda: emit(other, at.down("$else"))) if other is not None else []
        self._body.append(nodes.If(test, body, [], rest))

    def _bare(self, node: Node, at: At, start: int = 0) -> tuple[nodes.Expr, Kinds]:
        """Return the expression of a directive and the types it may have."""
        self.is_constant = False
        report = self._report(node, at, start)
        expression = parse_expression(str(node.value)[start:], report)
        if expression is None:
            return nodes.Const(None), hints.FREE
        return expression, self._check(expression, at, report)

    def _check(self, expression: nodes.Expr, at: At, report: Report) -> Kinds:
        checker = Checker(at.types, report)
        kinds = checker.kinds(expression)
        self.names |= checker.names
        return kinds

    def _report(self, node: Node, at: At, start: int = 0) -> Report:
        return leaf_report(node, at.path, self._problems, start)

    def _collect(self, start: nodes.Expr) -> str:
        """Return the name of a new variable of the template."""
        self._variables += 1
        name = f"_{self._variables}"
        self._body.append(nodes.Assign(nodes.Name(name, "store"), start))
        return name

    def _append_to(self, name: str, way: str, *values: nodes.Expr) -> None:
        call = nodes.Filter(nodes.Name(name, "load"), way, list(values), [], None, None)
        self._body.append(nodes.ExprStmt(call))

    def _block(self, emit: Callable[[], None]) -> list[nodes.Node]:
        outer, self._body = self._body, []
        emit()
        inner, self._body = self._body, outer
        return inner


def _is_for(node: Node) -> bool:
    return isinstance(node.value, dict) and "$for" in node.value


def _is_delta(part: object, types: Types) -> TypeGuard[nodes.Getattr]:
    """Say whether a part of a leaf is an attribute of `delta` and nothing more."""
    if not isinstance(part, nodes.Getattr) or not isinstance(part.node, nodes.Name):
        return False
    return part.node.name == DELTA and DELTA in types
