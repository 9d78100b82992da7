"""The view of the fleets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.pipeline.fleets import DECISIONS_MAX
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path


async def test_the_view_shows_pools_workers_and_decisions(tmp_path: Path) -> None:
    """Blocks, hits and the reasons of the last choice, the newest first."""
    world = World(tmp_path)
    for _ in range(2):
        await world.chat("word " * 100, max_tokens=28, ignore_eos=True)
    pool = (await world.send("GET", "/_fakeai/kv-cache")).json["pools"]["main"]
    worker = pool["workers"]["main-0"]

    assert (16, 200, 96, 0.48) == (
        pool["block_size"],
        pool["prompt_tokens"],
        pool["cached_tokens"],
        pool["hit_rate"],
    )
    assert {"capacity": 8192, "used": 0, "cached": 8, "evicted": 0} == worker["blocks"]
    assert (0, 2) == (worker["active"], worker["placed"])
    assert {
        "worker": "main-0",
        "reason": "cost",
        "candidates": {
            "main-0": {
                "overlap_blocks": 6,
                "prefill_blocks": 1,
                "decode_blocks": 0,
                "active": 0,
                "cost": 1.0,
            }
        },
    } == pool["decisions"][0]


async def test_decisions_are_bounded(tmp_path: Path) -> None:
    """Only the last ones are kept."""
    world = World(tmp_path)
    for _ in range(DECISIONS_MAX + 5):
        await world.chat("Hi", max_tokens=1)
    pool = (await world.send("GET", "/_fakeai/kv-cache")).json["pools"]["main"]

    assert DECISIONS_MAX == len(pool["decisions"])
