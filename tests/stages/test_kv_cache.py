"""kv_cache: where prompts run and what they find there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from fakeai.core.problem import SpecError
from tests.harness import Answer, Json, World, settled

if TYPE_CHECKING:
    from pathlib import Path

ADMIN = "server: { admin: { token: admin } }\n"
#: A pool that reports each hit, whatever its size.
EXACT = "prompt_cache: { minimum: 0, rounding: 1 }"


def pool(text: str) -> str:
    """Return an overlay of the default pool."""
    return f"{ADMIN}kv_cache: {{ pools: {{ main: {{ {EXACT}, {text} }} }} }}\n"


def words(name: str, count: int) -> str:
    """Return a text of so many tokens."""
    return " ".join([f"{name}{number}" for number in range(count)])


async def cached(world: World, content: str, **fields: Json) -> int:
    """Return the cached tokens that a chat's usage tells."""
    answer = await world.chat(content, max_tokens=1, **fields)
    return int(answer.json["usage"]["prompt_tokens_details"]["cached_tokens"])


async def converse(world: World, number: int, turn: int) -> Answer:
    """Send a turn of a conversation that shares its system prompt with all others."""
    messages = [{"role": "system", "content": words("shared", 2000)}]
    messages += [
        {"role": "user", "content": words(f"c{number}t{past}w", 320)} for past in range(turn)
    ]
    body = {"model": "gpt-4o", "messages": messages, "max_tokens": 1}
    return await world.send("POST", "/v1/chat/completions", body)


async def view(world: World) -> Json:
    """Return the default pool as the view shows it."""
    headers = {"authorization": "Bearer admin"}
    return (await world.send("GET", "/_fakeai/kv-cache", headers=headers)).json["pools"]["main"]


async def test_a_repeated_prompt_is_cached_to_the_block(tmp_path: Path) -> None:
    """Full blocks count, and the last token is always computed."""
    world = World(tmp_path, pool("block_size: 16"))
    hits = [await cached(world, words("a", count)) for count in (100, 100, 96, 15)]

    assert [0, 96, 80, 0] == hits


async def test_block_size_is_the_grain_of_a_hit(tmp_path: Path) -> None:
    """Larger blocks find less."""
    world = World(tmp_path, pool("block_size: 64"))
    hits = [await cached(world, words("a", 100)) for _ in range(2)]

    assert [0, 64] == hits


async def test_models_share_no_blocks(tmp_path: Path) -> None:
    """What one model has computed is nothing to another."""
    world = World(tmp_path, pool("block_size: 16"))
    await cached(world, words("a", 100))

    assert 0 == await cached(world, words("a", 100), model="gpt-4o-mini")


async def test_small_hits_are_not_reported(tmp_path: Path) -> None:
    """`minimum` hides small hits and `rounding` cuts large ones; both as built in."""
    world = World(tmp_path)
    hits = [await cached(world, words("a", count)) for count in (2000, 1000, 2000)]

    assert [0, 0, 1920] == hits


async def test_the_minimum_can_be_another(tmp_path: Path) -> None:
    """A hit just at the minimum is reported."""
    overlay = "kv_cache: { pools: { main: { prompt_cache: { minimum: 96, rounding: 32 } } } }\n"
    world = World(tmp_path, overlay)
    hits = [await cached(world, words("a", count)) for count in (120, 120, 90)]

    assert [0, 96, 0] == hits


async def test_an_answer_is_cached_for_the_next_turn(tmp_path: Path) -> None:
    """A conversation that goes on finds prompt and answer."""
    world = World(tmp_path, pool("block_size: 16"))
    first = {"role": "user", "content": words("a", 100)}
    body: Json = {"model": "gpt-4o", "messages": [first], "max_tokens": 60, "ignore_eos": True}
    answer = (await world.send("POST", "/v1/chat/completions", body)).json
    body["messages"] += [answer["choices"][0]["message"], {"role": "user", "content": "And now?"}]
    usage = (await world.send("POST", "/v1/chat/completions", body)).json["usage"]

    assert 160 == usage["prompt_tokens_details"]["cached_tokens"]


