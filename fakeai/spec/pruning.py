"""Pruning: a document without the parts that are wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.core.document import Node

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from fakeai.core.problem import Place


def without(node: Node, wrong: AbstractSet[Place]) -> Node:
    """Return a copy without entries and items whose key or value is at one of the places."""
    if isinstance(node.value, dict):
        kept = {
            key: without(child, wrong)
            for key, child in node.value.items()
            if not _is_at(child, wrong)
        }
        return Node(kept, node.place, node.key_place)
    if isinstance(node.value, list):
        items = [without(child, wrong) for child in node.value if not _is_at(child, wrong)]
        return Node(items, node.place, node.key_place)
    return node


def _is_at(node: Node, wrong: AbstractSet[Place]) -> bool:
    return node.place in wrong or node.key_place in wrong
