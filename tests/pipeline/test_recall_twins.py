"""Twins: what exchanges share changes nothing that anybody can see."""

from __future__ import annotations

import asyncio
import random
import re
from typing import TYPE_CHECKING, Any

import pytest

from fakeai.pipeline.exchange import Placement, Principal
from fakeai.pipeline.recall import Memory, recalled, shared
from tests.harness import World
from tests.pipeline.test_recall import KEY, pass_through, stage
from tests.scrape import scrape

if TYPE_CHECKING:
    from pathlib import Path

    from fakeai.pipeline.exchange import Exchange

#: A cache that is soon full, and callers who are served differently.
SPEC = """
kv_cache:
  pools:
    main:
      workers: 2
      blocks_per_worker: 24
      prompt_cache: { minimum: 0, rounding: 1 }
latency: { profiles: { slow: { ttft: 10ms, itl: 10ms } } }
models: { slow: { latency: slow, pricing: gpt-4o, context_window: 1000 } }
"""
KEYS = """
auth:
  keys:
    plain: { key: plain, project: a }
    other: { key: other, project: b, scenario: odd, budget: 100 }
"""
PROMPTS = [
    "Why do whales sing? " * 20,
    "Why do whales sing? " * 20 + "Say more.",
    "Hi",
    "Look " * 90,
]
FORMS: list[dict[str, Any]] = [
    {},
    {},
    {"n": 2},
    {"stream": True, "stream_options": {"include_usage": True}},
    {"model": "gpt-4o-mini"},
    {"tools": [{"type": "function", "function": {"name": "look"}}], "tool_choice": "required"},
    {"temperature": 9},
    {"model": "slow", "stream": True},
    {"model": "slow"},
]
SLOW = "slow"
#: When a client that loses patience goes.
PATIENCE_S = 0.1
_IDS = re.compile(r"(chatcmpl-|call_|req_)[0-9a-f]+|\b[0-9a-f]{32}\b")


async def _told(folder: Path, spec: str, seed: int) -> list[Any]:
    """Return all that is seen of a row of requests: answers, log lines and numbers."""
    world = World(folder, spec)
    draw = random.Random(seed)
    told: list[Any] = []
    for _ in range(80):
        key = draw.choice(["plain", "other", "anybody"])
        headers = {"authorization": f"Bearer {key}"}
        body = {
            "model": "gpt-4o",
            "max_tokens": 20,
            "messages": [{"role": "user", "content": draw.choice(PROMPTS)}],
            **draw.choice(FORMS),
        }
        connection, served = world.begin("POST", "/v1/chat/completions", body, headers=headers)
        task = asyncio.create_task(served)
        if body["model"] == SLOW and draw.random() < 0.5:
            await world.clock.advance(PATIENCE_S)
            connection.leave()
        await world.clock.run()
        answer = await task
        await world.clock.advance(draw.choice([0.0, 0.5, 70.0]))
        told.append((answer.status, answer.headers, answer.body.decode()))
    told += world.log.lines
    told.append(await scrape(world))
    return [_IDS.sub("", repr(each)) for each in told]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("spec", [SPEC + KEYS, SPEC + "auth: null\n"], ids=["keys", "anybody"])
async def test_nothing_shows_that_anything_is_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spec: str, seed: int
) -> None:
    """Answers, headers, prices, limits, lines and numbers are those of a server that forgets."""
    remembering = await _told(tmp_path, spec, seed)
    monkeypatch.setattr(Memory, "of", lambda *_: None)

    assert await _told(tmp_path, spec, seed) == remembering


def test_twins_differ_in_their_time_alone() -> None:
    """Caller, model and placement are compared; what was made for another one is not used."""
    outcome = stage("write", {"request"}, {"key", "outcome"}, lambda x: setattr(x, "key", 7), KEY)
    steps = recalled([outcome])
    known: dict[Any, Any] = {}
    made: list[object] = []

    def make(exchange: Exchange) -> object:
        made.append(exchange.placement)
        return object()

    def value(**fields: object) -> object:
        return shared(pass_through(steps, known, **fields), "value", make)

    here, there = Placement(worker="a"), Placement(worker="b")
    value(placement=here)
    first, second = value(placement=here), value(placement=here)
    elsewhere = value(placement=there)
    back, somebody = value(placement=here), value(placement=here, principal=Principal(name="b"))

    assert first is second
    assert 5 == len({id(each) for each in (first, elsewhere, back, somebody)} | {0})
    assert 5 == len(made)


def test_who_is_moved_has_no_twin() -> None:
    """A request whose cached blocks changed while it waited is like no other."""
    outcome = stage("write", {"request"}, {"key", "outcome"}, lambda x: setattr(x, "key", 7), KEY)
    steps = recalled([outcome])
    known: dict[Any, Any] = {}
    pass_through(steps, known)
    exchange = pass_through(steps, known)
    assert exchange.twin is not None
    exchange.place(Placement(cached_tokens=16))

    assert exchange.twin is None
