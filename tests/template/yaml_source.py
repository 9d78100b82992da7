"""What the tests of templates share: YAML to trees and problems."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from fakeai.core.document import compose
from fakeai.template.frames import Frame, Framing, compile_frame
from fakeai.template.tree import Tree, compile_tree

if TYPE_CHECKING:
    from fakeai.core.document import Node
    from fakeai.core.problem import Problem


class Part(msgspec.Struct, kw_only=True):
    """An item of an answer."""

    text: str = ""
    tokens: list[str] = []


class Answer(msgspec.Struct, kw_only=True):
    """An object of ours, as a generator makes them."""

    name: str = "small"
    total: int = 0
    parts: list[Part] = []
    best: Part | None = None

    @property
    def first(self) -> Part:
        """The first part."""
        return self.parts[0]

    def secret(self) -> str:
        """Nothing that a template may call."""
        return self.name


SCOPE: dict[str, Any] = {
    "request": dict,
    "answer": Answer,
    "parts": list[Part],
    "id": str,
    "count": Callable[[str], int],
}
TOKEN_SCOPE: dict[str, Any] = {**SCOPE, "delta": dict}


def node_of(source: str) -> Node:
    """Return the node of a YAML text."""
    problems: list[Problem] = []
    node = compose(source, "t.yaml", problems)
    assert node is not None
    assert problems == []
    return node


def tree_of(source: str, scope: dict[str, Any] | None = None) -> Tree:
    """Return the tree of a YAML text."""
    problems: list[Problem] = []
    tree = compile_tree(node_of(source), SCOPE if scope is None else scope, problems)
    assert problems == []
    assert tree is not None
    return tree


def rendered(source: str, **variables: object) -> Any:
    """Return what a YAML text becomes."""
    return tree_of(source)(variables)


def frame_of(source: str, framing: Framing = "sse") -> Frame:
    """Return the frame of a YAML text."""
    problems: list[Problem] = []
    frame = compile_frame(node_of(source), TOKEN_SCOPE, problems, framing)
    assert problems == []
    assert frame is not None
    return frame


def problems_of(source: str, scope: dict[str, Any] | None = None) -> list[str]:
    """Return the problems of a tree, one line each."""
    problems: list[Problem] = []
    tree = compile_tree(node_of(source), SCOPE if scope is None else scope, problems)
    assert (tree is None) == bool(problems)
    return shown(problems)


def frame_problems_of(source: str, framing: Framing = "sse") -> list[str]:
    """Return the problems of a frame, one line each."""
    problems: list[Problem] = []
    frame = compile_frame(node_of(source), TOKEN_SCOPE, problems, framing)
    assert (frame is None) == bool(problems)
    return shown(problems)


def shown(problems: list[Problem]) -> list[str]:
    """Return problems as `line:column+width code path: message`."""
    return [
        f"{p.place.line}:{p.place.column}+{p.place.width} {p.code} {p.path}: {p.message}"
        for p in problems
    ]
