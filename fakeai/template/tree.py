"""Trees: YAML with expressions in its leaves, as functions to data.

A leaf that is one expression keeps its type; a leaf with text around its expressions is a text.
The tree yields data, never text, so nothing in a request can change its structure.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import msgspec
from jinja2 import TemplateError
from msgspec import UNSET

from fakeai.core.document import plain
from fakeai.core.error import ApiError
from fakeai.core.known import Known
from fakeai.template.graft import NAMES, Graft
from fakeai.template.hints import kinds
from fakeai.template.report import leaf_report

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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


#: Trees by file, content and scope.
_KNOWN: Final[Known[Tree]] = Known(4096)
_ENCODE: Final = msgspec.json.Encoder().encode


class Tree:
    """A compiled tree; `constant` is its value when no expression occurs in it, else UNSET."""

    __slots__ = ("constant", "deltas", "of", "variables")

    def __init__(self, function: Callable[[dict[str, object]], Json], graft: Graft) -> None:
        """Trees are made by `compile_tree`."""
        self.of = function
        """Returns the value for some variables; that of a constant tree is always the same."""
        self.variables = frozenset(graft.names - graft.targets)
        """The variables that the tree reads."""
        self.deltas = frozenset(graft.deltas)
        """The attributes of `delta` among them."""
        self.constant: Json | UnsetType = UNSET
        if graft.is_constant:
            constant = self.constant = function({})
            self.of = lambda _: constant

    def __call__(self, variables: dict[str, object]) -> Json:
        """Return the tree's value; whoever asks often asks `of`."""
        return self.of(variables)


def compile_tree(
    node: Node,
    scope: Mapping[str, Any],
    problems: list[Problem],
    path: str = "",
    *,
    nulls: bool = True,
) -> Tree | None:
    """Return the tree of a node, or None when problems were found.

    `scope` is the closed list of variables with the type of each: a class of ours, `dict` for free
    data, `list[...]` of them, a scalar, or `Callable[[...], ...]` for a function. `path` is where
    the node stands in its document. Without `nulls`, entries of the outermost map that are null are
    left out. A tree that was compiled before is not compiled again: a spec
    is checked before it is served.
    """
    variables = tuple(sorted(scope.items(), key=itemgetter(0)))
    key = (node.place.file, _ENCODE(plain(node)), variables, nulls)
    return _KNOWN.get(key, lambda: _compiled(node, scope, problems, path, nulls=nulls))


def _compiled(
    node: Node, scope: Mapping[str, Any], problems: list[Problem], path: str, *, nulls: bool
) -> Tree | None:
    graft = Graft(problems)
    before = len(problems)
    types = {name: kinds(annotation) for name, annotation in scope.items()}
    source = graft.function(node, path, types, nulls=nulls)
    if len(problems) > before:
        return None
    file = node.place.file

    def failed(error: Exception) -> ApiError:
        return ApiError("internal", f"A template of {file} failed: {error}")

    names: dict[str, Any] = {**NAMES, "FAULTS": FAULTS, "failed": failed}
    try:
        # The source is ours: of the tree only its constants, each by `repr`, and declared names.
        exec(compile(source, f"<{file}>", "exec"), names)  # noqa: S102
    except (SyntaxError, MemoryError, RecursionError):
        report = leaf_report(node, path, problems)
        report.add("FA040", "the tree is nested too deeply", 0)
        return None
    return Tree(names["tree"], graft)
