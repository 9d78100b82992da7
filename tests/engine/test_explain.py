"""explain: the compiled plan in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakeai.engine.dry import dry_engine
from fakeai.engine.explain import explain, explain_path
from fakeai.engine.table import sections
from fakeai.spec.load import load
from tests.harness import World

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
        ("pipeline[2]", 'pipeline[2] = "body"'),
    ],
)
def test_a_key_is_explained_with_its_origin(tmp_path: Path, path: str, expected: str) -> None:
    """Names with dots are found too."""
    text = explain_path(World(tmp_path).engine, path)

    assert text is not None
    assert expected == text.splitlines()[0]
    assert "fakeai.yaml:" in text.splitlines()[1]


def test_an_unknown_key_is_not_explained(tmp_path: Path) -> None:
    """Nothing stands there."""
    assert explain_path(World(tmp_path).engine, "models.nope") is None
