"""Rules: the ordered list that overlays change by id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.core.document import parse, plain
from fakeai.spec.rules import merged_rules

if TYPE_CHECKING:
    from fakeai.core.problem import Problem

PARENT = "[{ id: a, text: 1 }, { id: b, text: 1 }, { text: 1 }]"


def merged(overlay: str) -> tuple[object, list[Problem]]:
    """Return PARENT under an overlay, and what is wrong."""
    problems: list[Problem] = []
    parent = parse(f"rules: {PARENT}", "f").value
    above = parse(f"rules: {overlay}", "f").value
    assert isinstance(parent, dict)
    assert isinstance(above, dict)
    return plain(merged_rules(parent["rules"], above["rules"], problems)), problems


def test_new_rules_go_first() -> None:
    """The first rule that matches decides, so an overlay's must be tried first."""
    rules, _ = merged("[{ id: c, text: 2 }, { text: 2 }]")

    assert [
        *({"id": "c", "text": 2}, {"text": 2}),
        *({"id": "a", "text": 1}, {"id": "b", "text": 1}, {"text": 1}),
    ] == rules


def test_a_rule_of_the_same_id_replaces_in_place() -> None:
    """It keeps the parent's position, and nothing of the parent's content."""
    rules, _ = merged("[{ id: b, say: 2 }]")

    assert [{"id": "a", "text": 1}, {"id": "b", "say": 2}, {"text": 1}] == rules


def test_a_rule_can_be_dropped() -> None:
    """By its id, with `remove`."""
    rules, _ = merged("[{ id: a, remove: true }]")

    assert [{"id": "b", "text": 1}, {"text": 1}] == rules


def test_a_rule_that_is_not_there_cannot_be_dropped() -> None:
    """The nearest id is offered."""
    _, (problem,) = merged("[{ id: aa, remove: true }]")

    assert ("FA031", "f:1:15", "no parent has a rule `aa` to remove") == (
        problem.code,
        str(problem.place),
        problem.message,
    )


def test_what_is_no_list_is_left_to_the_check() -> None:
    """An overlay of another type replaces, and is then refused."""
    assert (5, []) == merged("5")
