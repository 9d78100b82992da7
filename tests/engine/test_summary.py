"""Summary: what was counted, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

SLOW = """
latency: { default: slow, profiles: { slow: { ttft: 1s, itl: 100ms } } }
auth: { keys: { team: { key: sk-team } } }
"""


async def test_models_keys_and_endpoints_are_summed_up(tmp_path: Path) -> None:
    """Two answers, plain and streamed, under one key."""
    world = World(tmp_path, SLOW)
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 5}
    for stream in (False, True):
        await world.send(
            "POST",
            "/v1/chat/completions",
            {**body, "stream": stream},
            headers={"authorization": "Bearer sk-team"},
        )
    await world.send("POST", "/v1/chat/completions", {**body, "n": 0})
    summary = (await world.send("GET", "/metrics.json")).json

    model = summary["models"]["gpt-4o"]
    assert {"200": 2} == model["requests"]
    assert {"length": 2} == model["answers"]
    assert {"prompt": 2, "completion": 10} == model["tokens"]
    assert pytest.approx(105e-6) == model["cost_usd"]
    assert (2, pytest.approx(1000)) == (model["ttft_ms"]["count"], model["ttft_ms"]["mean"])
    assert (8, pytest.approx(100)) == (model["itl_ms"]["count"], model["itl_ms"]["mean"])
    assert pytest.approx(1400) == model["e2e_ms"]["mean"]
    assert 0 == model["queue_ms"]["mean"]
    assert {
        "requests": 2,
        "tokens": {"completion": 10, "prompt": 2},
        "cost_usd": pytest.approx(105e-6),
    } == summary["keys"]["team"]
    chat = summary["endpoints"]["chat_completions"]
    assert {"in_flight": 0, "requests": {"200": 2, "422": 1}, "errors": {"invalid": 1}} == chat


async def test_quantiles_lie_within_their_buckets(tmp_path: Path) -> None:
    """All first tokens came after one second: in the bucket from 0.75 s to 1 s."""
    world = World(tmp_path, SLOW)
    for _ in range(4):
        await world.chat("Hi", max_tokens=1)
    ttft = (await world.send("GET", "/metrics.json")).json["models"]["gpt-4o"]["ttft_ms"]

    assert [875, 975] == [ttft["p50"], ttft["p90"]]
    assert 750 < ttft["p99"] <= 1000


async def test_nothing_counted_is_an_empty_summary(tmp_path: Path) -> None:
    """Endpoints are known from the start, models and keys once they are seen."""
    summary = (await World(tmp_path).send("GET", "/metrics.json")).json

    assert ({}, {}) == (summary["models"], summary["keys"])
    assert {"in_flight": 0, "requests": {}, "errors": {}} == summary["endpoints"]["health"]
