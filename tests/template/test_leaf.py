"""Leaves: what may stand in a string, and where it is wrong."""

from __future__ import annotations

import pytest
from jinja2 import nodes

from fakeai.core.problem import Place
from fakeai.template import leaf
from fakeai.template.report import Report
from tests.template.yaml_source import problems_of, rendered

REPORT = Report([], "", lambda _mark, _width: Place("a.yaml", 1, 1))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('"{% if id %}"', "1:2+1 FA044 : a leaf holds expressions only, `{{ … }}`"),
        ('"ab {%- set x = 1 %}"', "1:5+1 FA044 : a leaf holds expressions only, `{{ … }}`"),
        ('"{# note #}"', "1:2+1 FA044 : a leaf holds expressions only, `{{ … }}`"),
        (
            '"{{ id }}{% raw %}x{% endraw %}"',
            "1:10+1 FA044 : a leaf holds expressions only, `{{ … }}`",
        ),
        ('"{{ }}"', "1:5+1 FA040 : Expected an expression, got `}}`"),
        ('"{{ id"', "1:5+1 FA040 : unexpected end, expected `}}`"),
        ('"{{ id ? }}"', "1:8+1 FA040 : unexpected char '?'"),
        ('"{{ (id }}"', "1:9+1 FA040 : unexpected '}', expected ')'"),
        ('"{{ id id }}"', "1:8+1 FA040 : expected token `}}`, got 'id'"),
        ("a: x {{ id. }}", "1:13+1 FA040 a: expected name or number"),
        ("a: 'it''s {{ nope }}'", "1:4+18 FA041 a: unknown variable `nope`"),
        ("a: >-\n  b\n  {{ nope }}", "1:4+2 FA041 a: unknown variable `nope`"),
    ],
)
def test_what_cannot_be_read_is_refused(source: str, expected: str) -> None:
    """At its character; where characters do not map to columns, the string is marked."""
    assert [expected] == problems_of(source)


@pytest.mark.parametrize("expression", ["(" * 3000 + "1" + ")" * 3000, "9" * 5000])
def test_what_is_too_much_for_the_parser_is_refused(expression: str) -> None:
    """Without a traceback."""
    (found,) = problems_of(f'"{{{{ {expression} }}}}"')

    assert found.startswith("1:2+1 FA040 : the expression cannot be read: ")


def test_an_expression_keeps_its_type() -> None:
    """A string, a list, a map, a number, a truth, null."""
    source = '{ s: "{{ \'1\' }}", l: "{{ [1, id] }}", m: "{{ {\'a\': 1.5} }}", b: "{{ not id }}" }'

    assert {"s": "1", "l": [1, "x"], "m": {"a": 1.5}, "b": False} == rendered(source, id="x")


def test_braces_can_be_written() -> None:
    """As texts of an expression."""
    assert {"a": "{{ id }} }}"} == rendered("a: \"{{ '{{ id }}' }} }}\"")


def test_an_if_without_else_is_null() -> None:
    """And reads as nothing in a text."""
    assert [None, "-"] == rendered('["{{ 1 if id }}", "{{ 1 if id }}-"]', id="")


def test_joined_values_read_as_json() -> None:
    """With `~` as with text around an expression."""
    assert "1.0true[1]x" == rendered('"{{ 1.0 ~ true ~ none ~ [1] ~ id }}"', id="x")


def test_lines_are_kept() -> None:
    """Also the last line break."""
    assert {"a": "x\ny\n"} == rendered("a: |\n  {{ id }}\n  y\n", id="x")


def test_space_around_an_expression_can_be_cut() -> None:
    """As in all Jinja; places stay right."""
    assert {"a": "xab"} == rendered('a: "x {{- id -}} b"', id="a")
    assert ["1:15+4 FA041 a: unknown variable `nope`"] == problems_of('a: "x   {{-   nope -}} b"')


@pytest.mark.parametrize(
    "text",
    [
        "{{ id }}",
        "{{id}}",
        "{{   error.details.model_2 }}",
        "a {{ id }} b\n{{ usage.total }}{{ id }}\n",
        "{ {{ id }} }",
        "{{ id }}}",
        "no names",
        "{{ is_x.not.none }}",
    ],
)
def test_names_are_read_as_the_parser_reads_them(text: str) -> None:
    """The short way gives the same nodes with the same marks."""
    (short,) = leaf._dotted(text).find_all(nodes.Output)  # type: ignore[union-attr]
    (long,) = leaf._parse(text, None, REPORT).find_all(nodes.Output)  # type: ignore[union-attr]

    assert long.nodes == short.nodes
    assert _marks(long) == _marks(short)


@pytest.mark.parametrize(
    "text",
    [
        "{{{ id }}: 1}",
        "{{ none }}",
        "{{ true }}",
        "{{- id }}",
        "{{ id|upper }}",
        "{{ id }} {% if id %}",
        "{{ Id }}",
        "{{ id }}\r\n",
        "{{ id {{ id }}",
    ],
)
def test_all_else_is_left_to_the_parser(text: str) -> None:
    """Words of the language, filters, whitespace control, broken braces."""
    assert leaf._dotted(text) is None


def _marks(output: nodes.Output) -> list[tuple[type, int]]:
    return [(type(n), n.lineno) for n in output.find_all((nodes.Name, nodes.Getattr))]
