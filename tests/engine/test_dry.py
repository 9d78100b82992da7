"""The dry run: each endpoint's example must answer as its own schema says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeai.core.problem import SpecError
from fakeai.engine.dry import dry_engine
from fakeai.engine.table import sections
from fakeai.spec.load import load

if TYPE_CHECKING:
    from pathlib import Path

ROW = "endpoints: { echo: { route: POST /v1/echo, protocol: openai } }\n"
SCHEMA = """
request: { type: object, properties: { text: { type: string } }, examples: [{ text: hi }] }
response: { type: object, properties: { said: { type: string } }, required: [said] }
"""


def check(folder: Path, template: str, schema: str = SCHEMA) -> list[tuple[str, str]]:
    """Return code and message of everything that the dry run finds."""
    for name, text in {
        "spec.yaml": f"fakeai: 1\nextends: builtin\n{ROW}",
        "schemas/openai/echo.yaml": schema,
        "templates/openai/echo.yaml": template,
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    try:
        dry_engine(load(folder / "spec.yaml", sections=sections(), environ={}))
    except SpecError as error:
        return [(problem.code, problem.message) for problem in error.problems]
    return []


def test_the_built_in_spec_answers_its_own_examples() -> None:
    """Responses and chunks are valid against their schemas."""
    assert () == dry_engine(load(None, sections=sections(), environ={})).warnings


def test_a_right_answer_has_no_problem(tmp_path: Path) -> None:
    """The template gives what the schema wants."""
    assert [] == check(tmp_path, 'response: { said: "{{ request.text }}" }\n')


def test_an_answer_that_breaks_its_schema_is_a_problem(tmp_path: Path) -> None:
    """The place in the answer and the broken rule are named."""
    [(code, message)] = check(tmp_path, "response: { said: 5 }\n")

    assert "FA050" == code
    assert "breaks its schema at said" in message


def test_an_example_that_is_refused_is_a_problem(tmp_path: Path) -> None:
    """An example must be a request that works."""
    schema = SCHEMA.replace("{ text: hi }", "{ text: 5 }")
    [(code, message)] = check(tmp_path, "response: { said: x }\n", schema)

    assert "FA050" == code
    assert "the example is refused" in message
    assert "text" in message


@pytest.mark.parametrize(
    ("template", "code"),
    [
        ('response: { said: "{{ reqest.text }}" }\n', "FA041"),
        ('response: { said: "{{ usage.tokens }}" }\n', "FA042"),
        ('response: { said: "{{ request.text" }\n', "FA040"),
        ("response: { $fro: x in request }\n", "FA043"),
    ],
)
def test_a_broken_template_is_a_problem(tmp_path: Path, template: str, code: str) -> None:
    """Templates are compiled before anybody asks for them."""
    assert code in [found for found, _ in check(tmp_path, template)]


def test_a_broken_schema_is_a_problem(tmp_path: Path) -> None:
    """A schema file must hold JSON Schema."""
    schema = SCHEMA.replace("type: string", "type: strng")

    assert "FA046" in [code for code, _ in check(tmp_path, "response: { said: x }\n", schema)]
