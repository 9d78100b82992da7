"""Pacing: pieces at their deadlines, together where they are due together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

SLOW = """
latency: { default: slow, profiles: { slow: { ttft: 1s, itl: 500ms } } }
"""


async def test_pieces_come_when_they_are_due(tmp_path: Path) -> None:
    """The first after its second, each other half a second later; the end with the last."""
    answer = await World(tmp_path, SLOW).chat(stream=True, max_tokens=3, ignore_eos=True)

    times = [round(at, 3) for at, _ in answer.events]
    assert [1.0, 1.5, 2.0] == sorted(set(times))
    assert answer.events[-1][1] == "[DONE]"


async def test_what_is_due_together_goes_out_together(tmp_path: Path) -> None:
    """Without latency a stream is one write."""
    answer = await World(tmp_path).chat(stream=True, max_tokens=30, ignore_eos=True)

    assert len(answer.events) > 30
    assert len([part for _, part in answer.parts if part]) <= 2
