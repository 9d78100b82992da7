"""Expressions: from Jinja's syntax tree to Python source.

Jinja's own compiler looks every attribute up through its environment. Here the declared types are
known: an attribute of an object of ours becomes a plain Python attribute, an entry of request data
a `dict.get`. What an expression means stays Jinja's, and the tests hold the two against each other.
"""

from __future__ import annotations

from itertools import count
from types import NoneType
from typing import TYPE_CHECKING, Any, Final

from jinja2 import nodes

from fakeai.template import access
from fakeai.template.environment import TESTS
from fakeai.template.filters import FILTERS, TEXT, as_text
from fakeai.template.hints import FREE, Kinds, attributes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: How the names of variables begin that stay the same throughout a tree.
GIVEN: Final = "given_"

#: What the source may name besides its own variables.
NAMESPACE: Final[dict[str, Any]] = {
    "attribute": access.attribute,
    "reader": access.reader,
    "item": access.item,
    "multiply": access.multiply,
    "remainder": access.remainder,
    "refuse_power": access.refuse_power,
    "as_text": as_text,
    **{f"filter_{name}": function for name, function in FILTERS.items()},
    **{f"test_{name}": function for name, function in TESTS.items()},
}

_COMPARED: Final = {
    "eq": "==",
    "ne": "!=",
    "gt": ">",
    "gteq": ">=",
    "lt": "<",
    "lteq": "<=",
    "in": "in",
    "notin": "not in",
}
_CALCULATED: Final[Mapping[type[nodes.Expr], str]] = {
    nodes.Add: "+",
    nodes.Sub: "-",
    nodes.Div: "/",
    nodes.FloorDiv: "//",
    nodes.And: "and",
    nodes.Or: "or",
}
#: Tests that need no call of ours.
_TESTED: Final = {"none": "({} is None)", "string": "isinstance({}, str)"}
_SIGNED: Final[Mapping[type[nodes.Expr], str]] = {nodes.Not: "not ", nodes.Neg: "-", nodes.Pos: "+"}
_GUARDED: Final[Mapping[type[nodes.Expr], str]] = {
    nodes.Mul: "multiply",
    nodes.Mod: "remainder",
    nodes.Pow: "refuse_power",
}


class Writer:
    """Writes expressions of one tree; `known` has the types of the parts that were checked."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self.known: dict[nodes.Node, Kinds] = {}
        self.asked: set[str] = set()
        """The variables of free data of which entries are read."""
        self._held = count(1)

    def source(self, node: nodes.Node, names: Mapping[str, str]) -> str:
        """Return the Python source of an expression; `names` are the variables' own."""
        return _WRITERS[type(node)](self, node, names)

    def attribute(self, owner: str, name: str, kinds: Kinds) -> str:
        """Return the source of an attribute of what has these types."""
        if all(_declares(kind, name) for kind in kinds):
            return f"{owner}.{name}"
        if kinds != FREE and dict not in kinds:
            return f"attribute({owner}, {name!r})"
        if owner.startswith(GIVEN) and owner.isidentifier():
            self.asked.add(owner)
            return f"{owner}_get({name!r})"
        held = owner if owner.isidentifier() else self.hold()
        read = f"{held}.get({name!r}) if type({held}) is dict else attribute({held}, {name!r})"
        # Most of what is not a variable is not there.
        return (
            f"({read})" if held is owner else f"(None if ({held} := {owner}) is None else {read})"
        )

    def members(self, source: str) -> str:
        """Return the source of the members of a list, given its own; null has none."""
        held = self.hold()
        rest = f"{held} if type({held}) is list else each({held})"
        return f"(() if ({held} := {source}) is None else {rest})"

    def hold(self) -> str:
        """Return the name of a variable that holds a value until the next one needs it."""
        return f"held{next(self._held)}"

    def all(self, parts: list[Any], names: Mapping[str, str]) -> str:
        """Return the sources of some expressions, with commas between."""
        return ", ".join([self.source(part, names) for part in parts])

    def text(self, node: nodes.Node, names: Mapping[str, str]) -> str:
        """Return the source of an expression as it reads inside a text."""
        written = self.source(node, names)
        return written if self.known.get(node) == (str,) else f"as_text({written})"


def _declares(kind: Any, name: str) -> bool:
    return isinstance(kind, type) and kind is not NoneType and name in attributes(kind)


def _name(_: Writer, node: nodes.Name, names: Mapping[str, str]) -> str:
    return names[node.name]


def _const(_: Writer, node: nodes.Const, __: Mapping[str, str]) -> str:
    return f"({node.value!r})" if isinstance(node.value, int | float) else repr(node.value)


