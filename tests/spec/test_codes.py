"""Codes: the catalogue is closed, complete, and every code is tested."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from fakeai.core.document import compose
from fakeai.spec.codes import catalogue, page

if TYPE_CHECKING:
    from fakeai.core.problem import Problem

ROOT: Final = Path(__file__).parents[2]
CODE: Final = re.compile(r"\bFA\d{3}\b")
#: Examples of these are wrong as YAML, or no YAML at all.
NOT_A_DOCUMENT: Final = {"FA000", "FA001", "FA002", "FA003", "FA004", "FA005", "FA006", "FA007"}


@cache
def codes_in(*patterns: str) -> set[str]:
    """Return the codes that occur in files of the repository, but for the catalogue and this."""
    own = {Path(__file__).resolve(), ROOT / "fakeai/spec/codes.py"}
    files = [path for pattern in patterns for path in ROOT.glob(pattern) if path not in own]
    return {code for path in files for code in CODE.findall(path.read_text(encoding="utf-8"))}


def test_every_code_that_is_used_is_explained() -> None:
    """`fakeai explain` knows whatever a message says."""
    assert set() == codes_in("fakeai/**/*.py") - catalogue().keys()


def test_every_code_that_is_explained_is_used() -> None:
    """The catalogue promises no problem that nothing finds."""
    assert set() == catalogue().keys() - codes_in("fakeai/**/*.py")


def test_every_code_is_tested() -> None:
    """Each is shown by a golden message, or asserted by a test of its room."""
    tested = codes_in("tests/golden/**/*.txt", "tests/**/test_*.py")

    assert set() == catalogue().keys() - tested


def test_codes_are_in_order() -> None:
    """A page of docs that is made of them reads from the file to the finer points."""
    assert sorted(catalogue()) == list(catalogue())


@pytest.mark.parametrize("code", [code for code in catalogue() if code not in NOT_A_DOCUMENT])
def test_examples_are_yaml(code: str) -> None:
    """Both examples can be copied, and they differ."""
    entry = catalogue()[code]
    problems: list[Problem] = []
    compose(entry.right, "right", problems)
    if code != "FA008":
        compose(entry.wrong, "wrong", problems)

    assert [] == problems
    assert entry.wrong != entry.right


@pytest.mark.parametrize("code", catalogue())
def test_sentences(code: str) -> None:
    """Titles are headings; meaning and advice are sentences."""
    entry = catalogue()[code]

    assert not entry.title.endswith(".")
    assert entry.meaning.endswith(".")
    assert entry.advice.endswith(".")


def test_page() -> None:
    """A page shows the code, what it means, both examples and what to do."""
    text = page("FA023")

    assert text == (
        "FA023: Unknown word\n\n"
        "The key takes one of a few words, and this is none of them.\n\n"
        "Wrong:\n\n    determinism: requests\n\n"
        "Right:\n\n    determinism: request\n\n"
        "Take one of the words in the message."
    )
    assert page("FA999") is None
