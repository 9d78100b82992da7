"""latency and kv_cache: however exchanges end, nothing is held afterwards."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import pytest

from tests.harness import Answer, Json, World, settled
from tests.scrape import scrape

if TYPE_CHECKING:
    from pathlib import Path

FORMULA = "ttft: { overhead: 10ms, per_uncached_token: 4ms }, itl: 30ms"
STEPS = "steps: { base: 20ms, per_prefill_token: 4ms }"
CAPACITY = 24
GAUGES = "requests_running", "requests_waiting", "requests_in_flight", "kv_cache_usage_ratio"


def spec(profile: str) -> str:
    """Return two small workers with short queues, and streams that soon lose their patience."""
    queue = "queue: { max_num_seqs: 2, max_waiting: 2 }"
    return (
        "server: { admin: { token: admin } }\n"
        "streams: { idle_timeout: 400ms }\n"
        f"kv_cache: {{ pools: {{ main: {{ workers: 2, blocks_per_worker: {CAPACITY} }} }} }}\n"
        f"latency: {{ default: mine, profiles: {{ mine: {{ {profile}, {queue} }} }} }}\n"
    )


def drawn(rng: random.Random) -> Json:
    """Return a request that shares its beginning with others and asks for some tokens."""
    words = [f"s{rng.randrange(3)}w{number}" for number in range(rng.randrange(1, 120))]
    return {
        "model": "gpt-4o",
        "messages": [{"role": "user", "content": " ".join(words)}],
        "max_tokens": rng.randrange(1, 40),
        "ignore_eos": True,
        "stream": rng.random() < 0.5,
    }


async def workers(world: World) -> list[Json]:
    """Return the workers as the admin route shows them now."""
    headers = {"authorization": "Bearer admin"}
    connection, serving = world.begin("GET", "/_fakeai/kv-cache", headers=headers)
    await serving
    return list(connection.answer.json["pools"]["main"]["workers"].values())


async def mixed(world: World, rng: random.Random) -> list[Answer]:
    """Send eighty requests, of which a third leave before their end, and return what they got."""
    tasks, leaving = [], []
    for _ in range(80):
        connection, serving = world.begin("POST", "/v1/chat/completions", drawn(rng))
        tasks.append(asyncio.create_task(serving))
        if rng.random() < 0.3:
            leaving.append(connection)
        await world.clock.advance(rng.expovariate(6.0))
        if leaving and rng.random() < 0.5:
            leaving.pop(0).leave()
        for worker in await workers(world):
            blocks = worker["blocks"]
            assert blocks["used"] + blocks["cached"] <= blocks["capacity"] == CAPACITY
    for connection in leaving:
        connection.leave()
    await settled()
    await world.clock.run()
    return list(await asyncio.gather(*tasks))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("profile", [FORMULA, STEPS], ids=["formula", "steps"])
async def test_any_mix_of_ends_leaves_nothing_behind(
    tmp_path: Path, profile: str, seed: int
) -> None:
    """Answered, cut off, refused, gone: no block is held, and nobody runs or waits."""
    world = World(tmp_path, spec(profile))
    answers = await mixed(world, random.Random(seed))
    found = await scrape(world)
    streams = 'fakeai_streams_total{endpoint="chat_completions",event='
    gone = 'fakeai_answers_total{endpoint="chat_completions",finish_reason="abort",model="gpt-4o"}'
    held = [
        (worker["active"], worker["blocks"]["used"], worker["blocks"]["cached"] > 0)
        for worker in await workers(world)
    ]

    assert [(0, 0, True)] * 2 == held
    assert {200, 503} <= {answer.status for answer in answers}
    assert found[f'{streams}"failed"}}'] > 0
    assert found[f'{streams}"finished"}}'] > 0
    assert found[gone] > 0
    assert {0} == {
        value
        for name, value in found.items()
        for gauge in (
            "requests_running",
            "requests_waiting",
            "requests_in_flight",
            "kv_cache_usage",
        )
        if name.startswith(f"fakeai_{gauge}")
    }
