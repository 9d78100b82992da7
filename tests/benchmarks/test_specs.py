"""The measured specs compile, and leave out what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from benchmarks import specs
from benchmarks.cases import STREAM_CASES, STREAMS_MAX
from fakeai.engine.dry import dry_engine
from fakeai.engine.table import sections
from fakeai.spec.load import load

if TYPE_CHECKING:
    from pathlib import Path

    from fakeai.engine.compile import Engine


def compiled(folder: Path, spec: dict[str, Any]) -> Engine:
    """Compile a spec and try its examples."""
    return dry_engine(load(specs.write(folder, "spec", spec), sections=sections(), environ={}))


def chat_stages(engine: Engine) -> set[str]:
    """Return the stages of the chat endpoint."""
    chat = next(each for each in engine.endpoints if each.name == "chat_completions")
    return {planned.stage.name for planned in chat.stages if planned.steps is not None}


def test_off_runs_what_a_request_needs(tmp_path: Path) -> None:
    """A new stage is either removable or belongs to those that are needed."""
    engine = compiled(tmp_path, specs.off())

    assert set() == chat_stages(engine) & set(specs.removable())


def test_everything_runs_every_stage(tmp_path: Path) -> None:
    """No stage is compiled away where all are on."""
    engine = compiled(tmp_path, specs.everything())

    assert set() == set(specs.removable()) - chat_stages(engine)


def test_the_built_in_spec_looks_for_no_attacks(tmp_path: Path) -> None:
    """Injection is the one stage that has to be asked for."""
    engine = compiled(tmp_path, specs.built_in())

    assert {"injection"} == set(specs.removable()) - chat_stages(engine)


@pytest.mark.parametrize("stage", specs.removable())
def test_an_endpoint_lacks_one_stage(tmp_path: Path, stage: str) -> None:
    """Each stage has an endpoint that differs from the whole one by it."""
    row = specs.stages()["endpoints"][f"chat_without_{stage}"]
    spec = specs.everything() | {"endpoints": {"chat_completions": {"skip": row["skip"]}}}

    assert {stage} == set(specs.removable()) - chat_stages(compiled(tmp_path, spec))


def test_all_endpoints_of_the_stages_compile_together(tmp_path: Path) -> None:
    """One server holds them all, so that they are compared within a process."""
    names = {each.name for each in compiled(tmp_path, specs.stages()).endpoints}

    assert {f"chat_without_{stage}" for stage in specs.removable()} <= names


def test_every_paced_stream_finds_its_blocks(tmp_path: Path) -> None:
    """What is measured is the server, not a simulated memory that is full."""
    spec = compiled(tmp_path, specs.built_in()).loaded.spec
    pool = spec.kv_cache.pools["streams"]  # type: ignore[attr-defined]  # a section of a stage
    longest = max(case.tokens for case in STREAM_CASES)

    assert pool.blocks_per_worker >= STREAMS_MAX * (longest // pool.block_size + 1)
