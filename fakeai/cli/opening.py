"""Opening a spec for a command, and what to do when it is wrong."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import click

from fakeai.cli.report import human
from fakeai.engine.dry import everything_wrong
from fakeai.engine.table import sections
from fakeai.spec.load import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fakeai.core.problem import SpecError
    from fakeai.spec.load import Loaded

EXIT_PROBLEMS: Final = 1
EXIT_UNREADABLE: Final = 2
#: Codes of files that could not be read at all.
UNREADABLE: Final = frozenset({"FA000", "FA004"})

SPEC = click.argument("spec", required=False, type=click.Path(path_type=Path))
SCENARIOS = click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    type=click.Path(path_type=Path),
    help="An overlay on top of the spec; may be given several times.",
)


def default_spec(given: Path | None) -> Path | None:
    """Return the file that a command works on: the given one, ./fakeai.yaml, or the built-in."""
    here = Path("fakeai.yaml")
    # A link that leads nowhere was meant for something: it is told, not passed over.
    if given is None and (here.exists() or here.is_symlink()):
        return here
    return given


def open_spec(given: Path | None, scenarios: Sequence[Path] = ()) -> Loaded:
    """Load a spec; raise SpecError with everything that is wrong with it."""
    path = default_spec(given)
    return load(path, list(scenarios), sections=sections(), environ=os.environ)


def fail(error: SpecError) -> NoReturn:
    """Print the problems and end the command."""
    sys.exit(tell(error))


def tell(error: SpecError) -> int:
    """Print the problems; return the exit code for them."""
    whole = everything_wrong(error)
    text = human(whole.problems, color=sys.stderr.isatty(), files=len(whole.files))
    click.echo(text, err=True)
    codes = {problem.code for problem in whole.problems}
    return EXIT_UNREADABLE if codes <= UNREADABLE else EXIT_PROBLEMS
