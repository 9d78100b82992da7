"""The command line as a whole."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest
from click.testing import CliRunner

from fakeai.cli.main import COMMANDS, cli


def test_help_lists_every_command() -> None:
    """In the order of the table, without loading them."""
    text = CliRunner().invoke(cli, ["--help"]).output

    assert [*COMMANDS] == [line.split()[0] for line in text.split("Commands:\n")[1].splitlines()]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    """And goes by the name under which it is listed."""
    result = CliRunner().invoke(cli, [name, "--help"])

    assert 0 == result.exit_code
    assert name == import_module(COMMANDS[name][0]).command.name


def test_an_unknown_command_is_refused() -> None:
    """With the exit code of wrong usage."""
    assert 2 == CliRunner().invoke(cli, ["srve"]).exit_code


def test_checking_a_spec_never_loads_the_server() -> None:
    """Nor what serves, writes text and logs, nor an event loop with its sockets and TLS."""
    unwanted = (
        "asyncio",
        "faker",
        "http.server",
        "litestar",
        "prometheus_client",
        "ssl",
        "structlog",
        "uvicorn",
    )
    script = (
        "import sys; from fakeai.cli.main import main\n"
        "try: main(['validate-config'])\n"
        "except SystemExit: pass\n"
        f"print(sorted(set({unwanted}) & set(sys.modules)))"
    )
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert "[]" == done.stdout.splitlines()[-1]
