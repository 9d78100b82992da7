"""Key files: what keeps one from being used is a problem of the spec."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeai.core.problem import SpecError
from fakeai.spec.files import shown
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "does not exist"),
        ("a b c d\n", "line 1"),
        ("a team gold\n", "the tier `gold` of the key team does not exist"),
    ],
)
def test_a_wrong_key_file_is_a_problem(tmp_path: Path, text: str | None, said: str) -> None:
    """Missing, unreadable, or with a tier that nobody declared."""
    files = {} if text is None else {"keys.txt": text}
    with pytest.raises(SpecError) as caught:
        World(tmp_path, "auth: {key_file: keys.txt}\n", files)

    assert ["FA037"] == [problem.code for problem in caught.value.problems]
    assert said in caught.value.problems[0].message


def test_a_key_file_that_is_missing_was_looked_for(tmp_path: Path) -> None:
    """The folders are named, the one of the spec first."""
    with pytest.raises(SpecError) as caught:
        World(tmp_path, "auth: {key_file: keys.txt}\n")

    assert (caught.value.problems[0].hint or "").startswith(f"looked in {shown(tmp_path)}, ")
