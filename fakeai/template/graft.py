"""Grafting: a YAML tree and its leaves become one Python function.

Structure turns into lists, maps and assignments, and every leaf's expression is set in where it
stands, so that a tree is compiled once and run as a whole.
"""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import msgspec
from jinja2 import nodes

from fakeai.core.value import Value
from fakeai.template import hints
from fakeai.template.check import DELTA, Checker, attribute, is_delta
from fakeai.template.directives import (
    Each,
    Either,
    can_vanish,
    data_key,
    is_directive,
    is_for,
    malformed,
    read_directive,
    step,
)
from fakeai.template.expression import GIVEN, NAMESPACE, Writer
from fakeai.template.hoist import hoisted
from fakeai.template.leaf import as_text_node, is_plain, parse_expression, parse_leaf
from fakeai.template.report import Report, leaf_report
from fakeai.template.rounds import Round, each, rounds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fakeai.core.document import Node
    from fakeai.core.problem import Problem
    from fakeai.template.check import Types
    from fakeai.template.hints import Kinds

LOOP: Final = "loop"
"""The variable that counts the rounds of a `$for`."""

NAMES: Final[Mapping[str, Any]] = MappingProxyType({**NAMESPACE, "each": each, "rounds": rounds})
"""What the source may name besides its own variables; `failed` is the tree's own."""

INDENT: Final = "        "
_FAILURE: Final = ("    except FAULTS as error:", f"{INDENT}raise failed(error) from error")


class At(Value):
    """Where in a tree a node stands, and the variables it can see."""

    path: str
    types: Types
    names: Mapping[str, str]
    """What each variable is called in the source."""

    def down(self, key: str) -> At:
        """Return the place one key further down."""
        return msgspec.structs.replace(self, path=step(self.path, key))

    def item(self, position: int) -> At:
        """Return the place of an item of the list here."""
        return msgspec.structs.replace(self, path=f"{self.path}[{position}]")


