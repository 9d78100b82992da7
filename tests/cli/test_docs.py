"""docs: the pages are written where they are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.testing import CliRunner

from fakeai.cli.main import cli
from fakeai.cli.pages import pages

if TYPE_CHECKING:
    from pathlib import Path


def test_every_page_is_written(tmp_path: Path) -> None:
    """Into a folder that is made for them."""
    result = CliRunner().invoke(cli, ["docs", str(tmp_path / "out")])

    assert 0 == result.exit_code
    assert pages() == {path.name: path.read_text() for path in (tmp_path / "out").iterdir()}
