"""hash-key: the form in which a key may stand in a spec."""

from __future__ import annotations

import hashlib
import os
import sys

import click

from fakeai.cli.command import Command


@click.command("hash-key", cls=Command)
@click.argument("key", required=False)
def command(key: str | None) -> None:
    """Print the `sha256:` form of an API key, read from standard input when it is not given."""
    # Clients send bytes: what is no text can be a key as well.
    given = sys.stdin.buffer.readline() if key is None else os.fsencode(key)
    secret = given.rstrip(b"\r\n")
    if not secret:
        raise click.UsageError("the key is empty")
    click.echo(f"sha256:{hashlib.sha256(secret).hexdigest()}")