def _getattr(writer: Writer, node: nodes.Getattr, names: Mapping[str, str]) -> str:
    owner = writer.source(node.node, names)
    return writer.attribute(owner, node.attr, writer.known.get(node.node, FREE))


def _getitem(writer: Writer, node: nodes.Getitem, names: Mapping[str, str]) -> str:
    owner, argument = writer.source(node.node, names), node.arg
    if isinstance(argument, nodes.Slice):
        parts = (argument.start, argument.stop, argument.step)
        ends = [writer.source(part, names) if part is not None else "" for part in parts]
        return f"{owner}[{':'.join(ends)}]"
    return f"item({owner}, {writer.source(argument, names)})"


def _filter(writer: Writer, node: nodes.Filter, names: Mapping[str, str]) -> str:
    if node.node is None:
        raise TypeError("a filter stands behind what it is applied to")
    if node.name == TEXT:
        return writer.text(node.node, names)
    return f"filter_{node.name}({_arguments(writer, [node.node, *node.args], node.kwargs, names)})"


def _test(writer: Writer, node: nodes.Test, names: Mapping[str, str]) -> str:
    if node.name in _TESTED:
        return _TESTED[node.name].format(writer.source(node.node, names))
    return f"test_{node.name}({_arguments(writer, [node.node, *node.args], node.kwargs, names)})"


def _call(writer: Writer, node: nodes.Call, names: Mapping[str, str]) -> str:
    return f"{writer.source(node.node, names)}({_arguments(writer, node.args, [], names)})"


def _arguments(writer: Writer, args: list[Any], kwargs: list[Any], names: Mapping[str, str]) -> str:
    named = [f"{pair.key}={writer.source(pair.value, names)}" for pair in kwargs]
    return ", ".join([*[writer.source(argument, names) for argument in args], *named])


def _conditional(writer: Writer, node: nodes.CondExpr, names: Mapping[str, str]) -> str:
    other = "None" if node.expr2 is None else writer.source(node.expr2, names)
    test = writer.source(node.test, names)
    return f"({writer.source(node.expr1, names)} if {test} else {other})"


def _compare(writer: Writer, node: nodes.Compare, names: Mapping[str, str]) -> str:
    rest = [f"{_COMPARED[part.op]} {writer.source(part.expr, names)}" for part in node.ops]
    return f"({' '.join([writer.source(node.expr, names), *rest])})"


def _calculated(writer: Writer, node: nodes.BinExpr, names: Mapping[str, str]) -> str:
    left, right = writer.source(node.left, names), writer.source(node.right, names)
    return f"({left} {_CALCULATED[type(node)]} {right})"


def _guarded(writer: Writer, node: nodes.BinExpr, names: Mapping[str, str]) -> str:
    left, right = writer.source(node.left, names), writer.source(node.right, names)
    return f"{_GUARDED[type(node)]}({left}, {right})"


def _signed(writer: Writer, node: nodes.UnaryExpr, names: Mapping[str, str]) -> str:
    return f"({_SIGNED[type(node)]}{writer.source(node.node, names)})"


def _concat(writer: Writer, node: nodes.Concat, names: Mapping[str, str]) -> str:
    return f"''.join([{writer.all(node.nodes, names)}])"


def _list(writer: Writer, node: nodes.List, names: Mapping[str, str]) -> str:
    return f"[{writer.all(node.items, names)}]"


def _tuple(writer: Writer, node: nodes.Tuple, names: Mapping[str, str]) -> str:
    return f"({writer.all(node.items, names)}{',' if node.items else ''})"


def _dict(writer: Writer, node: nodes.Dict, names: Mapping[str, str]) -> str:
    pairs = [
        f"{writer.source(pair.key, names)}: {writer.source(pair.value, names)}"
        for pair in node.items
    ]
    return f"{{{', '.join(pairs)}}}"


_WRITERS: Final[dict[type[nodes.Node], Callable[[Writer, Any, Mapping[str, str]], str]]] = {
    nodes.Name: _name,
    nodes.Const: _const,
    nodes.Getattr: _getattr,
    nodes.Getitem: _getitem,
    nodes.Filter: _filter,
    nodes.Test: _test,
    nodes.Call: _call,
    nodes.CondExpr: _conditional,
    nodes.Compare: _compare,
    nodes.Concat: _concat,
    nodes.List: _list,
    nodes.Tuple: _tuple,
    nodes.Dict: _dict,
    **dict.fromkeys(_CALCULATED, _calculated),
    **dict.fromkeys(_GUARDED, _guarded),
    **dict.fromkeys(_SIGNED, _signed),
}
