"""Statuses that a spec gives to kinds of refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeai.core.problem import SpecError
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_kind_has_the_specs_status(tmp_path: Path) -> None:
    """Other kinds keep their protocol's."""
    world = World(tmp_path, "error_statuses: {invalid: 400}\n")

    assert 400 == (await world.chat(temperature=9)).status
    assert 404 == (await world.send("GET", "/nope")).status


def test_a_kind_that_does_not_exist_is_a_problem(tmp_path: Path) -> None:
    """With the one that was probably meant."""
    with pytest.raises(SpecError) as caught:
        World(tmp_path, "error_statuses: {invald: 400}\n")

    assert [("FA048", "did you mean `invalid`?")] == [
        (problem.code, problem.hint) for problem in caught.value.problems
    ]
