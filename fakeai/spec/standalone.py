"""Standalone: a merged spec without how it was put together."""

from __future__ import annotations

from typing import Final

from fakeai.core.document import Node
from fakeai.spec.variables import literal

#: Done with once the files are merged and the variables filled in.
_DONE: Final = ("extends", "include", "vars")


def standalone(tree: Node) -> Node:
    """Return a loaded spec's document as one that reads back to the same spec, by itself."""
    entries = {key: _literal(child) for key, child in tree.children.items() if key not in _DONE}
    return Node(entries, tree.place, tree.key_place)


def _literal(node: Node) -> Node:
    value = node.value
    if isinstance(value, dict):
        entries = {key: _literal(child) for key, child in value.items()}
        return Node(entries, node.place, node.key_place)
    if isinstance(value, list):
        return Node([_literal(child) for child in value], node.place, node.key_place)
    return Node(literal(value), node.place, node.key_place) if isinstance(value, str) else node
