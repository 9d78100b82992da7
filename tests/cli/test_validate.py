"""validate-config: formats, exit codes, fixes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from fakeai.cli.main import cli

if TYPE_CHECKING:
    from pathlib import Path

GOOD = "fakeai: 1\nextends: builtin\n"
TYPO = "fakeai: 1\nextends: builtin\nserver: { prot: 9000 }\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder that is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(cli, ["validate-config", *arguments])


@pytest.mark.usefixtures("folder")
def test_without_a_file_the_built_in_spec_is_checked() -> None:
    """It is valid."""
    result = run()

    assert (0, "1 valid\n") == (result.exit_code, result.output)


def test_problems_are_printed_and_fail(folder: Path) -> None:
    """Exit code 1, with place, caret and near miss."""
    (folder / "a.yaml").write_text(TYPO)
    result = run("a.yaml")

    assert 1 == result.exit_code
    assert "a.yaml:3:11: error[FA010] server.prot: unknown key `prot`" in result.output
    assert "^^^^ did you mean `port`?" in result.output


def test_an_unreadable_file_is_another_exit_code(folder: Path) -> None:
    """Exit code 2, whatever else is wrong."""
    (folder / "a.yaml").write_text(TYPO)

    assert 2 == run("nowhere.yaml").exit_code
    assert 2 == run("a.yaml", "nowhere.yaml").exit_code


def test_several_files_are_checked_at_once(folder: Path) -> None:
    """Each one's problems are there."""
    (folder / "a.yaml").write_text(TYPO)
    (folder / "b.yaml").write_text(GOOD + "seed: soon\n")
    output = run("a.yaml", "b.yaml").output

    assert "a.yaml:3" in output
    assert "b.yaml:3" in output


def test_engine_problems_have_places_too(folder: Path) -> None:
    """What only compiling finds stands at its line as well."""
    (folder / "a.yaml").write_text(GOOD + "pipeline: [request_log, bodi, respond]\n")
    result = run("a.yaml")

    assert "a.yaml:3:25: error[FA032] pipeline[1]: unknown stage `bodi`" in result.output


def test_json_holds_every_problem(folder: Path) -> None:
    """For tools."""
    (folder / "a.yaml").write_text(TYPO)
    problems = json.loads(run("a.yaml", "--format", "json").output)

    assert "FA010" in json.dumps(problems)


def test_github_commands_mark_the_line(folder: Path) -> None:
    """For annotations in a pull request."""
    (folder / "a.yaml").write_text(TYPO)

    assert run("a.yaml", "--format", "github").output.startswith(
        "::error file=a.yaml,line=3,col=11"
    )


def test_sarif_is_a_log_of_one_run(folder: Path) -> None:
    """For code scanning."""
    (folder / "a.yaml").write_text(TYPO)
    log = json.loads(run("a.yaml", "--format", "sarif").output)

    assert "2.1.0" == log["version"]
    assert "FA010" == log["runs"][0]["results"][0]["ruleId"]


def test_fix_mends_what_can_only_mean_one_thing(folder: Path) -> None:
    """The file is valid afterwards."""
    path = folder / "a.yaml"
    path.write_text(TYPO)
    result = run("a.yaml", "--fix")

    assert 0 == result.exit_code
    assert "fakeai: 1\nextends: builtin\nserver: { port: 9000 }\n" == path.read_text()
    assert "a.yaml:3:11: `prot` is now `port`\n" == result.stderr


@pytest.mark.parametrize(
    "text",
    [
        "models: { a: {} }\nmodles: { b: {} }\n",
        "modells: { a: {} }\nmodles: { b: {} }\n",
        "vars: { L: { default: instnat } }\nmodels: { a: { latency: '${L}' } }\n",
    ],
)
def test_fix_leaves_what_it_would_damage(folder: Path, text: str) -> None:
    """A key would stand twice, or a variable would be one no more."""
    path = folder / "a.yaml"
    path.write_text(GOOD + text)

    assert 1 == run("a.yaml", "--fix").exit_code
    assert GOOD + text == path.read_text()


def test_warnings_fail_only_when_strict(folder: Path) -> None:
    """A variable that nothing uses is a warning."""
    (folder / "a.yaml").write_text(GOOD + "vars: { SPARE: { default: x } }\n")

    assert 0 == run("a.yaml").exit_code
    assert "warning[FA101]" in run("a.yaml").output
    assert 1 == run("a.yaml", "--strict").exit_code
