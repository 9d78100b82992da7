"""fakeai: the command line; a command's module is loaded on demand."""

from __future__ import annotations

import gc
from importlib import import_module
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Command to (module, one line for the list of commands).
COMMANDS: Final = {
    "serve": ("fakeai.cli.serve", "Serve a spec."),
    "validate-config": ("fakeai.cli.validate", "Check specs; print everything that is wrong."),
    "explain": ("fakeai.cli.explain", "Show the compiled plan, a problem code, or a key."),
    "render": ("fakeai.cli.render", "Print the merged spec."),
    "diff": ("fakeai.cli.diff", "Compare two specs after merging."),
    "metrics": ("fakeai.cli.metrics", "Print the reference page of the metrics."),
    "schema": ("fakeai.cli.schema", "Print the JSON Schema of fakeai.yaml."),
    "init": ("fakeai.cli.init", "Write a commented starter spec."),
    "docs": ("fakeai.cli.docs", "Write the reference pages."),
    "hash-key": ("fakeai.cli.hash_key", "Print the hashed form of an API key."),
    "completion": ("fakeai.cli.completion", "Print the completion script of a shell."),
}


class Commands(click.Group):
    """The commands, each loaded on demand: checking a spec never loads the server."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """Load a command's module and return the command."""
        row = COMMANDS.get(name)
        if row is None:
            return None
        command: click.Command = import_module(row[0]).command
        return command

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="fakeai", prog_name="fakeai")
def cli() -> None:
    """A mock LLM API server that is compiled out of one YAML spec."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line."""
    # What loading and compiling make is kept: looking for garbage in it finds none. `serve`
    # turns the search on again.
    gc.disable()
    cli(arguments, prog_name="fakeai")
