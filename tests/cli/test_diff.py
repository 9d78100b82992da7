"""diff: what differs after merging."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from fakeai.cli.main import cli

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a spec in it that is the current one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text("fakeai: 1\nextends: builtin\n")
    return tmp_path


def run(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(cli, ["diff", *arguments])


@pytest.mark.usefixtures("folder")
def test_equal_specs_have_no_difference() -> None:
    """Exit code 0 and no line."""
    result = run("a.yaml", "a.yaml")

    assert (0, "") == (result.exit_code, result.output)


def test_each_difference_is_a_line(folder: Path) -> None:
    """Removed, added and changed values, with both places; exit code 1."""
    (folder / "b.yaml").write_text(
        "fakeai: 1\nextends: builtin\nseed: 7\nmodels: { gpt-4o: null, new: { owner: us } }\n"
    )
    result = run("a.yaml", "b.yaml")
    lines = result.output.splitlines()

    assert 1 == result.exit_code
    assert ["~ seed: 42 -> 7", "- models.gpt-4o", '+ models.new: {"owner":"us"}'] == [
        line.split("  (")[0].split(": {")[0] if line.startswith("-") else line.split("  (")[0]
        for line in lines
    ]
    assert "b.yaml:3:7" in lines[0]
