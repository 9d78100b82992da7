"""Merge: an overlay laid over its parent; every value keeps its own place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fakeai.core.document import Node
from fakeai.core.value import Value
from fakeai.spec.rules import merged_rules
from fakeai.spec.shape import tag_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from fakeai.core.problem import Problem
    from fakeai.spec.shape import Schema, Shape

_LOCKED: Final = "locked"
_RULES: Final = "rules"


class Merge(Value):
    """Lays overlays: maps merge, scalars and lists replace, null deletes.

    A stage's section is also removed by `false`, locks add up, and rules have their own order.
    """

    shape: Shape
    sections: Collection[str]
    problems: list[Problem]

    def laid(self, parent: Node, overlay: Node) -> Node:
        """Return the overlay laid over the parent."""
        above = parent.children
        result = dict(above)
        for key, value in overlay.children.items():
            first = above.get(key)
            if key in self.sections and value.value is False:
                result.pop(key, None)
            elif key == _LOCKED and first is not None:
                result[key] = _added(first, value)
            elif key == _RULES and first is not None:
                result[key] = merged_rules(first, value, self.problems)
            else:
                self._lay(result, key, value, self.shape.schema)
        return Node(result, overlay.place)

    def without_removed(self, node: Node) -> Node:
        """Return a document without the sections that it switches off where it has no parent."""
        kept = {
            key: value
            for key, value in node.children.items()
            if not (key in self.sections and value.value is False)
        }
        return Node(kept, node.place)

    def _lay(self, result: dict[str, Node], key: str, value: Node, schema: Schema | None) -> None:
        """A null with nothing to delete stays: the check says whether it means anything."""
        first = result.get(key)
        if first is None:
            result[key] = value
        elif value.value is None:
            del result[key]
        elif isinstance(first.value, dict) and isinstance(value.value, dict):
            inner = self.shape.child(schema, result, key) if schema else None
            result[key] = self._map(first, value, inner)
        else:
            result[key] = value

    def _map(self, first: Node, second: Node, schema: Schema | None) -> Node:
        """A map of another kind than the parent's, such as another distribution, replaces it."""
        if schema is not None and self._is_other_kind(first, second, schema):
            return second
        entries = dict(first.children)
        for key, value in second.children.items():
            self._lay(entries, key, value, schema)
        # The parent was whole without the overlay: what is wrong with the map is its doing.
        return Node(entries, second.place, second.key_place)

    def _is_other_kind(self, first: Node, second: Node, schema: Schema) -> bool:
        option = next(iter(self.shape.meant(schema, first.value)), {})
        tag = option.get("x-tag")
        if tag is None:
            return False
        given = second.children.get(tag)
        if given is not None:
            return given.value != tag_of(option)
        untagged = next(iter(self.shape.meant(schema, second.value)), {})
        if "x-untagged" not in option or tag_of(untagged) == tag_of(option):
            return False
        return all(key in untagged["properties"] for key in second.children)


def _added(first: Node, second: Node) -> Node:
    """A list put behind another; what is not a list is left for the check."""
    if isinstance(first.value, list) and isinstance(second.value, list):
        return Node([*first.value, *second.value], second.place, second.key_place)
    return second if isinstance(first.value, list) else first
