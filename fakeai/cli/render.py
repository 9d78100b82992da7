"""render: the merged spec, with the origin of each value if wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fakeai.cli.command import Command
from fakeai.cli.opening import SCENARIOS, SPEC, fail, open_spec
from fakeai.cli.yaml_text import yaml_text
from fakeai.core.problem import SpecError
from fakeai.spec.standalone import standalone

if TYPE_CHECKING:
    from pathlib import Path


@click.command("render", cls=Command)
@SPEC
@SCENARIOS
@click.option("--provenance", is_flag=True, help="Add where each value came from.")
def command(spec: Path | None, scenarios: tuple[Path, ...], *, provenance: bool) -> None:
    """Print the spec as it is after `extends`, `include` and variables; it needs none of them."""
    try:
        loaded = open_spec(spec, scenarios)
    except SpecError as error:
        fail(error)
    click.echo(yaml_text(standalone(loaded.node), provenance=provenance), nl=False)
