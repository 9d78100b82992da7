"""The table of what is built in."""

from __future__ import annotations

from fakeai.engine.table import GENERATE, GENERATORS, STAGES, sections
from fakeai.spec.load import load


def test_the_built_in_pipeline_has_every_stage() -> None:
    """No stage exists that the built-in spec does not order."""
    spec = load(None, sections=sections(), environ={}).spec

    assert {*STAGES, GENERATE} == set(spec.pipeline)


def test_names_are_keys() -> None:
    """A stage is listed under its own name."""
    assert all(name == stage.name for name, stage in {**STAGES, **GENERATORS}.items())
