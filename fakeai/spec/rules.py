"""Rules: the ordered list that overlays change by id."""

from __future__ import annotations

from fakeai.core.document import Node
from fakeai.core.nearest import did_you_mean, near_misses
from fakeai.core.problem import Problem


def merged_rules(parent: Node, overlay: Node, problems: list[Problem]) -> Node:
    """Return the overlay's new rules, then the parent's, those with an id of it replaced.

    `{id: x, remove: true}` drops the parent's rule `x`.
    """
    if not isinstance(parent.value, list) or not isinstance(overlay.value, list):
        return overlay
    theirs = {_text(rule, "id") for rule in parent.value} - {None}
    new: list[Node] = []
    changed: dict[str | None, Node | None] = {}
    for rule in overlay.value:
        name = _text(rule, "id")
        removes = _entry(rule, "remove") is True
        if name in theirs:
            changed[name] = None if removes else rule
        elif removes:
            problems.append(_no_rule(rule, name, theirs))
        else:
            new.append(rule)
    kept = [changed.get(_text(rule, "id"), rule) for rule in parent.value]
    rules = [*new, *(rule for rule in kept if rule is not None)]
    return Node(rules, overlay.place, overlay.key_place)


def _entry(rule: Node, key: str) -> object:
    found = rule.children.get(key)
    return None if found is None else found.value


def _text(rule: Node, key: str) -> str | None:
    value = _entry(rule, key)
    return value if isinstance(value, str) else None


def _no_rule(rule: Node, name: str | None, known: set[str | None]) -> Problem:
    place = rule.value["id"].place if isinstance(rule.value, dict) and name else rule.place
    near = near_misses(name or "", sorted(filter(None, known)))
    return Problem(
        code="FA031",
        place=place,
        path="rules",
        message=f"no parent has a rule `{name}` to remove",
        hint=did_you_mean(near),
        replacement=near[0] if len(near) == 1 else None,
    )
