"""An endpoint's template: inputs, response, stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.core.document import parse
from fakeai.pipeline.files import compile_template

if TYPE_CHECKING:
    from fakeai.core.problem import Problem

TEMPLATE = """
inputs: { model: m, messages: "{{ request.messages }}" }
response: { id: "{{ id }}" }
stream:
  start: [{ data: { id: "{{ id }}" } }]
  choice:
    start: [{ data: { index: "{{ choice.index }}" } }]
    text: { delta: { data: { text: "{{ delta.text }}" } } }
    end: [{ data: { why: "{{ choice.finish_reason }}" } }]
  end: [{ data: { total: "{{ usage.total_tokens }}" } }]
  done: { raw: end }
"""


def test_a_template_is_compiled_whole() -> None:
    """The words that the inputs set, and the variables that any frame reads, are known."""
    problems: list[Problem] = []
    inputs, words, response, stream = compile_template(parse(TEMPLATE, "t.yaml"), "sse", problems)

    assert [] == problems
    assert frozenset({"model", "messages"}) == words
    assert inputs is not None
    assert response is not None
    assert stream is not None
    assert {"id", "choice", "usage", "delta"} <= stream.variables | {"delta"}


def test_an_unknown_part_is_a_problem() -> None:
    """The set of keys is closed here too."""
    problems: list[Problem] = []
    compile_template(parse("response: 1\nrespons: 2\n", "t.yaml"), "sse", problems)

    assert ["FA010"] == [problem.code for problem in problems]


def test_an_unknown_variable_is_a_problem_wherever_it_stands() -> None:
    """`choice` is known in the frames of a choice only."""
    problems: list[Problem] = []
    text = TEMPLATE.replace('{ id: "{{ id }}" } }]', '{ id: "{{ choice.index }}" } }]')
    compile_template(parse(text, "t.yaml"), "sse", problems)

    assert ["FA041"] == [problem.code for problem in problems]
