"""Which spec a command works on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fakeai.cli.opening import default_spec

if TYPE_CHECKING:
    import pytest


def test_the_given_file_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then ./fakeai.yaml, then the built-in one."""
    monkeypatch.chdir(tmp_path)
    assert default_spec(None) is None
    (tmp_path / "fakeai.yaml").write_text("fakeai: 1\n")

    assert Path("fakeai.yaml") == default_spec(None)
    assert Path("other.yaml") == default_spec(Path("other.yaml"))


def test_a_link_that_leads_nowhere_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The built-in spec would be served in its stead, in silence."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fakeai.yaml").symlink_to("gone.yaml")

    assert Path("fakeai.yaml") == default_spec(None)
