"""Trees: YAML with expressions in its leaves, as functions to data.

A leaf that is one expression keeps its type; a leaf with text around its expressions is a text.
The tree yields data, never text, so nothing in a request can change its structure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from jinja2 import TemplateError
from msgspec import UNSET

from fakeai.core.error import ApiError
from fakeai.template.graft import RESULT, At, Graft
from fakeai.template.hints import kinds
from fakeai.template.leaf import ENVIRONMENT
from fakeai.template.report import leaf_report

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Template
    from msgspec import UnsetType

    from fakeai.core.document import Json, Node
    from fakeai.core.problem import Problem

#: What an expression may raise on data that it was not written for.
FAULTS: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TemplateError,
    TypeError,
    ValueError,
)


class Tree:
    """A compiled tree; `constant` is its value when no expression occurs in it, else UNSET."""

    __slots__ = ("_file", "_template", "constant", "deltas", "variables")

    def __init__(self, file: str, template: Template, graft: Graft) -> None:
        """Trees are made by `compile_tree`."""
        self._file = file
        self._template = template
        self.variables = frozenset(graft.names - graft.targets)
        """The variables that the tree reads."""
        self.deltas = frozenset(graft.deltas)
        """The attributes of `delta` among them."""
        self.constant: Json | UnsetType = UNSET
        if graft.is_constant:
            self.constant = self._run({})

    def __call__(self, variables: dict[str, object]) -> Json:
        """Return the tree's value; that of a constant tree is always the same object."""
        return self._run(variables) if self.constant is UNSET else self.constant

    def _run(self, variables: dict[str, object]) -> Json:
        context = self._template.new_context(variables, shared=True)
        try:
            # The function yields no text; it is run for the variable that it sets.
            next(iter(self._template.root_render_func(context)), None)
        except FAULTS as error:
            raise ApiError("internal", f"A template of {self._file} failed: {error}") from error
        value: Json = context.vars[RESULT]
        return value


def compile_tree(
    node: Node, scope: Mapping[str, Any], problems: list[Problem], path: str = ""
) -> Tree | None:
    """Return the tree of a node, or None when problems were found.

    `scope` is the closed list of variables with the type of each: a class of ours, `dict` for free
    data, `list[...]` of them, a scalar, or `Callable[[...], ...]` for a function. `path` is where
    the node stands in its document.
    """
    graft = Graft(problems)
    before = len(problems)
    types = {name: kinds(annotation) for name, annotation in scope.items()}
    template = graft.template(node, At(path, types))
    if len(problems) > before:
        return None
    template.set_lineno(1, override=True).set_environment(ENVIRONMENT)
    try:
        compiled = ENVIRONMENT.from_string(template)
    except (SyntaxError, MemoryError, RecursionError):
        report = leaf_report(node, path, problems)
        report.add("FA040", "the tree is nested too deeply", 0)
        return None
    return Tree(node.place.file, compiled, graft)
