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


async def test_all_that_was_used_is_booked(tmp_path: Path) -> None:
    """Requests of one key and model add up in a line."""
    world = World(tmp_path)
    usages = [(await world.chat("word " * 2000, max_tokens=5)).json["usage"] for _ in range(3)]
    answer = await world.send("GET", USAGE)
    (line,) = [result for bucket in answer.json["data"] for result in bucket["results"]]
    cached = [usage["prompt_tokens_details"]["cached_tokens"] for usage in usages]

    assert cached[1] > 0
    assert (3, sum(cached)) == (line["num_model_requests"], line["input_cached_tokens"])
    assert [
        sum(usage[name] for usage in usages) for name in ("prompt_tokens", "completion_tokens")
    ] == [line["input_tokens"], line["output_tokens"]]


async def test_sound_is_booked(tmp_path: Path) -> None:
    """What was heard and what was said."""
    world = World(tmp_path)
    sound = {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}
    spoken = {"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": "mp3"}}
    usage = (await world.chat([sound], model="gpt-4o-audio-preview", **spoken)).json["usage"]
    answer = await world.send("GET", USAGE)
    (line,) = [result for bucket in answer.json["data"] for result in bucket["results"]]

    assert line["input_audio_tokens"] > 0
    assert [
        usage[f"{part}_tokens_details"]["audio_tokens"] for part in ("prompt", "completion")
    ] == [line["input_audio_tokens"], line["output_audio_tokens"]]
