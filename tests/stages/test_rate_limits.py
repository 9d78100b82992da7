"""rate_limits: to the exact request, on virtual time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from fakeai.core.clock import ManualClock
from fakeai.pipeline.exchange import Exchange
from tests import harness
from tests.harness import Answer, World, settled

if TYPE_CHECKING:
    from pathlib import Path


def limits(tier: str, more: str = "") -> str:
    """Return an overlay in which everybody has one tier."""
    return f"rate_limits: {{default_tier: t, tiers: {{t: {{{tier}}}}}{more}}}\n"


async def statuses(world: World, count: int, **fields: Any) -> list[int]:
    """Return the statuses of chats in a row."""
    return [(await world.chat(**fields)).status for _ in range(count)]


async def by(
    world: World, key: str | None = None, peer: str = "10.0.0.1", model: str = "gpt-4o"
) -> Answer:
    """Chat as a caller."""
    headers = {} if key is None else {"authorization": f"Bearer {key}"}
    body = {"model": model, "messages": [{"role": "user", "content": "Hi"}]}
    return await world.send("POST", "/v1/chat/completions", body, headers=headers, peer=peer)


@pytest.mark.parametrize(("key", "window_s"), [("rpm", 60), ("rpd", 86_400)])
async def test_requests_are_limited_to_the_exact_one(
    tmp_path: Path, key: str, window_s: int
) -> None:
    """The capacity passes, the next is refused, and Retry-After is true."""
    world = World(tmp_path, limits(f"{key}: 3"))
    got = await statuses(world, 3)
    refused = await world.chat()
    wait = int(refused.headers["retry-after"])
    await world.clock.advance(wait - 1)
    early = await world.chat()
    await world.clock.advance(1)

    assert [200, 200, 200] == got
    assert (429, "rate_limit_exceeded") == (refused.status, refused.json["error"]["code"])
    assert "requests" == refused.json["error"]["type"]
    assert window_s / 3 == wait
    assert [429, 200] == [early.status, (await world.chat()).status]


async def test_a_fixed_window_starts_again_as_a_whole(tmp_path: Path) -> None:
    """Nothing trickles back before the minute is over."""
    world = World(tmp_path, limits("rpm: 3", ", algorithm: fixed_window"))
    await statuses(world, 3)
    await world.clock.advance(59)
    before = await statuses(world, 1)
    await world.clock.advance(1)

    assert [429] == before
    assert [200, 200, 200, 429] == await statuses(world, 4)


async def test_a_fixed_window_begins_with_the_minute_of_the_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that starts ten seconds before the minute is over keeps to it."""
    clock = ManualClock(wall=ManualClock().wall() + 50)
    monkeypatch.setattr(harness, "ManualClock", lambda: clock)
    world = World(tmp_path, limits("rpm: 3", ", algorithm: fixed_window"))
    got = await statuses(world, 4)
    await world.clock.advance(9)
    got += await statuses(world, 1)
    await world.clock.advance(1)

    assert [200, 200, 200, 429, 429] == got
    assert [200, 200, 200, 429] == await statuses(world, 4)


@pytest.mark.parametrize(
    ("key", "tokens"), [("tpm", 110), ("tpd", 110), ("output_tpm", 100), ("input_tpm", 8)]
)
async def test_tokens_are_limited(tmp_path: Path, key: str, tokens: int) -> None:
    """A second request that does not fit is refused on tokens, with the time to wait."""
    world = World(tmp_path, limits(f"{key}: {tokens}"))
    first = await world.chat("Hello there, friend", max_tokens=100)
    second = await world.chat("Hello there, friend", max_tokens=100)

    assert 200 == first.status
    assert (429, "tokens") == (second.status, second.json["error"]["type"])
    assert int(second.headers["retry-after"]) >= 1


async def test_what_can_never_fit_is_told_so(tmp_path: Path) -> None:
    """There is no time after which it would pass, so none is given."""
    answer = await World(tmp_path, limits("tpm: 50")).chat(max_tokens=100)

    assert 429 == answer.status
    assert "retry-after" not in answer.headers
    assert "Request too large" in answer.json["error"]["message"]


