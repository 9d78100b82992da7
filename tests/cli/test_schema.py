"""schema: the file for editors is never stale."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from fakeai.cli.main import cli
from fakeai.cli.schema import schema_text

ROOT = Path(__file__).parents[2]


def test_the_file_is_what_the_command_prints() -> None:
    """`make docs` writes it anew."""
    text = schema_text()

    assert text == CliRunner().invoke(cli, ["schema"]).output
    assert text == (ROOT / "schemas" / "fakeai.schema.json").read_text()


@pytest.mark.parametrize(
    "path", [ROOT / "fakeai.yaml", *sorted((ROOT / "examples").glob("*.yaml"))]
)
def test_editors_accept_the_specs_that_we_ship(path: Path) -> None:
    """The schema that completes a file also takes it."""
    jsonschema.validate(yaml.safe_load(path.read_text()), json.loads(schema_text()))
