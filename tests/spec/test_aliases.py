"""Aliases: each is the name of one model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeai.core.document import parse
from fakeai.core.problem import SpecError
from fakeai.spec.aliases import contested
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path


def found(models: str) -> list[tuple[str, str, str]]:
    """Return path, place and message of each problem."""
    problems = contested(parse(f"fakeai: 1\nmodels: {models}", "f"))
    return [(p.path, str(p.place), p.message) for p in problems]


@pytest.mark.parametrize(
    "models",
    ["{ a: { aliases: [b, c] }, d: { aliases: [e] }, f: {} }", "{ a: { aliases: [a, b, b] } }"],
)
def test_names_of_one_model_may_be_given(models: str) -> None:
    """Even twice: no request could mean another model."""
    assert [] == found(models)


@pytest.mark.parametrize("models", ["{ a: 7 }", "{ a: { aliases: b } }", "{ a: { aliases: [7] } }"])
def test_what_is_no_list_of_names_is_told_elsewhere(models: str) -> None:
    """Other checks know what is wrong with it."""
    assert [] == found(models)


def test_the_id_of_another_model_is_taken() -> None:
    """Wherever that model stands."""
    message = "`b` is a model already"

    assert [("models.a.aliases[0]", "f:2:26", message)] == found("{ a: { aliases: [b] }, b: {} }")
    assert [("models.a.aliases[0]", "f:2:33", message)] == found("{ b: {}, a: { aliases: [b] } }")


def test_the_second_of_two_aliases_is_the_problem(tmp_path: Path) -> None:
    """A server does not start with it."""
    with pytest.raises(SpecError) as caught:
        World(tmp_path, "models: { a: { aliases: [x] }, b: { aliases: [x] } }\n")

    assert [("FA038", "models.b.aliases[0]")] == [(p.code, p.path) for p in caught.value.problems]
