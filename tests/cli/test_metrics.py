"""metrics: the page in the repository is the page that the command prints."""

from __future__ import annotations

from click.testing import CliRunner

from fakeai.cli.main import cli
from tests.repository import ROOT


def test_the_page_is_fresh() -> None:
    """`make docs` writes it again."""
    result = CliRunner().invoke(cli, ["metrics"])

    assert 0 == result.exit_code
    assert (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8") == result.output
