"""Golden messages: wrong specs beside the text that a person sees."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from fakeai.cli.report import human
from fakeai.core.problem import SpecError
from fakeai.spec.load import load
from tests.spec.sections import SECTIONS

FOLDER: Final = Path(__file__).with_name("problems")
ENVIRON: Final = {"SPEED": "fast"}


def message(path: Path) -> str:
    """Return what a person sees of everything that is wrong with a spec."""
    try:
        loaded = load(path, sections=SECTIONS, environ=ENVIRON)
    except SpecError as error:
        return human(error.problems, files=len(error.files))
    return human(loaded.problems, files=len(loaded.files.read))


def cases() -> list[Path]:
    """Return the spec of every case: a file, or `main.yaml` in a folder of several."""
    single = [path for path in FOLDER.glob("*.yaml") if path.is_file()]
    return sorted([*single, *FOLDER.glob("*/main.yaml")])


def expected_file(case: Path) -> Path:
    """Return where the expected message of a case stands."""
    return case.with_suffix(".txt")


@pytest.mark.parametrize("case", cases(), ids=lambda case: str(case.relative_to(FOLDER)))
def test_message(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every problem is shown as the file beside it says."""
    monkeypatch.chdir(case.parent)

    actual = message(Path(case.name))

    assert expected_file(case).read_text(encoding="utf-8") == f"{actual}\n"
