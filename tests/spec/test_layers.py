"""Layers: a spec's file, its parents, and what they include."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeai.core.document import locate, plain
from fakeai.spec.layers import PARENTS_MAX, Reading
from fakeai.spec.schema import shape_of, spec_type
from tests.spec.sections import SECTIONS

if TYPE_CHECKING:
    from pathlib import Path

SHAPE = shape_of(spec_type(SECTIONS))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder, in which the test runs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, **files: str) -> None:
    """Write specs, each behind its version."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(f"fakeai: 1\n{text}\n")


def test_a_chain_begins_with_the_farthest_parent(folder: Path) -> None:
    """Layers are merged in this order; each file knows how it came in."""
    write(folder, base="seed: 1", team="extends: base.yaml", mine="extends: team.yaml")
    reading = Reading(SHAPE)
    layers = reading.chain(folder / "mine.yaml")

    assert ["base.yaml", "team.yaml", "mine.yaml"] == [layer.file for layer in layers]
    assert (
        "overlay of team.yaml (extends, line 2)",
        "overlay of base.yaml (extends, line 2)",
    ) == reading.chains["mine.yaml"]
    assert ["mine.yaml", "team.yaml", "base.yaml"] == reading.files


def test_included_files_are_part_of_their_layer(folder: Path) -> None:
    """Their values keep their own file, which knows who included it."""
    write(folder, main="include: [part.yaml]", part="seed: 5")
    reading = Reading(SHAPE)
    (layer,) = reading.chain(folder / "main.yaml")

    assert locate(layer.node, ["seed"]).place.file == "part.yaml"
    assert ("included by main.yaml (line 2)",) == reading.chains["part.yaml"]


def test_the_built_in_parent(folder: Path) -> None:
    """It is named by a word, and lies under the file."""
    write(folder, main="extends: builtin")
    reading = Reading(SHAPE)
    layers = reading.chain(folder / "main.yaml")

    assert ["builtin:fakeai.yaml", "main.yaml"] == [layer.file for layer in layers]
    assert ("overlay of the built-in spec (extends, line 2)",) == reading.chains["main.yaml"]


def test_a_parent_beside_the_file_wins_over_a_built_in_one(folder: Path) -> None:
    """A path is looked up beside the file that names it first."""
    (folder / "teams").mkdir()
    write(folder, fakeai="seed: 1")
    write(folder / "teams", mine="extends: ../fakeai.yaml", other="extends: fakeai.yaml")

    beside = Reading(SHAPE).chain(folder / "teams" / "mine.yaml")
    builtin = Reading(SHAPE).chain(folder / "teams" / "other.yaml")

    assert beside[0].file == "fakeai.yaml"
    assert builtin[0].file == "builtin:fakeai.yaml"


@pytest.mark.parametrize("parents", [PARENTS_MAX, PARENTS_MAX + 1])
def test_depth(folder: Path, parents: int) -> None:
    """Eight parents are allowed, nine are not; the chain is printed."""
    for number in range(parents):
        write(folder, **{f"f{number}": f"extends: f{number + 1}.yaml"})
    write(folder, **{f"f{parents}": ""})
    reading = Reading(SHAPE)
    reading.chain(folder / "f0.yaml")

    refused = parents > PARENTS_MAX
    assert ["FA061"] * refused == [problem.code for problem in reading.problems]
    assert reading.broken == refused


def test_a_file_cannot_be_its_own_parent(folder: Path) -> None:
    """The circle is printed, and what is missing is known to be missing."""
    write(folder, a="extends: b.yaml", b="extends: ./a.yaml")
    reading = Reading(SHAPE)
    reading.chain(folder / "a.yaml")
    (problem,) = reading.problems

    assert ("FA060", "goes round: a.yaml → b.yaml → a.yaml") == (problem.code, problem.message)
    assert reading.broken


def test_a_version_that_is_wrong_is_put_right(folder: Path) -> None:
    """It is reported once; the rest of the file is checked as if it were right."""
    (folder / "a.yaml").write_text("seed: 1\n")
    (folder / "b.yaml").write_text("fakeai: true\n")
    reading = Reading(SHAPE)
    (a,) = reading.chain(folder / "a.yaml")
    (b,) = reading.chain(folder / "b.yaml")

    assert {"seed": 1, "fakeai": 1} == plain(a.node)
    assert {"fakeai": 1} == plain(b.node)
    assert [("FA014", "a.yaml:1:1"), ("FA014", "b.yaml:1:9")] == [
        (problem.code, str(problem.place)) for problem in reading.problems
    ]


def test_extends_of_another_type_is_left_to_the_check(folder: Path) -> None:
    """A file without a parent stands alone."""
    write(folder, a="extends: [b]")
    reading = Reading(SHAPE)

    assert len(reading.chain(folder / "a.yaml")) == 1
    assert [] == reading.problems
