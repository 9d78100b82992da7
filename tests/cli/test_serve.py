"""serve: what it watches, and how it refuses."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner

from fakeai.cli.main import cli
from fakeai.cli.serve import watched

if TYPE_CHECKING:
    import pytest

WORKERS = Path(__file__).parents[2] / "examples" / "workers.yaml"


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


def test_several_workers_of_a_spec_that_remembers_are_refused() -> None:
    """Each section is named where it stands."""
    done = CliRunner().invoke(cli, ["serve", "--workers", "2"])

    assert 1 == done.exit_code
    assert "error[FA051] rate_limits: several workers cannot share" in done.stderr


def test_an_address_in_use_is_told() -> None:
    """By name and reason, for one worker and for several."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        spec = ["serve", str(WORKERS), "--host", "127.0.0.1", "--port", port]
        done = [CliRunner().invoke(cli, [*spec, "--workers", count]) for count in ("1", "2")]

    message = f"Error: cannot listen on 127.0.0.1:{port}: Address already in use\n"
    assert [(1, message)] * 2 == [(each.exit_code, each.stderr) for each in done]
