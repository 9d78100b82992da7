"""Expressions: the same values as Jinja's own compiler gives."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import nodes

from fakeai.core.error import ApiError
from fakeai.template.leaf import ENVIRONMENT, parse_expression
from fakeai.template.report import file_report
from fakeai.template.tree import FAULTS
from tests.template.yaml_source import Answer, Part, problems_of, tree_of

DATA: Any = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["", "a", "Ab", "7", "é"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=8,
)
PARTS: Any = st.builds(Part, text=st.sampled_from(["", "t"]), tokens=st.just(["x", "y"]))
ANSWERS = st.builds(
    Answer,
    name=st.sampled_from(["n", ""]),
    total=st.integers(-3, 3),
    parts=st.lists(PARTS, min_size=1, max_size=2),
    best=st.none() | PARTS,
)

ATOMS = st.sampled_from(
    [
        *("request", "request.a", "request.b.c", "request['a']", "request.a[0]", "request.a[-1]"),
        *("request.a.b.c", "request.keys", "answer.name", "answer.total", "answer.first.text"),
        *("answer.parts[0].tokens", "answer.best.text", "answer.best", "parts[0].text", "id"),
        *("none", "true", "false", "0", "1", "-2", "2.5", "'a'", "''", "[]", "[1, 'a']"),
        *("(1,)", "{'a': id}", "answer.name[0:1]", "[1, 2, 3][1:]", "count(id)", "'{{' ~ id"),
    ]
)
UNARY = ["not {}", "-({})", "({})|string", "({})|length", "({})|default('d')", "({})|json"]
UNARY += ["({}) is none", "({}) is string", "({}) is not mapping", "({}) is defined", "({}).a"]
UNARY += ["({})|first", "({})|int(5)", "({})|upper", "[({})]", "({}) is odd", "({})[0]"]
BINARY = ["({}) and ({})", "({}) or ({})", "({}) ~ ({})", "({}) + ({})", "({}) - ({})"]
BINARY += ["({}) * ({})", "({}) % ({})", "({}) / ({})", "({}) // ({})", "({}) == ({})"]
BINARY += ["({}) != ({})", "({}) < ({})", "({}) >= ({})", "({}) in ({})", "({}) not in ({})"]
BINARY += ["({}) if ({})", "{{'a': ({}), 'b': ({})}}", "({})|default({})", "0 < ({}) < ({})"]
TERNARY = ["({}) if ({}) else ({})"]


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds(str.format, st.sampled_from(UNARY), inner),
        st.builds(str.format, st.sampled_from(BINARY), inner, inner),
        st.builds(str.format, st.sampled_from(TERNARY), inner, inner, inner),
    )


EXPRESSIONS = st.recursive(ATOMS, _grown, max_leaves=6)


def by_jinja(expression: str, variables: dict[str, object]) -> object:
    """Return what Jinja's own compiler makes of an expression."""
    node = parse_expression(expression, file_report("t", []))
    assert node is not None
    body: list[nodes.Node] = [nodes.Assign(nodes.Name("result", "store"), node)]
    template = nodes.Template(body)
    template.set_lineno(1, override=True).set_environment(ENVIRONMENT)
    compiled = ENVIRONMENT.from_string(template)
    context = compiled.new_context(variables, shared=True)
    list(compiled.root_render_func(context))
    found: object = context.vars["result"]
    return found


@given(EXPRESSIONS, DATA, ANSWERS)
def test_an_expression_means_what_it_means_to_jinja(
    expression: str, data: Any, answer: Answer
) -> None:
    """Values and faults are the same; what is refused before is compiled by neither."""
    source = "a: >-\n  {{ " + expression + " }}"
    if problems_of(source):
        return
    variables: dict[str, object] = {
        "request": {"a": data, "b": {"c": data}},
        "answer": answer,
        "parts": answer.parts,
        "id": "x",
        "count": len,
    }
    tree = tree_of(source)
    try:
        expected = by_jinja(expression, variables)
    except FAULTS:
        with pytest.raises(ApiError):
            tree(variables)
    else:
        assert repr({"a": expected}) == repr(tree(variables))


@pytest.mark.parametrize("missing", ["id", "request.a", "count('x')"])
def test_a_variable_that_was_not_given_is_an_error_at_once(missing: str) -> None:
    """It must not travel into a body."""
    with pytest.raises(ApiError, match=r"A template of t\.yaml failed"):
        tree_of(f'a: "{{{{ {missing} }}}}"')({})


def test_every_test_and_filter_that_is_offered_can_be_written() -> None:
    """Their names are part of the source."""
    applied = [
        "id is odd",
        "id is in([id])",
        "id is eq(id)",
        "id|trim|lower",
        "id|replace('x', 'y')",
    ]

    for expression in applied:
        assert [] == problems_of(f'a: "{{{{ {expression} }}}}"'), expression