class Graft:
    """One tree on its way to becoming a Python function."""

    def __init__(self, problems: list[Problem]) -> None:
        """What is wrong with the tree is added to `problems`."""
        self.names: set[str] = set()
        self.targets: set[str] = {LOOP}
        """The variables that `$for` itself makes."""
        self.deltas: set[str] = set()
        self.is_constant = True
        self._problems = problems
        self._writer = Writer()
        self._lines: list[str] = []
        self._indent = INDENT
        self._variables = 0

    def function(self, node: Node, path: str, types: Types, *, nulls: bool = True) -> str:
        """Return the source of a function `tree` from a map of variables to the tree's value.

        Without `nulls`, entries of its outermost map that are null are left out.
        """
        at = At(path, types, {name: GIVEN + name for name in types})
        if nulls or is_directive(node) or not isinstance(node.value, dict):
            value = self._value(node, at)
        else:
            value = self._entries(node.value, at, nulls=False)
        read = sorted(self.names - self.targets)
        given = [f"{INDENT}{GIVEN}{name} = given[{name!r}]" for name in read if name in types]
        given += [f"{INDENT}{name}_get = reader({name})" for name in sorted(self._writer.asked)]
        body = [*given, *self._lines, f"{INDENT}return {value}"]
        return "\n".join(["def tree(given):", "    try:", *body, *_FAILURE])

    def _value(self, node: Node, at: At) -> str:
        """Return the source of a value; what must be done before it is in the lines."""
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
        return repr(node.value)

    def _leaf(self, node: Node, text: str, at: At) -> str:
        if is_plain(text):
            return repr(text)
        self.is_constant = False
        report = self._report(node, at)
        parts = parse_leaf(text, report)
        only = parts[0] if len(parts) == 1 else None
        if is_delta(only, at.types):
            return self._delta(only, at, report)
        if not isinstance(only, nodes.Expr):
            only = nodes.Concat(
                [
                    nodes.Const(part) if isinstance(part, str) else as_text_node(part)
                    for part in parts
                ]
            )
        return self._checked(only, at, report)[0]

    def _delta(self, node: nodes.Getattr, at: At, report: Report) -> str:
        attribute(at.types[DELTA], node.attr, node.lineno, report)
        self.deltas.add(node.attr)
        self.names.add(DELTA)
        # A mark stands in for the delta, so it is not of the type that is declared.
        return self._writer.attribute(at.names[DELTA], node.attr, hints.FREE)

    def _map(self, entries: dict[str, Node], at: At) -> str:
        for key, entry in entries.items():
            if not is_plain(key):
                place = entry.key_place or entry.place
                message = "a key is written out; expressions stand in values"
                self._problems.append(malformed(place, step(at.path, key), message))
        if any(can_vanish(entry) for entry in entries.values()):
            return self._entries(entries, at)
        pairs = [
            f"{data_key(key)!r}: {self._value(entry, at.down(key))}"
            for key, entry in entries.items()
        ]
        return f"{{{', '.join(pairs)}}}"

    def _entries(self, entries: dict[str, Node], at: At, *, nulls: bool = True) -> str:
        name = self._collect("{}")
        for key, entry in entries.items():
            self._entry(name, key, entry, at.down(key), nulls=nulls)
        return name

    def _entry(self, name: str, key: str, node: Node, at: At, *, nulls: bool) -> None:
        """Put an entry into the map of that name, unless a `$if` says no."""
        if can_vanish(node):
            self._branch(
                node, at, lambda branch, here: self._entry(name, key, branch, here, nulls=nulls)
            )
            return
        value = self._value(node, at)
        if not nulls:
            held = self._writer.hold()
            self._line(f"if ({held} := {value}) is not None: {name}[{data_key(key)!r}] = {held}")
        else:
            self._line(f"{name}[{data_key(key)!r}] = {value}")

    def _list(self, items: list[Node], at: At) -> str:
        if any(is_directive(item) for item in items):
            name = self._collect("[]")
            for position, item in enumerate(items):
                self._item(name, item, at.item(position), spread=True)
            return name
        return f"[{', '.join([self._value(item, at.item(i)) for i, item in enumerate(items)])}]"

    def _item(self, name: str, node: Node, at: At, *, spread: bool) -> None:
        """Append an item to the list of that name; a `$for` may spread its own items there."""
        if spread and is_for(node):
            self._loop(name, node, at)
        elif is_directive(node) and not is_for(node):
            self._branch(
                node, at, lambda branch, here: self._item(name, branch, here, spread=spread)
            )
        else:
            self._line(f"{name}.append({self._value(node, at)})")

    def _directive(self, node: Node, at: At) -> str:
        if is_for(node):
            name = self._collect("[]")
            self._loop(name, node, at)
        else:
            name = self._collect("None")
            self._branch(node, at, lambda branch, here: self._assign(name, branch, here))
        return name

    def _assign(self, name: str, node: Node, at: At) -> None:
        self._line(f"{name} = {self._value(node, at)}")

    def _loop(self, name: str, node: Node, at: At) -> None:
        """Append an item to the list of that name for each member of another list."""
        found = read_directive(node, at.path, self._problems)
        if not isinstance(found, Each):
            return
        source, kinds = self._bare(found.source, at.down("$for"), found.start)
        target, count = self._name(), self._name()
        names = {**at.names, found.target: target, LOOP: count}
        inner = msgspec.structs.replace(at, types=self._targets(found, kinds, at), names=names)
        test = self._bare(found.test, inner.down("$if"))[0] if found.test is not None else None
        body = self._block(lambda: self._each(name, found, inner), deeper=test is not None)
        body = hoisted(target, body) if kinds != hints.FREE else body
        counted = any(count in line for line in [test or "", *body])
        members = self._writer.members(source)
        counting = f"{count}, {target} in rounds({members})"
        self._line(f"for {counting if counted else f'{target} in {members}'}:")
        if test is not None:
            self._line(f"    if {test}:")
        self._lines += body

    def _each(self, name: str, each: Each, at: At) -> None:
        for key, item in each.items:
            self._item(name, item, at.down(key), spread=key != "$do")

    def _targets(self, each: Each, kinds: Kinds, at: At) -> Types:
        report = leaf_report(each.source, step(at.path, "$for"), self._problems)
        found = hints.item_kinds(kinds)
        if not found or kinds == (str,):
            report.add("FA043", f"`$for` goes through a list, not {hints.shown(kinds)}", each.start)
        if each.target in {*at.types, LOOP} or each.target.startswith("_"):
            report.add("FA043", f"`{each.target}` cannot be the name of a new variable", 0)
        self.targets.add(each.target)
        return {**at.types, each.target: found or hints.FREE, LOOP: (Round,)}

    def _branch(self, node: Node, at: At, emit: Callable[[Node, At], None]) -> None:
        """Add a test, with what `emit` adds for each branch in it."""
        either = read_directive(node, at.path, self._problems)
        if not isinstance(either, Either):
            return
        test, _ = self._bare(either.test, at.down("$if"))
        then, other = either.then, either.other
        body = self._block(lambda: emit(then, at.down("$then")))
        self._line(f"if {test}:")
        self._lines += body
        if other is not None:
            rest = self._block(lambda: emit(other, at.down("$else")))
            self._line("else:")
            self._lines += rest

    def _bare(self, node: Node, at: At, start: int = 0) -> tuple[str, Kinds]:
        """Return the expression of a directive and the types it may have."""
        self.is_constant = False
        report = self._report(node, at, start)
        expression = parse_expression(str(node.value)[start:], report)
        if expression is None:
            return "None", hints.FREE
        return self._checked(expression, at, report)

    def _checked(self, expression: nodes.Expr, at: At, report: Report) -> tuple[str, Kinds]:
        """Return the source of an expression and its types; of a wrong one, nothing's."""
        before = len(self._problems)
        checker = Checker(at.types, report, self._writer.known)
        kinds = checker.kinds(expression)
        self.names |= checker.names
        if len(self._problems) > before:
            return "None", kinds
        return self._writer.source(expression, at.names), kinds

    def _report(self, node: Node, at: At, start: int = 0) -> Report:
        return leaf_report(node, at.path, self._problems, start)

    def _name(self) -> str:
        """Return a name that no other variable of the function has."""
        self._variables += 1
        return f"_{self._variables}_"

    def _collect(self, start: str) -> str:
        """Return the name of a new variable of the function."""
        name = self._name()
        self._line(f"{name} = {start}")
        return name

    def _line(self, line: str) -> None:
        self._lines.append(self._indent + line)

    def _block(self, emit: Callable[[], None], *, deeper: bool = False) -> list[str]:
        """Return the lines that `emit` adds, one level in, or two."""
        lines, indent = self._lines, self._indent
        self._lines, self._indent = [], indent + ("        " if deeper else "    ")
        emit()
        inner = self._lines or [f"{self._indent}pass"]
        self._lines, self._indent = lines, indent
        return inner