async def test_a_shared_system_prompt_is_computed_once(tmp_path: Path) -> None:
    """The hits of 200 conversations over four workers are the analytic ones."""
    world = World(tmp_path, pool("workers: 4, blocks_per_worker: 20_000"))
    for turn in (1, 2):
        for number in range(200):
            await converse(world, number, turn)
    # Each turn hits the system prompt, the second one its first turn too; the first one nothing.
    expected = (2000 * 399 + 320 * 200) / (2320 * 200 + 2640 * 200)

    assert pytest.approx(expected, rel=0.002) == (await view(world))["hit_rate"]


async def test_without_overlap_weight_placement_is_random(tmp_path: Path) -> None:
    """`overlap_weight: 0` finds the system prompt anywhere and a first turn by luck."""
    overlay = "workers: 8, blocks_per_worker: 20_000, router: { overlap_weight: 0 }"
    world = World(tmp_path, pool(overlay))
    for turn in (1, 2):
        for number in range(200):
            await converse(world, number, turn)
    expected = (2000 * (400 - 8) + 320 * 200 / 8) / (2320 * 200 + 2640 * 200)

    assert pytest.approx(expected, rel=0.01) == (await view(world))["hit_rate"]


@pytest.mark.parametrize("workers", [4, 8])
async def test_load_spreads_over_the_workers(tmp_path: Path, workers: int) -> None:
    """With or without twice the workers, requests that run together spread within 10 %."""
    overlay = pool(f"workers: {workers}")
    overlay += "latency: { default: slow, profiles: { slow: { ttft: 1s } } }\n"
    world = World(tmp_path, overlay)
    tasks = [
        asyncio.create_task(world.begin("POST", "/v1/chat/completions", _short(number))[1])
        for number in range(160)
    ]
    await world.clock.run()
    await asyncio.gather(*tasks)
    placed = [worker["placed"] for worker in (await view(world))["workers"].values()]

    assert workers == len(placed)
    assert all(abs(count * workers / 160 - 1) <= 0.1 for count in placed), placed


def _short(number: int) -> Json:
    messages = [{"role": "user", "content": f"Hello, {number}!"}]
    return {"model": "gpt-4o", "messages": messages, "max_tokens": 1}


async def _beside_a_busy_one(folder: Path, router: str) -> str:
    """Return where a prompt runs that a busy worker has cached."""
    overlay = pool(f"workers: 2, router: {{ {router} }}")
    overlay += "latency: { default: slow, profiles: { slow: { itl: 1s } } }\n"
    world = World(folder, overlay)
    first = await world.chat(words("a", 100), max_tokens=1)
    busy = {**_short(0), "max_tokens": 100, "ignore_eos": True}
    busy["messages"][0]["content"] = words("a", 100)
    task = asyncio.create_task(world.begin("POST", "/v1/chat/completions", busy)[1])
    await settled()
    second = await world.chat(words("a", 100), max_tokens=1)
    await task
    same = first.headers["x-fakeai-worker"] == second.headers["x-fakeai-worker"]
    return "same" if same else "other"


async def test_load_weight_moves_a_prompt_away_from_its_cache(tmp_path: Path) -> None:
    """Overlap draws to the busy worker, load away from it."""
    drawn = await _beside_a_busy_one(tmp_path, "overlap_weight: 10, load_weight: 0")
    moved = await _beside_a_busy_one(tmp_path, "overlap_weight: 10, load_weight: 1000")

    assert ("same", "other") == (drawn, moved)


async def test_temperature_lets_chance_play_along(tmp_path: Path) -> None:
    """At 0 a cached prompt stays where it is; at a high temperature it does not."""
    placed = []
    for temperature in (0, 100):
        overlay = pool(f"workers: 4, router: {{ temperature: {temperature} }}")
        world = World(tmp_path, overlay)
        answers = [await world.chat(words("a", 100), seed=seed) for seed in range(12)]
        placed.append(len({answer.headers["x-fakeai-worker"] for answer in answers}))

    assert 1 == placed[0]
    assert 1 < placed[1]