async def test_token_ids_are_tokens(tmp_path: Path) -> None:
    """A prompt that was encoded by the client is as large as its text."""
    world = World(tmp_path, limits("tpm: 500"))
    body = {"model": "gpt-4o", "prompt": [40] * 1000, "max_tokens": 1}
    answer = await world.send("POST", "/v1/completions", body)

    assert 429 == answer.status
    assert "Requested 1003" in answer.json["error"]["message"]


async def test_the_estimate_is_settled_with_what_was_used(tmp_path: Path) -> None:
    """A stream that says less than it asked for gives the rest back."""
    world = World(tmp_path, limits("tpm: 10k"))
    stream = await world.chat(max_tokens=4000, stream=True, stream_options={"include_usage": True})
    used = stream.chunks[-1]["usage"]["total_tokens"]
    promised = int(stream.headers["x-ratelimit-remaining-tokens"])
    after = await world.chat(max_tokens=1)

    assert promised <= 6000
    assert 10_000 - used - 5 <= int(after.headers["x-ratelimit-remaining-tokens"]) + 5
    assert 10_000 - used > int(after.headers["x-ratelimit-remaining-tokens"])


async def test_a_refused_request_draws_no_tokens(tmp_path: Path) -> None:
    """Whatever the refusal, the tokens come back; the request itself has been made."""
    world = World(tmp_path, limits("rpm: 10, tpm: 10k"))
    invalid = await world.chat(max_tokens=5000, temperature=9)
    after = await world.chat(max_tokens=1)

    assert 422 == invalid.status
    assert "8" == after.headers["x-ratelimit-remaining-requests"]
    assert int(after.headers["x-ratelimit-remaining-tokens"]) > 9900


async def test_a_refusal_of_its_own_draws_nothing(tmp_path: Path) -> None:
    """Knocking at a closed door does not keep it closed."""
    world = World(tmp_path, limits("rpm: 2"))
    await statuses(world, 12)
    await world.clock.advance(30)

    assert [200] == await statuses(world, 1)


async def test_requests_at_a_time_are_limited(tmp_path: Path) -> None:
    """A slot is free again when its request has been answered."""
    world = World(tmp_path, limits("concurrent: 1") + "latency: {default: h100-70b}\n")
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}], "stream": True}
    open_, serving = world.begin("POST", "/v1/chat/completions", body)
    task = asyncio.create_task(serving)
    await world.clock.advance(0.1)
    connection, second = world.begin("POST", "/v1/chat/completions", body)
    await second
    open_.leave()
    await settled()
    await task

    assert (200, 429) == (open_.answer.status, connection.answer.status)
    assert 200 == (await world.chat()).status


@pytest.mark.parametrize(("speed", "told"), [(0.1, ("200", "10m0s")), (100, ("1", "600ms"))])
async def test_waits_are_told_in_real_seconds(
    tmp_path: Path, speed: float, told: tuple[str, str]
) -> None:
    """A simulated second is longer or shorter for a client, who sleeps by its own clock."""
    world = World(tmp_path, f"clock: {{ speed: {speed} }}\n{limits('rpm: 3')}")
    await statuses(world, 3)
    refused = await world.chat()

    assert 429 == refused.status
    assert told == (refused.headers["retry-after"], refused.headers["x-ratelimit-reset-requests"])


async def test_limited_answers_bear_the_six_headers(tmp_path: Path) -> None:
    """Names and the form of a duration are the protocol's; refusals bear them too."""
    world = World(tmp_path, limits("rpm: 2, tpm: 40k"))
    first = await by(world)
    await by(world)
    refused = await by(world)

    assert ("2", "1", "30s") == tuple(
        first.headers[f"x-ratelimit-{part}-requests"] for part in ("limit", "remaining", "reset")
    )
    assert ("40000", "39997", "5ms") == tuple(
        first.headers[f"x-ratelimit-{part}-tokens"] for part in ("limit", "remaining", "reset")
    )
    assert "0" == refused.headers["x-ratelimit-remaining-requests"]
    assert "1m0s" == refused.headers["x-ratelimit-reset-requests"]


