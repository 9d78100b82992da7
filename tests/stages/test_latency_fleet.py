"""latency and kv_cache together: where requests run and what they find."""

from __future__ import annotations

import asyncio
import random
import time
from typing import TYPE_CHECKING

import pytest

from fakeai.engine.app import create_app
from fakeai.engine.server import live_engine
from fakeai.engine.table import sections
from fakeai.spec.load import load
from tests.harness import Json, World, settled
from tests.scrape import scrape

if TYPE_CHECKING:
    from pathlib import Path

    from tests.harness import Answer

ADMIN = "server: { admin: { token: admin } }\n"
ONE_SLOT = "{ ttft: { overhead: 10ms, per_uncached_token: 1ms }, queue: { max_num_seqs: 1 } }"


def overlay(pool: str, profile: str = ONE_SLOT) -> str:
    """Return a spec of one pool that tells every hit, and of one profile."""
    told = "prompt_cache: { minimum: 0, rounding: 1 }"
    return (
        f"{ADMIN}kv_cache: {{ pools: {{ main: {{ {told}, {pool} }} }} }}\n"
        f"latency: {{ default: mine, profiles: {{ mine: {profile} }} }}\n"
    )


def words(name: str, count: int) -> str:
    """Return a text of so many tokens."""
    return " ".join([f"{name}{number}" for number in range(count)])


async def together(world: World, *prompts: str, **fields: Json) -> list[Answer]:
    """Send prompts at one instant, for a token each, and let them all be answered."""
    tasks = []
    for prompt in prompts:
        messages = [{"role": "user", "content": prompt}]
        body = {"model": "gpt-4o", "messages": messages, "max_tokens": 1, **fields}
        serving = world.begin("POST", "/v1/chat/completions", body)[1]
        tasks.append(asyncio.create_task(serving))
        await settled()
    await world.clock.run()
    return list(await asyncio.gather(*tasks))


async def view(world: World) -> Json:
    """Return the pool as the view shows it."""
    headers = {"authorization": "Bearer admin"}
    return (await world.send("GET", "/_fakeai/kv-cache", headers=headers)).json["pools"]["main"]


def told(answer: Answer) -> int:
    """Return the cached tokens of an answer's usage."""
    return int(answer.json["usage"]["prompt_tokens_details"]["cached_tokens"])


PROFILES = [ONE_SLOT, "{ steps: { base: 10ms }, queue: { max_num_seqs: 1 } }"]


@pytest.mark.parametrize("profile", PROFILES, ids=["formula", "steps"])
async def test_who_waits_finds_what_was_computed_meanwhile(tmp_path: Path, profile: str) -> None:
    """The second of two equal prompts in the queue has the first one's blocks; all agree on it."""
    world = World(tmp_path, overlay("workers: 1", profile))
    answers = await together(world, words("a", 50), words("b", 100), words("b", 100))
    pool, found = await view(world), await scrape(world)

    assert [0, 0, 96] == [told(answer) for answer in answers]
    assert (250, 96) == (pool["prompt_tokens"], pool["cached_tokens"])
    assert 96 == pool["workers"]["main-0"]["cached_tokens"]
    assert 96 == found['vllm:prefix_cache_hits_total{engine="main-0",model_name="gpt-4o"}']


@pytest.mark.parametrize("profile", PROFILES, ids=["formula", "steps"])
async def test_who_waits_may_lose_its_hit(tmp_path: Path, profile: str) -> None:
    """A long prompt before it in the queue takes all blocks: the hit of its placement is gone."""
    world = World(tmp_path, overlay("workers: 1, blocks_per_worker: 10", profile))
    await together(world, words("b", 112))
    prompts = words("c", 10), words("a", 155), words("b", 112)
    answers = await together(world, *prompts)
    pool = await view(world)

    assert [0, 0, 0] == [told(answer) for answer in answers]
    assert "0" == answers[2].headers["x-fakeai-cached-tokens"]
    assert 6 == pool["decisions"][0]["candidates"]["main-0"]["overlap_blocks"]
    assert (112 + 10 + 155 + 112, 0) == (pool["prompt_tokens"], pool["cached_tokens"])


