"""schema: the JSON Schema of fakeai.yaml, for editors."""

from __future__ import annotations

import click
import msgspec

from fakeai.cli.command import Command
from fakeai.engine.table import sections
from fakeai.spec.schema import json_schema, spec_type


@click.command("schema", cls=Command)
def command() -> None:
    """Print the JSON Schema of fakeai.yaml, made from the structs that read it."""
    click.echo(schema_text(), nl=False)


def schema_text() -> str:
    """Return the schema as it stands in `schemas/fakeai.schema.json`."""
    schema = json_schema(spec_type(sections()))
    encoded = msgspec.json.format(msgspec.json.encode(schema), indent=2)
    return encoded.decode() + "\n"
