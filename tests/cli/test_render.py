"""render: the merged spec, with the origin of each value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.testing import CliRunner

from fakeai.cli.main import cli
from fakeai.core.document import parse, plain
from fakeai.engine.table import sections
from fakeai.spec.load import load

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_text_reads_back_to_the_same_spec() -> None:
    """What is printed is the merged document, whole."""
    output = CliRunner().invoke(cli, ["render", "--provenance"]).output

    assert plain(load(None, sections=sections(), environ={}).node) == plain(parse(output, "r.yaml"))


def test_each_value_has_its_origin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the file that it came from."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text("fakeai: 1\nextends: builtin\nseed: 7\n")
    lines = CliRunner().invoke(cli, ["render", "a.yaml", "--provenance"]).output.splitlines()

    assert ["seed: 7", "a.yaml:3:7"] == [p.strip() for p in _line(lines, "seed").split("#")]
    assert "builtin:fakeai.yaml" in _line(lines, "determinism")


def test_a_scenario_lies_on_top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several apply in the order in which they are given."""
    monkeypatch.chdir(tmp_path)
    for name, seed in (("a", 1), ("b", 2)):
        (tmp_path / f"{name}.yaml").write_text(f"fakeai: 1\nextends: builtin\nseed: {seed}\n")
    arguments = ["render", "--scenario", "a.yaml", "--scenario", "b.yaml"]

    assert "seed: 2" in CliRunner().invoke(cli, arguments).output


def _line(lines: list[str], key: str) -> str:
    return next(line for line in lines if line.startswith(f"{key}:"))
