"""Variables: `${NAME}` in values."""

from __future__ import annotations

import pytest

from fakeai.core.document import Node, parse, plain
from fakeai.spec.variables import Variables, declared_variables, unused

VARS = """
vars:
  PORT: { env: PORT, default: 8000 }
  TEAM: { env: TEAM }
  RATE: { env: RATE, type: number }
  ON: { default: true }
"""


def filled(text: str, **environ: str) -> tuple[Node, Variables]:
    """Return a document with its variables filled in."""
    tree = parse(f"{VARS}a: {text}\n", "f")
    variables = Variables(declared_variables(tree), environ)
    return variables.filled(tree), variables


def value(text: str, **environ: str) -> object:
    """Return a value with its variables filled in."""
    tree, variables = filled(text, **environ)
    assert [] == variables.problems
    assert isinstance(tree.value, dict)
    return plain(tree.value["a"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"${PORT}"', 8000),
        ('"${ON}"', True),
        ('"port ${PORT} is ${ON}"', "port 8000 is true"),
        ("[ '${PORT}', { b: 'x${PORT}y' } ]", [8000, {"b": "x8000y"}]),
        ("'$${PORT} costs ${{ price }} or $5'", "${PORT} costs ${{ price }} or $5"),
        ("'$${PORT}'", "${PORT}"),
    ],
)
def test_a_whole_value_has_a_type_and_a_part_is_text(text: str, expected: object) -> None:
    """The type is the declared one, or that of the default."""
    assert expected == value(text)


def test_the_environment_wins_over_the_default() -> None:
    """Its text is read as the type."""
    assert value("'${PORT}'", PORT="9000") == 9000
    assert value("'${RATE}'", RATE="0.5") == 0.5
    assert value("'${TEAM}'", TEAM="5") == "5"


@pytest.mark.parametrize(
    ("text", "code", "column", "width"),
    [
        ('"at ${PROT}"', "FA070", 8, 7),
        ("${TEAM}", "FA071", 4, 7),
        ("${TEAM:-x}", "FA072", 4, 10),
        ("'${TEAM'", "FA072", 5, 6),
        ("${RATE}", "FA073", 4, 7),
    ],
)
def test_what_can_be_wrong(text: str, code: str, column: int, width: int) -> None:
    """The variable alone is marked, inside its text."""
    _, variables = filled(text, RATE="fast")
    (problem,) = variables.problems

    assert (code, column, width) == (problem.code, problem.place.column, problem.place.width)


def test_the_text_of_the_environment_is_not_repeated() -> None:
    """It may be a secret."""
    _, variables = filled("${RATE}", RATE="sk-secret")

    assert "sk-secret" not in str(variables.problems)


def test_vars_themselves_are_not_filled() -> None:
    """A variable cannot be made of others."""
    tree = parse("vars: { A: { default: '${B}' } }\n", "f")
    variables = Variables(declared_variables(tree), {})

    assert plain(tree) == plain(variables.filled(tree))


def test_unused() -> None:
    """A variable that no value uses is a warning at its name."""
    tree, variables = filled("'${PORT} ${ON}'")

    assert [("FA101", "vars.TEAM"), ("FA101", "vars.RATE")] == [
        (problem.code, problem.path) for problem in unused(tree, variables)
    ]


def test_bytes_that_are_no_text() -> None:
    """What the environment holds is shown to people and to JSON: it must be UTF-8."""
    _, variables = filled("${TEAM}", TEAM="\udcff")

    assert [("FA073", "`TEAM` in the environment is not UTF-8")] == [
        (problem.code, problem.message) for problem in variables.problems
    ]
