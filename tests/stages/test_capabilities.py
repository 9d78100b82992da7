"""capabilities: what a model refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

PARTS = {
    "image": {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
    "audio": {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
    "video": {"type": "video_url", "video_url": {"url": "https://example.com/a.mp4"}},
    "file": {"type": "file", "file": {"file_id": "file-1"}},
}
TOOL = {"type": "function", "function": {"name": "add"}}
SCHEMA = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}}

SPOKEN = {"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": "mp3"}}


def overlay(row: str) -> str:
    """Return a spec with one model."""
    return f"models: {{ mine: {row} }}\n"


async def status(folder: Path, row: str, **fields: Any) -> tuple[int, str | None]:
    """Return the status of a request to a model, and the parameter that was wrong."""
    answer = await World(folder, overlay(row)).chat("Hi", model="mine", **fields)
    return answer.status, None if answer.status == 200 else answer.json["error"]["param"]


@pytest.mark.parametrize("modality", PARTS)
async def test_modalities_are_what_a_prompt_may_hold(tmp_path: Path, modality: str) -> None:
    """A part is taken when the row names it, and refused at its place when not."""
    content = [{"type": "text", "text": "What is this?"}, PARTS[modality]]
    messages = [{"role": "user", "content": content}]
    (tmp_path / "a").mkdir()

    refused = await status(tmp_path, "{}", messages=messages)
    taken = await status(tmp_path / "a", f"{{ modalities: [text, {modality}] }}", messages=messages)

    assert (422, "messages.0.content.1") == refused
    assert (200, None) == taken


@pytest.mark.parametrize(
    ("row", "fields", "expected"),
    [
        ("{ capabilities: [json_schema] }", {"tools": [TOOL]}, (422, "tools")),
        ("{ capabilities: [tools] }", {"tools": [TOOL]}, (200, None)),
        ("{ capabilities: [tools] }", {"response_format": SCHEMA}, (422, "response_format")),
        ("{ capabilities: [json_schema] }", {"response_format": SCHEMA}, (200, None)),
        ("{}", SPOKEN, (422, "modalities")),
        ("{ capabilities: [speech] }", SPOKEN, (200, None)),
        ("{}", {"reasoning_effort": "high"}, (422, "reasoning_effort")),
        ("{}", {"reasoning_effort": "none"}, (200, None)),
        ("{ reasoning: always }", {"reasoning_effort": "high"}, (200, None)),
        ("{ reasoning: always }", {"reasoning_effort": "none"}, (422, "reasoning_effort")),
        ("{ reasoning: fixed }", {"reasoning_effort": "low"}, (422, "reasoning_effort")),
    ],
)
async def test_capabilities_are_what_a_request_may_ask_for(
    tmp_path: Path, row: str, fields: dict[str, Any], expected: tuple[int, str | None]
) -> None:
    """What the row does not name is refused, with the field."""
    assert expected == await status(tmp_path, row, **fields)


async def test_unknown_models_take_everything(tmp_path: Path) -> None:
    """A model that is made on first use refuses nothing that a client may want to try."""
    messages = [{"role": "user", "content": list(PARTS.values())}]
    answer = await World(tmp_path).chat(
        model="new", messages=messages, tools=[TOOL], reasoning_effort="max", **SPOKEN
    )

    assert 200 == answer.status


@pytest.mark.parametrize(("limit", "expected"), [(2000, 400), (2048, 400), (2049, 200)])
async def test_reasoning_must_leave_room_for_an_answer(
    tmp_path: Path, limit: int, expected: int
) -> None:
    """A budget as large as the limit is refused in the protocol's own names."""
    body = {
        "model": "claude-sonnet-4-5",
        "max_tokens": limit,
        "thinking": {"type": "enabled", "budget_tokens": 2048},
        "messages": [{"role": "user", "content": "Hi"}],
    }
    answer = await World(tmp_path).send("POST", "/v1/messages", body)
    message = "`max_tokens` must be greater than `thinking.budget_tokens`."

    assert expected == answer.status
    assert expected == 200 or message == answer.json["error"]["message"]
