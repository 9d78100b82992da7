"""Saving: what a template keeps is checked before anything is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.core.document import parse
from fakeai.pipeline.saving import compile_saving

if TYPE_CHECKING:
    from fakeai.core.problem import Problem


def test_the_parts_are_compiled() -> None:
    """What is read is known, so that nothing else is looked up."""
    problems: list[Problem] = []
    text = 'when: "{{ request.store }}"\nobject: { id: "x-{{ id }}" }\nitems: []\n'
    saving = compile_saving(parse(text, "t.yaml"), problems)

    assert [] == problems
    assert saving is not None
    assert {"request", "id"} == saving.variables
    assert {"object": {"id": "x-1"}, "items": []} == saving.kept({"id": "1", "request": {}})


def test_an_object_has_an_id() -> None:
    """Without one it could not be found again."""
    problems: list[Problem] = []

    assert compile_saving(parse("object: { name: x }", "t.yaml"), problems) is None
    assert ["FA012"] == [problem.code for problem in problems]


def test_a_wrong_expression_is_a_problem() -> None:
    """It is told with its place."""
    problems: list[Problem] = []
    compile_saving(parse('object: { id: "{{ nothing }}" }', "t.yaml"), problems)

    assert [("FA041", "save.object.id")] == [(p.code, p.path) for p in problems]
