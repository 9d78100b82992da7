"""init: a starter spec that works as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from fakeai.cli.main import cli

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder that is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_starter_is_valid(folder: Path) -> None:
    """And the schema that its first line names lies beside it."""
    assert 0 == CliRunner().invoke(cli, ["init"]).exit_code
    checked = CliRunner().invoke(cli, ["validate-config", "--strict", "fakeai.yaml"])

    assert (0, "1 valid\n") == (checked.exit_code, checked.output)
    assert (folder / "schemas" / "fakeai.schema.json").is_file()


def test_nothing_is_replaced_without_force(folder: Path) -> None:
    """What is there stays."""
    (folder / "fakeai.yaml").write_text("mine")

    assert 2 == CliRunner().invoke(cli, ["init"]).exit_code
    assert "mine" == (folder / "fakeai.yaml").read_text()
    assert 0 == CliRunner().invoke(cli, ["init", "--force"]).exit_code
    assert "mine" != (folder / "fakeai.yaml").read_text()


@pytest.mark.parametrize("command", ["init", "docs"])
def test_where_nothing_can_be_written(folder: Path, command: str) -> None:
    """One line says so."""
    (folder / "file").write_text("")
    result = CliRunner().invoke(cli, [command, "file/below"])

    assert 1 == result.exit_code
    assert result.output.startswith("Error: cannot write file/below/")
    assert 1 == result.output.count("\n")
