"""The table of what is built in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeai.core.problem import SpecError
from fakeai.engine.table import GENERATE, GENERATORS, STAGES, sections
from fakeai.spec.load import load
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path


def test_the_built_in_pipeline_has_every_stage() -> None:
    """No stage exists that the built-in spec does not order."""
    spec = load(None, sections=sections(), environ={}).spec

    assert {*STAGES, GENERATE} == set(spec.pipeline)


def test_names_are_keys() -> None:
    """A stage is listed under its own name."""
    assert all(name == stage.name for name, stage in {**STAGES, **GENERATORS}.items())


@pytest.mark.parametrize(
    ("overlay", "code"),
    [
        ("streams: {idle_timeout: 0s}", "FA022"),
        ("streams: {max_duration: 0.0ms}", "FA022"),
        ("streams: {keep_alive: 0s}", "FA022"),
        ("body: {content_types: []}", "FA015"),
        ("models: {gpt-4o: {context_window: 0}}", "FA022"),
        ("models: {gpt-4o: {context_window: 0k}}", "FA022"),
        ("clock: {speed: 1.0e+308}", "FA022"),
        ("simulation_headers: {worker: content-length}", "FA024"),
        ('auth: {keys: {a: {key: b, organization: "a\\nb"}}}', "FA024"),
        ("locked: [server.prot]", "FA067"),
    ],
)
def test_what_would_break_every_request_is_a_problem(
    tmp_path: Path, overlay: str, code: str
) -> None:
    """Told at once, before a client meets it."""
    with pytest.raises(SpecError) as caught:
        World(tmp_path, overlay)

    assert [code] == [problem.code for problem in caught.value.problems]
