"""explain: the compiled plan in words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fakeai.engine.dry import dry_engine
from fakeai.engine.explain import explain, explain_path
from fakeai.engine.table import STAGES, sections
from fakeai.spec.load import load
from tests.harness import World

if TYPE_CHECKING:
    from fakeai.spec.model import Spec

#: Stages that an endpoint cannot do without; their sections only say how.
NEEDED = {"body", "respond"}
OPTIONAL = [stage.name for stage in STAGES.values() if stage.config and stage.name not in NEEDED]
#: What the built-in spec does not have.
INJECTION = 'injection: { fields: ["messages.*.content"], detectors: { sql: {} } }\n'
GOLDEN = Path(__file__).parents[1] / "golden" / "plans"


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_plan_is_as_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The golden file is what a reader sees; a change of the plan is a change of the file."""
    monkeypatch.chdir(GOLDEN)
    loaded = load(Path(path.name), sections=sections(), environ={})

    assert path.with_suffix(".txt").read_text() == explain(dry_engine(loaded))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("seed", "seed = 42"),
        ("models.gpt-4.1.owner", 'models.gpt-4.1.owner = "openai"'),
        ("pipeline[3]", 'pipeline[3] = "body"'),
    ],
)
def test_a_key_is_explained_with_its_origin(tmp_path: Path, path: str, expected: str) -> None:
    """Names with dots are found too."""
    text = explain_path(World(tmp_path).engine, path)

    assert text is not None
    assert expected == text.splitlines()[0]
    assert "fakeai.yaml:" in text.splitlines()[1]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("server.admin.path", 'server.admin.path = "/_fakeai"\n  by default. Where they stand.'),
        ("models.gpt-4o.latency", "models.gpt-4o.latency = null\n  by default. How fast"),
        ("fine_tuned_prefix", "fine_tuned_prefix = "),
    ],
)
def test_a_key_that_nobody_wrote_has_its_default(tmp_path: Path, path: str, expected: str) -> None:
    """What the reference documents can be asked for."""
    assert (explain_path(World(tmp_path).engine, path) or "").startswith(expected)


@pytest.mark.parametrize("path", ["models.nope.latency", "server.prot", "seed.x", "rules.a"])
def test_what_the_language_does_not_have_is_not_explained(tmp_path: Path, path: str) -> None:
    """Nor are names that nobody declared."""
    assert explain_path(World(tmp_path).engine, path) is None


def test_an_unknown_key_is_not_explained(tmp_path: Path) -> None:
    """Nothing stands there."""
    assert explain_path(World(tmp_path).engine, "models.nope") is None


def without(section: str, spec: Spec) -> str:
    """Return an overlay without a section, and without what names its entries."""
    overlay = f"{section}: null\n"
    if section == "pricing":
        names = ", ".join(f'"{name}": {{ pricing: null }}' for name in spec.models)
        overlay += f"models: {{ {names} }}\n"
    if section == "resources":
        rows = {name: row for name, row in spec.endpoints.items() if row.resource}
        names = ", ".join(
            f"{name}: {'{ resource: null }' if row.generate == 'completion' else 'null'}"
            for name, row in rows.items()
        )
        overlay += f"endpoints: {{ {names} }}\n"
    return overlay


def compiled_steps(world: World, stage: str) -> int:
    """Return how many endpoints hold steps of a stage."""
    planned = [each for row in world.engine.endpoints for each in row.stages]
    return sum(each.steps is not None and each.stage.name == stage for each in planned)


def explained_steps(world: World, stage: str) -> int:
    """Return how many endpoints have a stage in the plan that is printed."""
    return len(re.findall(rf"^ +\d+\. {stage} ", explain(world.engine), re.MULTILINE))


@pytest.mark.parametrize("stage", OPTIONAL)
def test_removing_a_section_removes_its_stage(tmp_path: Path, stage: str) -> None:
    """From what is explained, and from what runs."""
    section = STAGES[stage].section_name
    full = World(tmp_path, INJECTION if stage == "injection" else "")
    less = World(tmp_path, without(section, full.engine.loaded.spec))

    assert 0 < compiled_steps(full, stage) == explained_steps(full, stage)
    assert 0 == compiled_steps(less, stage) == explained_steps(less, stage)
    assert re.search(rf"compiled away: .*\b{stage}\b", explain(less.engine))
