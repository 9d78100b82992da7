"""validate-config: everything that is wrong with a spec, at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from fakeai.cli import report
from fakeai.cli.command import Command
from fakeai.cli.opening import EXIT_PROBLEMS, EXIT_UNREADABLE, UNREADABLE, open_spec
from fakeai.core.problem import Problem, SpecError
from fakeai.engine.dry import dry_engine, everything_wrong

if TYPE_CHECKING:
    from collections.abc import Callable

_FORMATS: Final[dict[str, Callable[[SpecError], str]]] = {
    "human": lambda found: report.human(
        found.problems, color=sys.stdout.isatty(), files=len(found.files)
    ),
    "json": lambda found: report.as_json(found.problems),
    "github": lambda found: report.github(found.problems),
    "sarif": lambda found: report.sarif(found.problems),
}


@click.command("validate-config", cls=Command)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(list(_FORMATS)), default="human")
@click.option("--strict", is_flag=True, help="Warnings fail as well.")
@click.option("--fix", is_flag=True, help="Mend names that can only mean one thing.")
def command(files: tuple[Path, ...], form: str, *, strict: bool, fix: bool) -> None:
    """Check each spec as a whole.

    Exit code 0: all are valid; 1: problems; 2: a file cannot be read.
    """
    found = check_all(files)
    if fix and (changes := report.apply_fixes(found.problems)):
        click.echo("\n".join(changes), err=True)
        found = check_all(files)
    problems = found.problems
    text = _FORMATS[form](found)
    if text:
        click.echo(text)
    elif form == "human":
        click.echo(f"{len(files) or 1} valid")
    sys.exit(exit_code(problems, strict=strict))


def check_all(files: tuple[Path, ...]) -> SpecError:
    """Return what is wrong with every spec; none given: the one that `serve` would take."""
    checked = [check(file) for file in files or (None,)]
    read = dict.fromkeys(name for each in checked for name in each.files)
    return SpecError([problem for each in checked for problem in each.problems], read)


def check(file: Path | None) -> SpecError:
    """Return the problems of one spec, warnings included, and the files that were read."""
    try:
        engine = dry_engine(open_spec(file))
    except SpecError as error:
        return everything_wrong(error)
    return SpecError(engine.warnings, engine.loaded.files.read)


def exit_code(problems: list[Problem], *, strict: bool) -> int:
    """Return the exit code for these problems."""
    failing = [p for p in problems if strict or p.severity == "error"]
    if any(p.code in UNREADABLE for p in failing):
        return EXIT_UNREADABLE
    return EXIT_PROBLEMS if failing else 0
