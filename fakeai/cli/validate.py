"""validate-config: everything that is wrong with a spec, at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import rich_click as click

from fakeai.cli import report
from fakeai.cli.opening import EXIT_PROBLEMS, EXIT_UNREADABLE, UNREADABLE, open_spec
from fakeai.core.problem import Problem, SpecError
from fakeai.engine.dry import dry_engine

if TYPE_CHECKING:
    from collections.abc import Callable

_FORMATS: Final[dict[str, Callable[[list[Problem]], str]]] = {
    "human": lambda problems: report.human(problems, color=sys.stdout.isatty()),
    "json": report.as_json,
    "github": report.github,
    "sarif": report.sarif,
}


@click.command("validate-config")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(list(_FORMATS)), default="human")
@click.option("--strict", is_flag=True, help="Warnings fail as well.")
@click.option("--fix", is_flag=True, help="Mend names that can only mean one thing.")
def command(files: tuple[Path, ...], form: str, *, strict: bool, fix: bool) -> None:
    """Check each spec as a whole.

    Exit code 0: all are valid; 1: problems; 2: a file cannot be read.
    """
    problems = check_all(files)
    if fix and report.apply_fixes(problems):
        problems = check_all(files)
    text = _FORMATS[form](problems)
    if text:
        click.echo(text)
    elif form == "human":
        click.echo(f"{len(files) or 1} valid")
    sys.exit(exit_code(problems, strict=strict))


def check_all(files: tuple[Path, ...]) -> list[Problem]:
    """Return the problems of every spec; none given: the one that `serve` would take."""
    problems: dict[Problem, None] = {}
    for file in files or (None,):
        problems.update(dict.fromkeys(check(file)))
    return list(problems)


def check(file: Path | None) -> list[Problem]:
    """Return the problems of one spec, warnings included."""
    try:
        return list(dry_engine(open_spec(file)).warnings)
    except SpecError as error:
        return error.problems


def exit_code(problems: list[Problem], *, strict: bool) -> int:
    """Return the exit code for these problems."""
    failing = [p for p in problems if strict or p.severity == "error"]
    if any(p.code in UNREADABLE for p in failing):
        return EXIT_UNREADABLE
    return EXIT_PROBLEMS if failing else 0
