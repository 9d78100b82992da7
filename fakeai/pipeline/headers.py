"""Headers: what protocols and templates say in the head of a response."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from fakeai.core.document import Node
from fakeai.core.problem import Problem
from fakeai.core.value import Value
from fakeai.pipeline.variables import compile_view
from fakeai.template.filters import as_text
from fakeai.template.tree import Tree, compile_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fakeai.pipeline.exchange import Exchange, Header
    from fakeai.pipeline.stage import Build
    from fakeai.pipeline.variables import Getter

Head: TypeAlias = "Callable[[Exchange], list[Header]]"
"""Returns the headers of an exchange's response."""
Leaves: TypeAlias = dict[str, str | int | float | bool | dict[str, Any] | None]
"""Headers by name: a text, an expression, or a directive."""

#: What the server says itself of each response.
OWN: Final = frozenset({"connection", "content-length", "content-type", "transfer-encoding"})
_CONTROL: Final = bytes([*range(32), 127])
#: What a request says may stand in a header; a line break there would forge another one.
_FIT: Final = bytes.maketrans(_CONTROL, b"?" * len(_CONTROL))
_EXPRESSION: Final = re.compile(r"\{[{%#]")
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")


class Headers(Value):
    """Declared headers: those that are always the same, and a tree of the others."""

    fixed: tuple[Header, ...]
    names: Mapping[str, bytes]
    tree: Tree | None

    def head(self, getters: dict[str, Getter]) -> Head:
        """Return what writes the headers; those that stages have added stand between."""
        fixed, names, tree = self.fixed, self.names, self.tree
        if tree is None:
            return lambda exchange: [*fixed, *exchange.headers]
        view = compile_view(tree.variables, getters)

        def head(exchange: Exchange) -> list[Header]:
            values: Any = tree(view(exchange))
            return [
                *fixed,
                *exchange.headers,
                *[
                    (names[name], str(value).encode("latin-1", "replace").translate(_FIT))
                    for name, value in values.items()
                    if value is not None
                ],
            ]

        return head


def compile_headers(
    leaves: Mapping[str, Node], types: Mapping[str, Any], problems: list[Problem]
) -> Headers:
    """Compile headers by their names; what is wrong with them is added to `problems`."""
    problems.extend(
        Problem(
            code="FA049",
            place=leaf.key_place or leaf.place,
            path=f"headers.{name}",
            message=f"`{name}` is not a header that can be set",
            hint="the server says it itself" if name in OWN else None,
        )
        for name, leaf in leaves.items()
        if name in OWN or not _NAME.fullmatch(name)
    )
    fixed: list[Header] = []
    rendered: dict[str, Node] = {}
    for name, leaf in leaves.items():
        if isinstance(leaf.value, dict) or _EXPRESSION.search(str(leaf.value)):
            rendered[name] = leaf
        elif leaf.value is not None:
            fixed.append((name.encode(), as_text(leaf.value).encode()))
    tree = None
    if rendered:
        node = Node(value=rendered, place=next(iter(rendered.values())).place)
        tree = compile_tree(node, types, problems, "headers")
    return Headers(tuple(fixed), {name: name.encode() for name in rendered}, tree)


def header_leaves(node: Node | None) -> dict[str, Node]:
    """Return the declared headers by their names in lower case."""
    return {name.lower(): leaf for name, leaf in node.children.items()} if node else {}


def answer_head(build: Build) -> Head:
    """Return what writes the headers of an endpoint's answers."""
    own = build.files.headers
    return build.dialect.head if own is None else own.head(build.getters)