@pytest.mark.parametrize(
    ("prompt_cache", "expected"),
    [
        ("minimum: 0, rounding: 1", [0, 992]),
        ("minimum: 992, rounding: 1", [0, 992]),
        ("minimum: 993, rounding: 1", [0, 0]),
        ("minimum: 0, rounding: 128", [0, 896]),
        ("minimum: 896, rounding: 128", [0, 896]),
        ("minimum: 992, rounding: 128", [0, 896]),
        ("minimum: 993, rounding: 128", [0, 0]),
    ],
)
async def test_usage_compares_before_it_rounds(
    tmp_path: Path, prompt_cache: str, expected: list[int]
) -> None:
    """A hit of 992 tokens, told in steps and from a minimum on; the work saved is the same."""
    spec = overlay("workers: 1").replace("minimum: 0, rounding: 1", prompt_cache)
    world = World(tmp_path, spec)
    answers = [(await together(world, words("a", 1000)))[0] for _ in range(2)]

    assert expected == [told(answer) for answer in answers]
    assert "992" == answers[1].headers["x-fakeai-cached-tokens"]
    assert 992 == (await view(world))["cached_tokens"]
    assert [1.01, 1.028] == [round(answer.parts[0][0], 6) for answer in answers]


async def routed(folder: Path, seed: int) -> tuple[list[str], Json]:
    """Send eight groups of prompts that share their beginnings; return the workers and the view."""
    world = World(folder, overlay("workers: 4, router: { temperature: 1 }"), seed=seed)
    workers = []
    for number in range(24):
        text = words(f"g{number % 8}x", 64) + words(f"n{number}x", 16)
        [answer] = await together(world, text)
        workers.append(answer.headers["x-fakeai-worker"])
    return workers, await view(world)


async def test_a_decision_is_the_same_in_headers_and_view(tmp_path: Path) -> None:
    """The newest decision is the last answer's; each candidate's cost is the declared formula."""
    workers, pool = await routed(tmp_path, 42)
    decisions = pool["decisions"]
    costs = [
        (candidate["cost"], candidate["prefill_blocks"] + candidate["decode_blocks"])
        for decision in decisions
        for candidate in decision["candidates"].values()
    ]

    assert workers[::-1] == [decision["worker"] for decision in decisions]
    assert all(cost == blocks for cost, blocks in costs)
    assert {name: workers.count(name) for name in sorted(set(workers))} == {
        name: worker["placed"] for name, worker in pool["workers"].items() if worker["placed"]
    }


async def test_decisions_repeat_with_the_seed(tmp_path: Path) -> None:
    """The same requests and seed take the same ways; another seed takes others."""
    one, two, other = [(await routed(tmp_path, seed))[0] for seed in (42, 42, 43)]

    assert one == two
    assert one != other


async def test_the_metrics_follow_the_analytic_ttft(tmp_path: Path) -> None:
    """200 conversations with one system prompt of 2,000 tokens: hits and TTFT, to the block."""
    profile = "{ ttft: { overhead: 50ms, per_uncached_token: 200us } }"
    world = World(tmp_path, overlay("workers: 4, blocks_per_worker: 20_000", profile))
    system = {"role": "system", "content": words("shared", 2000)}
    for number in range(200):
        user = {"role": "user", "content": words(f"c{number}t", 320)}
        body = {"model": "gpt-4o", "messages": [system, user], "max_tokens": 1}
        await world.send("POST", "/v1/chat/completions", body)
    found = await scrape(world)
    engine = "{" + 'endpoint="chat_completions",model="gpt-4o"' + "}"

    assert 2000 * 199 == found[f"fakeai_prefix_cache_hits_total{engine}"]
    assert 2320 * 200 == found[f"fakeai_prefix_cache_queries_total{engine}"]
    ttft_s = 200 * 0.05 + 0.0002 * (2320 * 200 - 2000 * 199)
    assert pytest.approx(ttft_s) == found[f"fakeai_time_to_first_token_seconds_sum{engine}"]


