"""cache_reset: a run that starts cold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_reset_forgets_every_prompt(tmp_path: Path) -> None:
    """A prompt that was cached is computed again; an empty body and JSON are both taken."""
    world = World(tmp_path)
    hits = []
    bodies: list[dict[str, str] | None] = [None, {}]
    for body in bodies:
        await world.chat("word " * 100)
        answer = await world.chat("word " * 100)
        hits.append(answer.headers["x-fakeai-cached-tokens"])
        reset = await world.send("POST", "/reset_prefix_cache", body)
        assert (200, {}) == (reset.status, reset.json)
        answer = await world.chat("word " * 100)
        hits.append(answer.headers["x-fakeai-cached-tokens"])
        await world.send("POST", "/reset_prefix_cache", body)

    assert ["96", "0", "96", "0"] == hits
