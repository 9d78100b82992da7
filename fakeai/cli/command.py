"""A command whose help rich-click draws, loaded when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fakeai.core.later import Later

if TYPE_CHECKING:
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
