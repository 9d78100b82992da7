"""References: names that must be those of another section's entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from fakeai.core.document import Node, locate, path_text
from fakeai.core.nearest import did_you_mean, listed, near_misses
from fakeai.core.problem import Problem, Related
from fakeai.spec.wording import yaml_word

if TYPE_CHECKING:
    from fakeai.spec.shape import Path, Shape


def dangling(tree: Node, shape: Shape, defaults: object) -> list[Problem]:
    """Return a problem for every `x-ref` string that names nothing; `defaults` is an empty spec."""
    problems = []
    for path, node, option in shape.walk(tree, shape.schema):
        target = option.get("x-ref")
        if target is None or not isinstance(node.value, str):
            continue
        known = _names(tree, target.split("."), defaults)
        if node.value not in known:
            problems.append(_problem(tree, (path, node), target, known))
    return problems


def _names(tree: Node, target: list[str], defaults: Any) -> list[str]:
    """Return the names of a section's entries: those written, or else those of the default."""
    written: Node | None = tree
    for part in target:
        if isinstance(defaults, msgspec.Struct):
            defaults = getattr(defaults, part, None)
        inside = written.value if written is not None else None
        written = inside.get(part) if isinstance(inside, dict) else None
    found = defaults if written is None else written.value
    return list(found) if isinstance(found, dict) else []


def _problem(tree: Node, at: tuple[Path, Node], target: str, known: list[str]) -> Problem:
    path, node = at
    word = str(node.value)
    near = near_misses(word, known)
    hint = did_you_mean(near)
    if hint is None:
        hint = f"it has {listed(known)}" if known else f"`{target}` has no entries"
    parts = target.split(".")
    section = locate(tree, parts)
    related: tuple[Related, ...] = ()
    if known and section.key_place is not None and section is not locate(tree, parts[:-1]):
        related = (Related(section.key_place, f"`{target}` is here"),)
    return Problem(
        code="FA030",
        place=node.place,
        path=path_text(path),
        message=f"`{target}` has no `{word}`",
        hint=hint,
        replacement=yaml_word(near[0]) if len(near) == 1 else None,
        related=related,
    )
