"""ledger: the section's keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

USAGE = "/v1/organization/usage/completions?start_time=1767225600&group_by=model"


async def models_remembered(folder: Path, overlay: str) -> list[str]:
    """Return the models in the usage report after two were used."""
    world = World(folder, overlay)
    for model in ("gpt-4o", "gpt-4"):
        await world.chat(model=model)
    answer = await world.send("GET", USAGE)
    return [result["model"] for bucket in answer.json["data"] for result in bucket["results"]]


@pytest.mark.parametrize(
    ("overlay", "expected"),
    [
        ("", ["gpt-4o", "gpt-4"]),
        ("ledger: { entries: 1 }", ["gpt-4"]),
        ("ledger: false", []),
    ],
)
async def test_entries_bound_what_is_remembered(
    tmp_path: Path, overlay: str, expected: list[str]
) -> None:
    """The oldest go first; without the section, reports are empty."""
    assert expected == await models_remembered(tmp_path, overlay)