@pytest.mark.parametrize(
    ("affinity", "headers", "fields"),
    [
        ("headers: [X-Chat]", {"x-chat": "s"}, {}),
        ("headers: [X-Chat, X-Session]", {"x-chat": "", "x-session": "s"}, {}),
        ("fields: [user]", {}, {"user": "s"}),
    ],
)
async def test_a_session_stays_on_its_worker(
    tmp_path: Path, affinity: str, headers: dict[str, str], fields: dict[str, str]
) -> None:
    """Declared headers and fields name the session, and only they do."""
    seen = []
    for names in (affinity, "headers: [], fields: []"):
        world = World(tmp_path, pool(f"workers: 8, affinity: {{ {names} }}"))
        workers = set()
        for number in range(12):
            body = {**_short(number), **fields}
            answer = await world.send("POST", "/v1/chat/completions", body, headers=headers)
            workers.add(answer.headers["x-fakeai-worker"])
        seen.append(len(workers))

    assert 1 == seen[0]
    assert 1 < seen[1]


async def test_sessions_are_bounded(tmp_path: Path) -> None:
    """Of two sessions only the last is remembered."""
    overlay = pool("workers: 2, affinity: { fields: [user], max_sessions: 1 }")
    world = World(tmp_path, overlay)
    for user in ("a", "b", "a", "a"):
        await world.chat("Hello", user=user)
    reasons = [decision["reason"] for decision in (await view(world))["decisions"]]

    assert ["affinity", "cost", "cost", "cost"] == reasons


async def test_blocks_that_do_not_fit_are_evicted(tmp_path: Path) -> None:
    """`blocks_per_worker` is a real capacity: the oldest prompt goes, and no prompt fails."""
    world = World(tmp_path, pool("blocks_per_worker: 10"))
    hits = [await cached(world, words(name, 100)) for name in ("a", "a", "b", "a")]
    large = await world.chat(words("c", 1000))

    assert [0, 96, 0, 64] == hits
    assert 200 == large.status


async def test_blocks_expire(tmp_path: Path) -> None:
    """`ttl` drops what nobody has used for as long."""
    world = World(tmp_path, pool("ttl: 5m"))
    await cached(world, words("a", 100))
    await world.clock.advance(299)
    warm = await cached(world, words("a", 100))
    await world.clock.advance(301)

    assert (96, 0) == (warm, await cached(world, words("a", 100)))


async def test_a_model_has_its_own_pool(tmp_path: Path) -> None:
    """`models.*.kv_cache` goes before `kv_cache.default`; without either there is no cache."""
    overlay = """
kv_cache: { default: null, pools: { big: { workers: 1 } } }
models: { gpt-4o: { kv_cache: big } }
"""
    world = World(tmp_path, overlay)
    own, none = await world.chat(), await world.chat(model="gpt-4o-mini")

    assert "big-0" == own.headers["x-fakeai-worker"]
    assert "x-fakeai-worker" not in none.headers


def test_an_unknown_pool_is_a_problem(tmp_path: Path) -> None:
    """A model's pool must be declared."""
    with pytest.raises(SpecError) as caught:
        World(tmp_path, "models: { gpt-4o: { kv_cache: mian } }\n")

    assert ["`kv_cache.pools` has no `mian`"] == [p.message for p in caught.value.problems]


@pytest.mark.parametrize(
    "wrong", ["workers: 0", "block_size: 0", "blocks_per_worker: 0", "router: { temperature: -1 }"]
)
def test_numbers_have_bounds(tmp_path: Path, wrong: str) -> None:
    """What cannot be simulated is refused at the start."""
    with pytest.raises(SpecError):
        World(tmp_path, pool(wrong))


@pytest.mark.parametrize("stream", [False, True])
async def test_a_client_that_leaves_frees_its_blocks(tmp_path: Path, *, stream: bool) -> None:
    """Nothing is held after a disconnect, and nothing of the answer is cached."""
    overlay = "latency: { default: slow, profiles: { slow: { ttft: 1s, itl: 1s } } }\n"
    world = World(tmp_path, ADMIN + overlay)
    body = {**_short(1), "max_tokens": 100, "ignore_eos": True, "stream": stream}
    connection, serving = world.begin("POST", "/v1/chat/completions", body)
    task = asyncio.create_task(serving)
    await world.clock.advance(5)
    during = (await view(world))["workers"]["main-0"]
    connection.leave()
    await world.clock.run()
    await task
    after = (await view(world))["workers"]["main-0"]

    assert 1 == during["active"]
    assert during["blocks"]["used"] > 0
    assert (0, 0) == (after["active"], after["blocks"]["used"])
