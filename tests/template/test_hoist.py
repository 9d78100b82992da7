"""Hoisting: one reading, the same value."""

from __future__ import annotations

from typing import Any

import msgspec

from fakeai.core.document import parse
from fakeai.template.hoist import hoisted
from fakeai.template.tree import compile_tree


class Part(msgspec.Struct):
    """Something whose attribute is worked out at each reading."""

    name: str
    seen: list[str]

    @property
    def loud(self) -> str:
        """The name in capitals."""
        self.seen.append(self.name)
        return self.name.upper()


def test_an_attribute_is_read_once_a_round() -> None:
    """However often a tree speaks of it; each round reads its own."""
    source = """
$for: part in parts
$do:
  a: "{{ part.loud }}"
  b: { $if: part.loud == 'X', $then: "{{ part.loud }}!", $else: "{{ part.name }}" }
"""
    tree = compile_tree(parse(source, "t.yaml"), {"parts": list[Part]}, [])
    seen: list[str] = []
    parts: Any = [Part("x", seen), Part("y", seen)]

    assert tree is not None
    assert [{"a": "X", "b": "X!"}, {"a": "Y", "b": "y"}] == tree({"parts": parts})
    assert ["x", "y"] == seen


def test_only_what_is_read_often_is_hoisted() -> None:
    """Calls, longer names and single readings stay."""
    lines = ["    a(_1_.x, _1_.y)", "    b(_1_.x, _1_.get('x'), _11_.x)"]

    assert [
        "    _1_x = _1_.x",
        "    a(_1_x, _1_.y)",
        "    b(_1_x, _1_.get('x'), _11_.x)",
    ] == hoisted("_1_", lines)
    assert ["    a(_1_.x)"] == hoisted("_1_", ["    a(_1_.x)"])
