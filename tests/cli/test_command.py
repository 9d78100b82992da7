"""Commands: the help is drawn, and names what the command takes."""

from __future__ import annotations

import click
from click.testing import CliRunner

from fakeai.cli.command import Command


@click.command("greet", cls=Command)
@click.argument("who")
@click.option("--loud", is_flag=True, help="In capitals.")
def greet(who: str, *, loud: bool) -> None:
    """Greet somebody."""
    click.echo(who.upper() if loud else who)


def test_help_is_drawn_in_panels() -> None:
    """With the usage, the description and every option in a box."""
    text = CliRunner().invoke(greet, ["--help"]).output

    assert "Usage: greet [OPTIONS] WHO" in text
    assert "Greet somebody." in text
    assert "─ Options ─" in text
    assert "In capitals." in text


def test_a_command_runs_as_any_other() -> None:
    """Its options and arguments are click's own."""
    assert "ANN\n" == CliRunner().invoke(greet, ["--loud", "ann"]).output
