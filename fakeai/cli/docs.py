"""docs: the generated pages, for those who change the code."""

from __future__ import annotations

from pathlib import Path

import click

from fakeai.cli.command import Command, write_file
from fakeai.cli.pages import pages


@click.command("docs", cls=Command)
@click.argument("folder", default="docs", type=click.Path(path_type=Path, file_okay=False))
def command(folder: Path) -> None:
    """Write the pages that are made from the structs and tables into FOLDER."""
    for name, text in pages().items():
        write_file(folder / name, text)
        click.echo(f"wrote {folder / name}")
