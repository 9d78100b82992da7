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


def test_every_wrong_line_has_its_place(tmp_path: Path) -> None:
    """All at once; the lines themselves hold keys and are not shown."""
    text = "a b c d\nok team\nsha256:zz\n"
    with pytest.raises(SpecError) as caught:
        World(tmp_path, "auth: {key_file: keys.txt}\n", {"keys.txt": text})
    problems = caught.value.problems

    assert [1, 3] == [related.place.line for p in problems for related in p.related]
    assert {"spec.yaml"} == {p.place.file.rpartition("/")[2] for p in problems}


async def test_a_byte_order_mark_is_no_part_of_a_key(tmp_path: Path) -> None:
    """Some editors begin a file with it."""
    world = World(
        tmp_path,
        "auth: {required: true, key_file: keys.txt}\n",
        {"keys.txt": "\ufeffsecret team\n"},
    )
    answer = await world.send("GET", "/v1/models", headers={"authorization": "Bearer secret"})

    assert 200 == answer.status


@pytest.mark.parametrize("file", [None, "secret other\n"])
def test_two_names_cannot_share_a_key(tmp_path: Path, file: str | None) -> None:
    """Whose limits and budget hold would be left to chance."""
    keys = "team: {key: secret}" if file else "team: {key: secret}, other: {key: secret}"
    more = "key_file: keys.txt, " if file else ""
    with pytest.raises(SpecError) as caught:
        World(tmp_path, f"auth: {{{more}keys: {{{keys}}}}}\n", {"keys.txt": file or ""})

    assert "FA013" in {p.code for p in caught.value.problems}


@pytest.mark.parametrize("key", ["sha256:zz", "sha256:", "sha256:" + 63 * "a"])
def test_a_hash_that_nothing_can_match(tmp_path: Path, key: str) -> None:
    """It is none."""
    with pytest.raises(SpecError) as caught:
        World(tmp_path, f'auth: {{keys: {{team: {{key: "{key}"}}}}}}\n')

    assert ["FA024"] == [p.code for p in caught.value.problems]
