"""Sources: the text of a file, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.core import source
from fakeai.core.source import read_text

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from fakeai.core.problem import Problem


def refusal(path: Path) -> tuple[str, str, str]:
    """Return code, place and message of why a file cannot be read."""
    problems: list[Problem] = []
    assert read_text(path, "f", problems) is None
    (problem,) = problems
    return problem.code, str(problem.place), problem.message


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    """Editors of Windows write one; YAML means nothing by it."""
    path = tmp_path / "f"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\n")

    assert read_text(path, "f", []) == "a: 1\r\n"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """Nothing there, and a folder there, are told apart."""
    assert ("FA000", "f:1:1", "no such file") == refusal(tmp_path / "none")
    assert ("FA004", "f:1:1", "a folder, not a file") == refusal(tmp_path)


def test_a_path_through_a_file(tmp_path: Path) -> None:
    """Whatever else the system says is passed on."""
    (tmp_path / "f").write_text("")

    assert ("FA004", "f:1:1", "cannot be read: Not a directory") == refusal(tmp_path / "f" / "g")


def test_the_first_byte_that_is_not_utf8_is_marked(tmp_path: Path) -> None:
    """Columns count characters, not bytes."""
    path = tmp_path / "f"
    path.write_bytes("a: 1\nb: 'é".encode() + b"\xe9'\n")

    assert ("FA004", "f:2:6", "not UTF-8: byte 0xe9") == refusal(path)


def test_a_file_that_nobody_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading stops at a size that no spec has."""
    monkeypatch.setattr(source, "FILE_BYTES_MAX", 4)
    path = tmp_path / "f"
    path.write_bytes(b"a: 12")

    assert refusal(path)[0] == "FA004"
