"""Protocols: every kind has words, headers are bytes, wording is data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fakeai.core.document import parse, read
from fakeai.core.error import KINDS, ApiError
from fakeai.pipeline.exchange import Exchange
from fakeai.pipeline.protocol import Protocol, Violation, compile_protocol
from fakeai.pipeline.variables import getters

if TYPE_CHECKING:
    from fakeai.core.problem import Problem

FILE = Path(__file__).parents[2] / "templates" / "openai" / "protocol.yaml"


async def _nothing(*_args: object) -> None:
    """Stand in for a connection."""


def compiled(text: str | None = None) -> tuple[Protocol | None, list[Problem]]:
    """Return a compiled protocol, the built-in one by default, and its problems."""
    problems: list[Problem] = []
    node = read(FILE) if text is None else parse(text, "protocol.yaml")
    sources = getters(list, lambda: 0.0)
    return compile_protocol("house", node, sources, problems), problems


def protocol() -> Protocol:
    """Return the built-in protocol."""
    made, problems = compiled()
    assert made is not None, problems
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_body(kind: str) -> None:
    """All four keys are there for each kind of refusal."""
    dialect = protocol()
    exchange = Exchange({"headers": []}, _nothing, _nothing)
    body = dialect.error_body(exchange, dialect.view(ApiError(kind, "no")))

    assert body.startswith(b'{"error":{"message":')
    assert all(f'"{key}":'.encode() in body for key in ("type", "param", "code"))


@pytest.mark.parametrize(("wait_s", "told"), [(1.2, 2), (60.0000002, 60), (0.0, 1), (None, None)])
def test_retry_after_is_rounded_up(wait_s: float | None, told: int | None) -> None:
    """Whole seconds, never too early; what floating point adds is no second."""
    view = protocol().view(ApiError("overloaded", "no", retry_after_s=wait_s))

    assert told == view.retry_after


def test_headers_without_an_expression_are_bytes_from_the_start() -> None:
    """Only the others are rendered for each request."""
    assert ((b"openai-version", b"2020-10-01"),) == protocol().fixed_headers


def test_a_violation_is_worded_by_the_protocol() -> None:
    """A keyword without a row takes the row `default`."""
    violation = Violation(
        keyword="uniqueItems", param="a", value="[1,1]", expected="", actual_type="an array"
    )

    assert ("invalid_value", "Invalid value for 'a': [1,1].") == protocol().violation(violation)


def test_a_missing_and_an_unknown_kind_are_problems() -> None:
    """A refusal must have words, and words must have a refusal."""
    text = FILE.read_text().replace("  too_large:", "  too_lrge:")
    _, problems = compiled(text)

    assert ["FA048", "FA048"] == [problem.code for problem in problems]
    assert {"no row for the error kinds `too_large`", "`too_lrge` is not an error kind"} == {
        problem.message for problem in problems
    }


def test_a_wrong_file_is_placed() -> None:
    """The structure of the file is checked like a spec."""
    _, problems = compiled("errors: {}\n")

    assert any(problem.code == "FA012" and "error" in problem.message for problem in problems)
