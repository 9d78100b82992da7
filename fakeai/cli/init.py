"""init: a commented starter spec."""

from __future__ import annotations

from pathlib import Path

import click

from fakeai.cli.command import Command, write_file
from fakeai.cli.schema import schema_text


@click.command("init", cls=Command)
@click.argument("folder", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option("--force", is_flag=True, help="Replace files that are there.")
def command(folder: Path, *, force: bool) -> None:
    """Write fakeai.yaml, and the schema that lets an editor complete it, into FOLDER."""
    starter = Path(__file__).with_name("starter.yaml").read_text()
    files = {
        folder / "fakeai.yaml": starter,
        folder / "schemas" / "fakeai.schema.json": schema_text(),
    }
    there = [str(path) for path in files if path.exists()]
    if there and not force:
        raise click.UsageError(f"{', '.join(there)} exists; --force replaces it")
    for path, text in files.items():
        write_file(path, text)
        click.echo(f"wrote {path}")
    click.echo("next: fakeai validate-config && fakeai serve")
