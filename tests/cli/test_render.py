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


def test_what_is_printed_stands_for_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It needs no parent, no part and no variable: what was deleted stays away."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEED", "7")
    (tmp_path / "part.yaml").write_text("models: {mine: {}}\n")
    (tmp_path / "a.yaml").write_text(
        "fakeai: 1\nextends: builtin\ninclude: [part.yaml]\nvars: {SEED: {env: SEED, default: 1}}\n"
        'seed: ${SEED}\nname: "$${X} $$${Y} ${{ z"\nendpoints: {health: null}\n'
    )
    rendered = CliRunner().invoke(cli, ["render", "a.yaml"]).output
    (tmp_path / "r.yaml").write_text(rendered)
    monkeypatch.delenv("SEED")
    result = CliRunner().invoke(cli, ["diff", "r.yaml", "r.yaml"])
    monkeypatch.setenv("SEED", "7")
    compared = CliRunner().invoke(cli, ["diff", "a.yaml", "r.yaml"])

    assert (0, "") == (result.exit_code, result.output)
    assert (0, "") == (compared.exit_code, compared.output)
    assert not {"extends", "include", "vars"} & parse(rendered, "r.yaml").children.keys()


def _line(lines: list[str], key: str) -> str:
    return next(line for line in lines if line.startswith(f"{key}:"))