async def test_the_built_in_limits_are_told_and_in_nobodys_way(tmp_path: Path) -> None:
    """A first try sees the six headers, with room for millions."""
    answer = await World(tmp_path).chat()
    found = {name for name in answer.headers if name.startswith("x-ratelimit-")}

    assert 6 == len(found)
    assert "10000000" == answer.headers["x-ratelimit-limit-requests"]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("[key]", [200, 429, 200, 429, 429]),
        ("[ip]", [200, 429, 429, 200, 429]),
        ("[model]", [200, 429, 429, 429, 200]),
        ("[key, model]", [200, 429, 200, 429, 200]),
    ],
)
async def test_the_scope_says_who_shares_an_account(
    tmp_path: Path, scope: str, expected: list[int]
) -> None:
    """The same again, another key, another address, another model."""
    world = World(tmp_path, limits("rpm: 1", f", scope: {scope}"))
    got = [
        await by(world, "a"),
        await by(world, "a"),
        await by(world, "b"),
        await by(world, "a", peer="10.0.0.2"),
        await by(world, "a", model="gpt-4.1"),
    ]

    assert expected == [answer.status for answer in got]


async def test_a_caller_without_a_key_is_known_by_its_address(tmp_path: Path) -> None:
    """Nobody spends what belongs to another address."""
    world = World(tmp_path, limits("rpm: 1"))
    got = [await by(world), await by(world), await by(world, peer="10.0.0.9")]

    assert [200, 429, 200] == [answer.status for answer in got]


async def test_an_alias_shares_its_models_account(tmp_path: Path) -> None:
    """Two names of one model are one model."""
    world = World(tmp_path, limits("rpm: 1"))
    got = [await by(world, "a"), await by(world, "a", model="gpt-4o-2024-08-06")]

    assert [200, 429] == [answer.status for answer in got]


async def test_a_key_has_its_tier(tmp_path: Path) -> None:
    """Before anybody has checked the key."""
    overlay = limits("rpm: 1, tpm: 10k") + "auth: {keys: {team: {key: sk-t, tier: tier-1}}}\n"
    answer = await by(World(tmp_path, overlay), "sk-t")

    assert "500" == answer.headers["x-ratelimit-limit-requests"]


async def test_without_a_default_tier_strangers_have_no_limits(tmp_path: Path) -> None:
    """No limit, no headers."""
    answer = await World(tmp_path, "rate_limits: {default_tier: null}\n").chat()

    assert "x-ratelimit-limit-requests" not in answer.headers


async def test_the_same_bytes_are_estimated_once(tmp_path: Path) -> None:
    """What is known of them tells the tokens; without that, the request is read."""
    world = World(tmp_path, limits("tpm: 10k"))
    enter = next(
        planned.steps.enter
        for planned in world.engine.endpoints[0].stages
        if planned.stage.name == "rate_limits" and planned.steps is not None
    )
    assert enter is not None
    known: dict[str, Any] = {}
    left = []
    for request, shared in (({"prompt": "x" * 400}, known), (None, known), (None, None)):
        exchange = Exchange({"headers": []}, nothing, nothing)
        exchange.request, exchange.known = request, shared
        enter(exchange)
        left.append(dict(exchange.headers)[b"x-ratelimit-remaining-tokens"])

    assert [b"9900", b"9800", b"9800"] == left


async def nothing(*_args: object) -> None:
    """Stand in for a connection."""


async def test_accounts_are_bounded(tmp_path: Path) -> None:
    """With room for one account, a second caller drives out the first when it is idle."""
    world = World(tmp_path, limits("rpm: 1", ", accounts_max: 1"))
    got = [await by(world, "a"), await by(world, "b"), await by(world, "a")]

    assert [200, 200, 200] == [answer.status for answer in got]


async def test_without_its_section_it_is_compiled_away(tmp_path: Path) -> None:
    """No section, no stage."""
    stages = World(tmp_path, "rate_limits: null\n").engine.endpoints[0].stages

    assert [None] == [planned.steps for planned in stages if planned.stage.name == "rate_limits"]
