"""Prose: texts in ordinary Jinja."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeai.core.error import ApiError
from fakeai.template.text import Text, compile_text
from tests.template.yaml_source import SCOPE, Part

if TYPE_CHECKING:
    from pathlib import Path

    from fakeai.core.problem import Problem


def text_of(source: str, *folders: Path) -> Text:
    """Return the text of a source without problems."""
    problems: list[Problem] = []
    text = compile_text(source, "a.j2", SCOPE, problems, folders)
    assert problems == []
    assert text is not None
    return text


def found_in(source: str, *folders: Path) -> list[str]:
    """Return the problems of a source, one line each."""
    problems: list[Problem] = []
    text = compile_text(source, "a.j2", SCOPE, problems, folders)
    assert (text is None) == bool(problems)
    return [f"{p.place} {p.code} {p.message}" for p in problems]


def write(folder: Path, **files: str) -> None:
    """Put texts into a folder."""
    for name, source in files.items():
        (folder / f"{name}.j2").write_text(source, "utf-8")


def test_prose_is_ordinary_jinja() -> None:
    """Statements, loops, macros and comments."""
    text = text_of(
        "{# note #}{% macro shout(x) %}{{ x|upper }}!{% endmacro %}"
        "{% for p in parts %}{% set t = p.text %}{{ loop.index }} {{ shout(t) }} {% endfor %}\n"
    )

    assert "1 A! 2 B! \n" == text({"parts": [Part(text="a"), Part(text="b")]})
    assert frozenset({"parts"}) == text.variables


def test_values_read_as_in_leaves() -> None:
    """Null as nothing, truth and numbers as JSON."""
    text = text_of("{{ request.a }}|{{ request.b }}|{{ request.c }}|{{ request.d ~ request.b }}")

    assert "|true|1.0|true" == text({"request": {"b": True, "c": 1.0}})


def test_request_text_stays_text() -> None:
    """What a user writes is never compiled."""
    assert "{{ 7 * 7 }}{% x %}" == text_of("{{ id }}")({"id": "{{ 7 * 7 }}{% x %}"})


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a\n{{ nope }}", "a.j2:2:4 FA041 unknown variable `nope`"),
        (
            "{% for p in parts %}\n{{ p.x }}{{ q.x }}{% endfor %}",
            "a.j2:2:13 FA041 unknown variable `q`",
        ),
        ("\n{{ answer.nam }}", "a.j2:2:11 FA042 `Answer` has no attribute `nam`"),
        ("{{ id|uper }}", "a.j2:1:7 FA041 unknown filter `uper`"),
        ("\n\n{% if %}", "a.j2:3:1 FA040 Expected an expression, got 'end of statement block'"),
        ("{% set loop = 1 %}{% for x in parts %}{{ x }}{% endfor %}", ""),
        (
            "{% for loop in parts %}{% endfor %}",
            "a.j2:1:1 FA040 Can't assign to special loop variable in for-loop target",
        ),
        ("{% import 'b.j2' as b %}", "a.j2:1:1 FA040 import macros by name: `from … import …`"),
        ("{% include id %}", "a.j2:1:1 FA040 the name of another text is written out"),
        ("{% include 'nope.j2' %}", "a.j2:1:1 FA040 there is no text `nope.j2`"),
        ("{% include '../a.j2' %}", "a.j2:1:1 FA040 there is no text `../a.j2`"),
        ("{{ range(9) }}", "a.j2:1:4 FA041 unknown variable `range`"),
        ("{{ 2 ** 3 }}", "a.j2:1:1 FA040 `**` is not available"),
    ],
)
def test_what_is_wrong_is_found_before_any_request(source: str, expected: str) -> None:
    """With file and line."""
    assert [expected] * bool(expected) == found_in(source)


def test_texts_include_and_extend_each_other(tmp_path: Path) -> None:
    """From the given folders; what they name is checked with the caller's variables."""
    write(
        tmp_path,
        base="<{% block body %}base{% endblock %}>",
        part="{{ p.text }}{{ id }}",
        tools="{% macro twice(x) %}{{ x }}{{ x }}{% endmacro %}",
    )
    text = text_of(
        "{% extends 'base.j2' %}{% from 'tools.j2' import twice as double %}{% block body %}"
        "{{ super() }}{% for p in parts %}{% include 'part.j2' %}{% endfor %}{{ double('z') }}"
        "{% include 'absent.j2' ignore missing %}{% endblock %}",
        tmp_path,
    )

    assert "<baseaxbxzz>" == text({"parts": [Part(text="a"), Part(text="b")], "id": "x"})


def test_included_texts_are_checked(tmp_path: Path) -> None:
    """The problem names their own file."""
    write(tmp_path, part="\n{{ nope }}")

    assert [f"{tmp_path}/part.j2:2:4 FA041 unknown variable `nope`"] == found_in(
        "{% include 'part.j2' %}", tmp_path
    )


def test_a_text_cannot_include_itself(tmp_path: Path) -> None:
    """Not even by way of another."""
    write(tmp_path, one="{% include 'two.j2' %}", two="{% include 'one.j2' %}")

    assert [f"{tmp_path}/two.j2:1:1 FA040 `one.j2` includes itself"] == found_in(
        "{% include 'one.j2' %}", tmp_path
    )


@pytest.mark.parametrize(
    "source",
    [
        "{{ request.n + 1 }}",
        "{{ request.n() }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ id }}",
    ],
)
def test_what_fails_in_a_request_is_an_internal_error(source: str) -> None:
    """Never a traceback."""
    problems: list[Problem] = []
    text = compile_text(source.replace("request.n()", "1 / request.z"), "a.j2", SCOPE, problems)
    assert text is not None

    with pytest.raises(ApiError, match=r"The text a\.j2 failed") as refused:
        text({"request": {"z": 0}})

    assert "internal" == refused.value.kind
