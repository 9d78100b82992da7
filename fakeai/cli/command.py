"""What commands share: help drawn when asked for, files that are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fakeai.core.later import Later

if TYPE_CHECKING:
    from pathlib import Path

    import rich_click
else:
    rich_click = Later("rich_click")


class Command(click.Command):
    """A command of the line: plain to run, coloured to read about."""

    def get_help(self, ctx: click.Context) -> str:
        """Return the help as rich-click draws it."""
        drawn = rich_click.RichCommand(name=self.name, params=self.params, help=self.help)
        with rich_click.RichContext(drawn, info_name=ctx.info_name, parent=ctx.parent) as context:
            return drawn.get_help(context)


def write_file(path: Path, text: str) -> None:
    """Write a file, and the folders above it; where that is not allowed, the command ends so."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as stream:
            stream.write(text)
    except OSError as error:
        reason = error.strerror or str(error)
        raise click.ClickException(f"cannot write {path}: {reason}") from None
