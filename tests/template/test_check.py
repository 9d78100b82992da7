"""Checks: what an expression may name and apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeai.template.tree import compile_tree
from tests.template.yaml_source import SCOPE, node_of, problems_of

if TYPE_CHECKING:
    from fakeai.core.problem import Problem


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("reqest.x", "1:5+6 FA041 : unknown variable `reqest`"),
        ("_x", "1:5+2 FA041 : unknown variable `_x`"),
        ("range", "1:5+5 FA041 : unknown variable `range`"),
        ("self", "1:5+4 FA041 : unknown variable `self`"),
        ("answer.nam", "1:12+3 FA042 : `Answer` has no attribute `nam`"),
        ("answer.secret", "1:12+6 FA042 : `Answer` has no attribute `secret`"),
        ("answer.__class__", "1:12+9 FA042 : `Answer` has no attribute `__class__`"),
        ("request._x", "1:13+2 FA042 : `dict` has no attribute `_x`"),
        ("answer.first.tex", "1:18+3 FA042 : `Part` has no attribute `tex`"),
        ("answer.best.tex", "1:17+3 FA042 : `Part` has no attribute `tex`"),
        ("answer.parts[0].tex", "1:21+3 FA042 : `Part` has no attribute `tex`"),
        ("answer.parts.tex", "1:18+3 FA042 : `list` has no attribute `tex`"),
        ("answer.parts[1:][0].tex", "1:25+3 FA042 : `Part` has no attribute `tex`"),
        ("(answer.parts|first).tex", "1:26+3 FA042 : `Part` has no attribute `tex`"),
        ("(answer.best or answer).tex", "1:29+3 FA042 : `Part` or `Answer` has no attribute `tex`"),
        ("(answer if id else id).tex", "1:28+3 FA042 : `Answer` or `str` has no attribute `tex`"),
        ("answer['nam']", "1:11+1 FA042 : `Answer` has no attribute `nam`"),
        ("answer[id]", "1:11+1 FA042 : `Answer` has no items"),
        ("answer.total[0]", "1:17+1 FA042 : `int` has no items"),
        ("count(id).x", "1:15+1 FA042 : `int` has no attribute `x`"),
        ("count(id, id)", "1:10+1 FA040 : the function takes 1 values, in their order"),
        ("id(1)", "1:7+1 FA040 : `id` is not a function"),
        ("id.upper()", "1:13+1 FA040 : methods cannot be called; use a filter"),
        ("count(*parts)", "1:10+1 FA040 : the function takes 1 values, in their order"),
        ("id|uper", "1:8+4 FA041 : unknown filter `uper`"),
        ("id|random", "1:8+6 FA041 : unknown filter `random`"),
        ("id|replace('a')", "1:8+1 FA040 : filter `replace`: missing a required argument: 'new'"),
        ("id|trim(1)", "1:8+1 FA040 : filter `trim`: too many positional arguments"),
        ("id|join(x=1)", "1:8+1 FA040 : filter `join`: got an unexpected keyword argument 'x'"),
        ("id is strin", "1:11+5 FA041 : unknown test `strin`"),
        ("id is not filter", "1:15+6 FA041 : unknown test `filter`"),
        ("answer . nam", "1:14+3 FA042 : `Answer` has no attribute `nam`"),
        ("id is filter", "1:11+6 FA041 : unknown test `filter`"),
        ("2 ** 9", "1:5+1 FA040 : `**` is not available"),
        ("'a' * 9", "1:5+1 FA040 : `*` takes two numbers"),
        ("9 * 'a'", "1:5+1 FA040 : `*` takes two numbers"),
        ("id % 2", "1:5+1 FA040 : `%` takes two numbers"),
        ("1e999", "1:5+1 FA040 : JSON has no such number"),
        ("[id, {'a': nope}]", "1:16+4 FA041 : unknown variable `nope`"),
    ],
)
def test_what_can_never_work_is_refused(expression: str, expected: str) -> None:
    """With the place of the word itself."""
    assert expected in problems_of(f'"{{{{ {expression} }}}}"')


@pytest.mark.parametrize(
    "expression",
    [
        "request.a.b['c'][0].d",
        "request['_x']",
        "answer.best.text",
        "answer.parts[0].tokens[0]",
        "answer['name']",
        "count(id) * 2 + 1 - answer.total // 3",
        "id|replace('a', 'b')|upper|default('x')",
        "id is string and id is not none and answer.total is divisibleby 3",
        "'a' ~ 1 ~ id if id in ('a', 'b') else none",
        "[id, 1.5, {'a': true}]",
        "not id or id == 'x' and 1 < answer.total <= 3",
    ],
)
def test_what_can_work_is_accepted(expression: str) -> None:
    """Nothing is reported that is right."""
    assert [] == problems_of(f'"{{{{ {expression} }}}}"')


def test_arguments_cannot_be_unpacked() -> None:
    """How many there are would be known in the request only."""
    assert [
        "1:8+1 FA040 : filter `replace`: missing a required argument: 'old'",
        "1:8+1 FA040 : arguments cannot be unpacked with `*`",
    ] == sorted(problems_of('"{{ id|replace(*parts) }}"'), reverse=True)


@pytest.mark.parametrize(
    ("leaf", "hint", "replacement"),
    [
        ("{{ reqest.x }}", "did you mean `request`?", "request"),
        ("{{ answer.totals }}", "did you mean `total`?", "total"),
        ("{{ id|uper }}", "did you mean `upper`?", "upper"),
        ("{{ zzz }}", None, None),
    ],
)
def test_a_near_miss_is_named(leaf: str, hint: str | None, replacement: str | None) -> None:
    """The word that was probably meant can be put in place of the marked one."""
    problems: list[Problem] = []
    compile_tree(node_of(f'"{leaf}"'), SCOPE, problems)

    assert [(hint, replacement)] == [(p.hint, p.replacement) for p in problems]
