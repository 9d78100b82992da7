"""Golden messages of what only compiling finds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from fakeai.cli.report import human
from fakeai.cli.validate import check

FOLDER: Final = Path(__file__).with_name("compiled")
CASES: Final = sorted(path for path in FOLDER.iterdir() if path.is_dir())


def message() -> str:
    """Return what a person sees, with the built-in spec's lines left open."""
    found = check(Path("spec.yaml"))
    text = human(found.problems, files=len(found.files)) + "\n"
    return re.sub(r"(builtin:fakeai\.yaml):\d+:\d+", r"\1:…", text)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_broken_spec_says_what_is_wrong(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The expected text stands beside the spec."""
    monkeypatch.chdir(case)

    assert (case / "expected.txt").read_text() == message()
