"""Checks: what type an expression has, and what in it can never work."""

from __future__ import annotations

import math
from inspect import signature
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeGuard

from jinja2 import nodes

from fakeai.template import hints
from fakeai.template.environment import TESTS
from fakeai.template.filters import FILTERS
from fakeai.template.hints import FREE, Kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fakeai.template.report import Report

Types: TypeAlias = "Mapping[str, Kinds]"

DELTA: Final = "delta"
"""The variable that changes from token to token."""


def is_delta(part: object, types: Types) -> TypeGuard[nodes.Getattr]:
    """Say whether a part of a leaf is an attribute of `delta` and nothing more."""
    if not isinstance(part, nodes.Getattr) or not isinstance(part.node, nodes.Name):
        return False
    return part.node.name == DELTA and DELTA in types


class Checker:
    """Walks expressions once; what is wrong with them goes to the report."""

    def __init__(
        self, types: Types, report: Report, known: dict[nodes.Node, Kinds] | None = None
    ) -> None:
        """`types` is the closed list of variables; what is found goes to `known`, if given."""
        self.types = types
        self.report = report
        self.names: set[str] = set()
        """The variables that were read."""
        self._known: dict[nodes.Node, Kinds] = {} if known is None else known

    def kinds(self, node: nodes.Node) -> Kinds:
        """Return the types that a node's value may have."""
        rule = _RULES.get(type(node))
        found = rule(self, node) if rule else self.parts(node)
        self._known[node] = found
        return found

    def parts(self, node: nodes.Node) -> Kinds:
        """Check what a node is made of; of its own value nothing is known."""
        for child in node.iter_child_nodes():
            self.kinds(child)
        return FREE


def _name(checker: Checker, node: nodes.Name) -> Kinds:
    name = node.name
    if node.ctx != "load":
        return FREE
    if name not in checker.types:
        message = f"unknown variable `{name}`"
        checker.report.unknown("FA041", message, (node.lineno, name), checker.types)
        return FREE
    if name == DELTA:
        message = 'a `delta` stands alone in its leaf, as "{{ delta.text }}" does'
        checker.report.add("FA045", message, node.lineno)
    checker.names.add(name)
    return checker.types[name]


def _getattr(checker: Checker, node: nodes.Getattr) -> Kinds:
    return attribute(checker.kinds(node.node), node.attr, node.lineno, checker.report)


def attribute(owner: Kinds, name: str, mark: int, report: Report) -> Kinds:
    """Return the types of an attribute; one that its owner does not declare is reported."""
    found = () if name.startswith("_") else hints.attribute_kinds(owner, name)
    if not found:
        message = f"{hints.shown(owner)} has no attribute `{name}`"
        report.unknown("FA042", message, (mark, name), hints.attribute_names(owner))
    return found or FREE


def _getitem(checker: Checker, node: nodes.Getitem) -> Kinds:
    owner = checker.kinds(node.node)
    checker.kinds(node.arg)
    if isinstance(node.arg, nodes.Slice):
        return owner
    if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
        found = hints.attribute_kinds(owner, node.arg.value)
        wrong = f"{hints.shown(owner)} has no attribute `{node.arg.value}`"
    else:
        found = hints.item_kinds(owner)
        wrong = f"{hints.shown(owner)} has no items"
    if not found:
        checker.report.add("FA042", wrong, node.lineno)
    return found or FREE


def _filter(checker: Checker, node: nodes.Filter) -> Kinds:
    taken = checker.kinds(node.node) if node.node is not None else FREE
    # What settled leaves apply of themselves needs no check, and is offered to nobody.
    if node.name.startswith("$"):
        return (str,)
    _applied(checker, node, "filter", FILTERS)
    if node.name in {"first", "last"}:
        return hints.item_kinds(taken) or FREE
    return FREE


def _test(checker: Checker, node: nodes.Test) -> Kinds:
    checker.kinds(node.node)
    _applied(checker, node, "test", TESTS)
    return (bool,)


def _applied(
    checker: Checker,
    node: nodes.Filter | nodes.Test,
    word: str,
    known: Mapping[str, Callable[..., Any]],
) -> None:
    """Check the name and the arguments of a filter or test."""
    _arguments(checker, node)
    if node.name not in known:
        message = f"unknown {word} `{node.name}`"
        checker.report.unknown("FA041", message, (node.lineno, node.name), known)
        return
    given: dict[str, None] = {str(pair.key): None for pair in node.kwargs}
    try:
        signature(known[node.name]).bind(None, *node.args, **given)
    except TypeError as error:
        checker.report.add("FA040", f"{word} `{node.name}`: {error}", node.lineno)


def _call(checker: Checker, node: nodes.Call) -> Kinds:
    _arguments(checker, node)
    if not isinstance(node.node, nodes.Name):
        checker.parts(node.node)
        checker.report.add("FA040", "methods cannot be called; use a filter", node.lineno)
        return FREE
    called = checker.kinds(node.node)
    if node.node.name not in checker.types:
        return FREE
    found, wanted = hints.result_kinds(called), hints.arity(called)
    if not found:
        checker.report.add("FA040", f"`{node.node.name}` is not a function", node.lineno)
    elif wanted is not None and (node.kwargs or wanted != len(node.args)):
        message = f"the function takes {wanted} values, in their order"
        checker.report.add("FA040", message, node.lineno)
    return found or FREE


def _arguments(checker: Checker, node: nodes.Filter | nodes.Test | nodes.Call) -> None:
    for argument in [*node.args, *node.kwargs]:
        checker.kinds(argument)
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        checker.report.add("FA040", "arguments cannot be unpacked with `*`", node.lineno)


def _conditional(checker: Checker, node: nodes.CondExpr) -> Kinds:
    checker.kinds(node.test)
    other = checker.kinds(node.expr2) if node.expr2 is not None else FREE
    return checker.kinds(node.expr1) + other


def _choice(checker: Checker, node: nodes.Or | nodes.And) -> Kinds:
    return checker.kinds(node.left) + checker.kinds(node.right)


def _arithmetic(checker: Checker, node: nodes.BinExpr) -> Kinds:
    for side in (node.left, node.right):
        if set(checker.kinds(side)) == {str}:
            checker.report.add("FA040", f"`{node.operator}` takes two numbers", node.lineno)
    return FREE


def _power(checker: Checker, node: nodes.Pow) -> Kinds:
    checker.report.add("FA040", "`**` is not available", node.lineno)
    return checker.parts(node)


def _const(checker: Checker, node: nodes.Const) -> Kinds:
    if isinstance(node.value, float) and not math.isfinite(node.value):
        checker.report.add("FA040", "JSON has no such number", node.lineno)
    return (type(node.value),)


_RULES: Final[dict[type[nodes.Node], Callable[[Checker, Any], Kinds]]] = {
    nodes.Name: _name,
    nodes.Getattr: _getattr,
    nodes.Getitem: _getitem,
    nodes.Filter: _filter,
    nodes.Test: _test,
    nodes.Call: _call,
    nodes.CondExpr: _conditional,
    nodes.Or: _choice,
    nodes.And: _choice,
    nodes.Sub: _arithmetic,
    nodes.Mul: _arithmetic,
    nodes.Div: _arithmetic,
    nodes.FloorDiv: _arithmetic,
    nodes.Mod: _arithmetic,
    nodes.Pow: _power,
    nodes.Const: _const,
}
