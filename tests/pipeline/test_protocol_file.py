"""protocol_file: rows are for what there is, and each has its words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fakeai.core.document import parse, read
from fakeai.core.error import REASONS
from fakeai.pipeline.protocol_file import ProtocolFile, wrong_rows
from fakeai.spec.check import structure

if TYPE_CHECKING:
    from fakeai.core.problem import Problem

ROOT = Path(__file__).parents[2]
FILE = ROOT / "templates" / "openai" / "protocol.yaml"


def problems_of(text: str) -> list[Problem]:
    """Return what is wrong with the text of a protocol file."""
    node = parse(text, "protocol.yaml")
    file, problems = structure(node, ProtocolFile)
    return problems if file is None else list(wrong_rows(node, file))


def test_the_built_in_protocols_are_right() -> None:
    """Each row is for a kind or a reason."""
    for path in (ROOT / "templates").glob("*/protocol.yaml"):
        node = read(path)
        file, problems = structure(node, ProtocolFile)
        assert file is not None
        assert [] == [*problems, *wrong_rows(node, file)]


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        (
            "  orphan_result:",
            "  orphan_results:",
            "`orphan_results` is not a reason",
            "did you mean `orphan_result`?",
        ),
        (
            "  orphan_result:",
            "  bad_weather:",
            "`bad_weather` is not a reason",
            f"there are {', '.join(f'`{reason}`' for reason in REASONS)}",
        ),
    ],
)
def test_a_row_for_no_reason_is_a_problem(old: str, new: str, message: str, hint: str) -> None:
    """With the reason that was meant, or all there are."""
    (problem,) = problems_of(FILE.read_text().replace(old, new))

    assert ("FA048", message, hint) == (problem.code, problem.message, problem.hint)
    assert f"reasons.{new.strip(' :')}" == problem.path


def test_what_mends_a_row_is_not_what_stands_there_already() -> None:
    """A row that is there twice cannot be meant."""
    alone = FILE.read_text().replace("  orphan_result:", "  orphan_results:")
    beside = FILE.read_text().replace("reasons:\n", "reasons:\n  wrong_keys: { message: x }\n")

    assert ["orphan_result"] == [problem.replacement for problem in problems_of(alone)]
    assert [None] == [problem.replacement for problem in problems_of(beside)]


def test_a_reason_without_a_message_is_a_problem() -> None:
    """The words are what the row is for."""
    text = FILE.read_text().replace("reasons:\n", "reasons:\n  expired_key: { code: x }\n")

    assert ["FA012"] == [problem.code for problem in problems_of(text)]


def test_every_reason_is_documented() -> None:
    """With the details that its words may show."""
    page = (ROOT / "docs" / "protocols.md").read_text()

    assert list(REASONS) == re.findall(
        r"^\| `(\w+)` \| `(?:unauthenticated|invalid|unknown_resource)` \|", page, re.MULTILINE
    )
