"""explain: the compiled plan, a problem code, or a key of the spec."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import click

from fakeai.cli.command import Command
from fakeai.cli.opening import SCENARIOS, fail, open_spec
from fakeai.core.problem import SpecError
from fakeai.engine.dry import dry_engine
from fakeai.engine.explain import explain, explain_path
from fakeai.spec.codes import page

_CODE: Final = re.compile(r"FA\d{3}")


@click.command("explain", cls=Command)
@click.argument("subject", required=False)
@click.option("--spec", type=click.Path(path_type=Path), help="The spec whose key is explained.")
@SCENARIOS
def command(subject: str | None, spec: Path | None, scenarios: tuple[Path, ...]) -> None:
    """Explain SUBJECT: a spec's file (its plan), a code (FA010), or a key (server.port).

    Without one, the plan of the spec that `serve` would take.
    """
    if subject is not None and _CODE.fullmatch(subject.upper()):
        click.echo(_page(subject.upper()))
        return
    path = subject is not None and not Path(subject).exists()
    if path and subject is not None and subject.endswith((".yaml", ".yml")):
        path = False
    file = spec if path or subject is None else Path(subject)
    try:
        engine = dry_engine(open_spec(file, scenarios))
    except SpecError as error:
        fail(error)
    if not path or subject is None:
        click.echo(explain(engine), nl=False)
        return
    text = explain_path(engine, subject)
    if text is None:
        raise click.UsageError(
            f"`{subject}` is neither a file, a problem code nor a key of the spec"
        )
    click.echo(text)


def _page(code: str) -> str:
    text = page(code)
    if text is None:
        raise click.UsageError(f"there is no problem code {code}")
    return text
