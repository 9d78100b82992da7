"""latency: what an open stream keeps while it waits for its tokens."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

STREAMS = 50
#: The request, its answer and its tasks take some 21 kB; a list of 512 floats would take 16 more.
BYTES_MAX = 28_000


async def opened(world: World) -> list[asyncio.Task[object]]:
    """Open streams of 512 tokens, of which none has been sent."""
    messages = [{"role": "user", "content": "Tell me about rivers."}]
    body = {"model": "gpt-4o", "messages": messages, "max_tokens": 512, "ignore_eos": True}
    begun = [
        world.begin("POST", "/v1/chat/completions", {**body, "stream": True})[1]
        for _ in range(STREAMS)
    ]
    tasks: list[asyncio.Task[object]] = [asyncio.create_task(serving) for serving in begun]
    await world.clock.advance(0.5)
    gc.collect()
    return tasks


@pytest.mark.parametrize(
    "itl", ["20ms", "{ distribution: normal, mean: 20ms, stddev: 2ms }"], ids=["even", "drawn"]
)
async def test_an_open_stream_is_small(tmp_path: Path, itl: str) -> None:
    """Due times are kept once, as a rule or at eight bytes each."""
    profile = f"{{ ttft: 1s, itl: {itl} }}"
    world = World(tmp_path, f"latency: {{ default: slow, profiles: {{ slow: {profile} }} }}\n")
    tasks = await opened(world)
    tracemalloc.start()
    tasks += await opened(world)
    own = tracemalloc.Filter(inclusive=True, filename_pattern="*/fakeai/*")
    taken = tracemalloc.take_snapshot().filter_traces([own])
    tracemalloc.stop()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    each_bytes = sum(file.size for file in taken.statistics("filename")) / STREAMS
    assert each_bytes < BYTES_MAX