async def test_the_queue_is_that_of_one_server(tmp_path: Path) -> None:
    """Poisson arrivals at one slot wait as Lindley's recursion says, and so does the histogram."""
    world = World(tmp_path, overlay("workers: 1", "{ ttft: 100ms, queue: { max_num_seqs: 1 } }"))
    rng, tasks, free_s, waited_s = random.Random(5), [], 0.0, 0.0
    for _ in range(300):
        await world.clock.advance(rng.expovariate(7.5))
        waited_s += max(0.0, free_s - world.clock.now())
        free_s = max(free_s, world.clock.now()) + 0.1
        body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]}
        serving = world.begin("POST", "/v1/chat/completions", {**body, "max_tokens": 1})[1]
        tasks.append(asyncio.create_task(serving))
        await settled()
    await world.clock.run()
    await asyncio.gather(*tasks)
    found = await scrape(world)
    engine = "{" + 'engine="main-0",model_name="gpt-4o"' + "}"

    assert waited_s > 10
    assert pytest.approx(waited_s) == found[f"vllm:request_queue_time_seconds_sum{engine}"]
    assert 300 == found[f"vllm:time_to_first_token_seconds_count{engine}"]


@pytest.mark.parametrize(
    "profile", ["{ ttft: 200s, itl: 100s }", "{ steps: { base: 100s, per_prefill_token: 100s } }"]
)
@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
async def test_a_fast_clock_serves_a_profile_sooner(
    tmp_path: Path, profile: str, *, stream: bool
) -> None:
    """400 simulated seconds pass in a moment, and are told as 400 seconds."""
    path = tmp_path / "spec.yaml"
    path.write_text(
        f"fakeai: 1\nextends: builtin\nclock: {{ speed: 10_000 }}\nrequest_log: null\n"
        # At this speed, a busy machine may stand still for a simulated hour.
        "streams: { idle_timeout: 7d, max_duration: 7d }\n"
        f"latency: {{ default: slow, profiles: {{ slow: {profile} }} }}\n"
    )
    app = create_app(live_engine(load(path, sections=sections(), environ={})))
    fields = {"stream": stream, "stream_options": {"include_usage": True}} if stream else {}
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 3}
    world = World(tmp_path, "")
    world.app = app
    began = time.monotonic()
    connection, serving = world.begin(
        "POST",
        "/v1/chat/completions",
        {**body, "ignore_eos": True, "include_metrics": True} | fields,
    )
    await serving
    took_s = time.monotonic() - began
    answer = connection.answer
    metrics = (answer.chunks[-1] if stream else answer.json)["metrics"]

    assert 0.04 <= took_s < 40
    # The server's own work, simulated seconds like all others, comes before the first token.
    assert 200_000 <= metrics["time_to_first_token_ms"] <= took_s * 10_000_000
    assert 100_000 == metrics["mean_itl_ms"]


@pytest.mark.parametrize("profile", PROFILES, ids=["formula", "steps"])
async def test_a_full_worker_is_passed_over(tmp_path: Path, profile: str) -> None:
    """Also by a session, which goes back to it; refused is who finds all of them full."""
    pool = "workers: 2, affinity: { fields: [user] }"
    world = World(tmp_path, overlay(pool, profile.replace("seqs: 1", "seqs: 1, max_waiting: 0")))
    prompts = [words(name, 100) for name in "abc"]
    first, second, third = await together(world, *prompts, user="ann")
    [again] = await together(world, words("a", 100), user="ann")
    seen, found = await view(world), await scrape(world)
    home, other = (answer.headers["x-fakeai-worker"] for answer in (first, second))

    assert [200, 200, 503] == [answer.status for answer in (first, second, third)]
    assert home != other
    assert (home, 96) == (again.headers["x-fakeai-worker"], told(again))
    assert {home: (3, 0), other: (1, 0)} == {
        name: (worker["placed"], worker["active"]) for name, worker in seen["workers"].items()
    }
    assert (400, 96) == (seen["prompt_tokens"], seen["cached_tokens"])
    assert 0 == found[f'fakeai_kv_cache_usage_ratio{{model="gpt-4o",worker="{other}"}}']
    assert 1 == sum(found[n] for n in found if n.startswith("fakeai_requests_refused_total"))
