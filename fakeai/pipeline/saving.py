"""Saving: what a template says is kept of an answer, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.core.document import Node
from fakeai.core.problem import Problem
from fakeai.core.value import Value
from fakeai.pipeline import variables as v
from fakeai.template.tree import compile_tree

if TYPE_CHECKING:
    from fakeai.core.problem import Place
    from fakeai.template.tree import Tree


class Saving(Value):
    """When an answer is kept, and what of it."""

    when: Tree | None
    """Absent: always."""
    kept: Tree
    """Tree of a map with `object` and, where the template has them, `items`."""

    @property
    def variables(self) -> frozenset[str]:
        """The variables that it reads."""
        return self.kept.variables | (self.when.variables if self.when else frozenset())


def compile_saving(node: Node | None, problems: list[Problem]) -> Saving | None:
    """Compile the section `save` of a template file."""
    if node is None or "object" not in node.children:
        return None
    parts = node.children
    shown = parts["object"]
    if "id" not in shown.children:
        problems.append(_no_id(shown.place))
        return None
    when = parts.get("when")
    test = compile_tree(when, v.ANSWER_TYPES, problems, "save.when") if when else None
    rest = {name: part for name, part in parts.items() if name != "when"}
    kept = compile_tree(Node(rest, node.place, node.key_place), v.ANSWER_TYPES, problems, "save")
    return Saving(test, kept) if kept is not None else None


def _no_id(place: Place) -> Problem:
    message = "the kept object is a map with an `id`, by which it is found again"
    return Problem(code="FA012", place=place, path="save.object", message=message)
