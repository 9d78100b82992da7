"""explain: plans, codes and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from fakeai.cli.main import cli

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder that is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(cli, ["explain", *arguments])


def test_without_a_subject_the_plan_is_printed() -> None:
    """Of the built-in spec, where there is no other."""
    output = run().output

    assert "POST /v1/chat/completions  (chat_completions, builtin:fakeai.yaml:" in output


def test_a_spec_is_explained(folder: Path) -> None:
    """The plan of the file, with what it changed."""
    (folder / "a.yaml").write_text("fakeai: 1\nextends: builtin\nrequest_log: false\n")

    assert "compiled away: request_log" in run("a.yaml").output


def test_a_code_is_explained() -> None:
    """In either case of letters."""
    assert run("FA010").output == run("fa010").output
    assert "Unknown key" in run("FA010").output


def test_a_key_is_explained(folder: Path) -> None:
    """With the spec that is given, or the one that would be served."""
    (folder / "a.yaml").write_text("fakeai: 1\nextends: builtin\nseed: 7\n")

    assert run("seed").output.startswith("seed = 42\n")
    assert "seed = 7\n  from a.yaml:3:1\n" == run("seed", "--spec", "a.yaml").output


@pytest.mark.parametrize("subject", ["FA999", "models.nobody", "no.such.key"])
def test_what_is_not_there_is_wrong_usage(subject: str) -> None:
    """Exit code 2."""
    assert 2 == run(subject).exit_code


def test_a_wrong_spec_is_not_explained(folder: Path) -> None:
    """Its problems are printed instead."""
    (folder / "a.yaml").write_text("fakeai: 1\nextends: builtin\nsed: 7\n")
    result = run("a.yaml")

    assert 1 == result.exit_code
    assert "FA010" in result.stderr


def test_a_file_that_is_not_there_is_unreadable() -> None:
    """Something that ends like a file is a file."""
    assert 2 == run("nowhere.yaml").exit_code
