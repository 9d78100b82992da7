"""request_log: one line for every exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path


async def test_an_exchange_is_a_line(tmp_path: Path) -> None:
    """With what was asked, what it took, and nothing of what was said."""
    world = World(tmp_path)
    answer = await world.chat("a secret prompt", max_tokens=3)
    [(level, event, line)] = world.log.lines

    assert ("info", "response") == (level, event)
    assert answer.headers["x-request-id"] == line["request_id"]
    assert ("chat_completions", "gpt-4o", 200, None) == (
        line["endpoint"],
        line["model"],
        line["status"],
        line["error"],
    )
    assert (3, 3) == (line["prompt_tokens"], line["completion_tokens"])
    assert len(answer.body) == line["bytes"]
    assert "secret" not in str(line)


async def test_refusals_are_lines_too(tmp_path: Path) -> None:
    """Those outside every endpoint included."""
    world = World(tmp_path)
    await world.chat(temperature=9)
    await world.send("GET", "/nowhere")

    assert [(422, "invalid"), (404, "unknown_route")] == [
        (line["status"], line["error"]) for _, _, line in world.log.lines
    ]


async def test_debug_adds_a_line_at_the_start(tmp_path: Path) -> None:
    """`level: debug` shows requests that never end."""
    world = World(tmp_path, "request_log: { level: debug }\n")
    await world.send("GET", "/health")

    assert ["request", "response"] == [event for _, event, _ in world.log.lines]
