"""serve: what it watches, and how it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.testing import CliRunner

from fakeai.cli.main import cli
from fakeai.cli.serve import watched

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_wrong_spec_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 1 for problems, 2 for a file that is not there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text("fakeai: 1\nextends: builtin\nsed: 1\n")

    assert 1 == CliRunner().invoke(cli, ["serve", "a.yaml"]).exit_code
    assert 2 == CliRunner().invoke(cli, ["serve", "nowhere.yaml"]).exit_code


def test_reload_watches_every_folder_of_the_spec(tmp_path: Path) -> None:
    """Those of its parents too; of a broken spec, its own."""
    (tmp_path / "teams").mkdir()
    parent, child = tmp_path / "base.yaml", tmp_path / "teams" / "a.yaml"
    parent.write_text("fakeai: 1\nextends: builtin\n")
    child.write_text("fakeai: 1\nextends: ../base.yaml\n")

    assert {tmp_path, tmp_path / "teams"} <= watched(child, ())
    child.write_text("fakeai: 1\nextends: ../nowhere.yaml\n")
    assert {tmp_path / "teams"} == watched(child, ())
