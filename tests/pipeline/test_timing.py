"""Timing: what a client is told of how long its answer took."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from fakeai.pipeline.exchange import Exchange, Schedule
from fakeai.pipeline.outcome import Choice, Outcome, Segment
from fakeai.pipeline.timing import Timing
from tests.harness import Json, World, settled

if TYPE_CHECKING:
    from pathlib import Path

    from tests.harness import Answer

PROFILES = {
    "formula": "{ ttft: 110ms, itl: 12ms, queue: { max_num_seqs: 1 } }",
    "steps": "{ steps: { base: 10ms, per_prefill_token: 1ms, per_decode_seq: 2ms }, "
    "queue: { max_num_seqs: 1 } }",
}
TOLD = {
    "time_to_first_token_ms": 110.0,
    "generation_time_ms": 24.0,
    "queue_time_ms": 0.0,
    "mean_itl_ms": 12.0,
    "tokens_per_second": round(3 / 0.134, 3),
}
CHAT = {"model": "gpt-4o", "messages": [{"role": "user", "content": "word " * 100}]}
TEXT = {"model": "gpt-3.5-turbo-instruct", "prompt": "word " * 100}
FORMS = [("/v1/chat/completions", CHAT), ("/v1/completions", TEXT)]
STREAMED = {"stream": True, "stream_options": {"include_usage": True}}


def world(folder: Path, profile: str = "steps") -> World:
    """Return a server where 100 prompt tokens take 110 ms and each further token 12 ms."""
    return World(
        folder,
        f"kv_cache: null\nlatency: {{ default: m, profiles: {{ m: {PROFILES[profile]} }} }}\n",
    )


def asked(body: Json, **fields: Json) -> Json:
    """Return a request for three tokens and for what they took."""
    return {**body, "max_tokens": 3, "ignore_eos": True, "include_metrics": True, **fields}


@pytest.mark.parametrize("profile", sorted(PROFILES))
@pytest.mark.parametrize(("path", "body"), FORMS, ids=["chat", "text"])
async def test_a_plain_answer_tells_its_times(
    tmp_path: Path, profile: str, path: str, body: Json
) -> None:
    """At the root of the body, when asked."""
    answer = await world(tmp_path, profile).send("POST", path, asked(body))

    assert TOLD == answer.json["metrics"]


@pytest.mark.parametrize("profile", sorted(PROFILES))
@pytest.mark.parametrize(("path", "body"), FORMS, ids=["chat", "text"])
async def test_a_stream_tells_its_times_with_its_usage(
    tmp_path: Path, profile: str, path: str, body: Json
) -> None:
    """On the last chunk, and on no other."""
    answer = await world(tmp_path, profile).send("POST", path, asked(body, **STREAMED))
    told = [chunk["metrics"] for chunk in answer.chunks if "metrics" in chunk]

    assert [TOLD] == told
    assert "metrics" in answer.chunks[-1]
    assert 3 == answer.chunks[-1]["usage"]["completion_tokens"]


@pytest.mark.parametrize(("path", "body"), FORMS, ids=["chat", "text"])
@pytest.mark.parametrize("fields", [{"include_metrics": False}, {"n": 2}], ids=["unasked", "two"])
async def test_nothing_is_told_unasked_or_of_several_choices(
    tmp_path: Path, path: str, body: Json, fields: Json
) -> None:
    """Neither in a body nor in a chunk."""
    plain = await world(tmp_path).send("POST", path, asked(body, **fields))
    streamed = await world(tmp_path).send("POST", path, asked(body, **fields, **STREAMED))

    assert 200 == plain.status
    assert "metrics" not in plain.json
    assert not any("metrics" in chunk for chunk in streamed.chunks)


@pytest.mark.parametrize("profile", sorted(PROFILES))
async def test_the_queue_is_told_apart(tmp_path: Path, profile: str) -> None:
    """Of two at once the second waits for 134 ms; its first token still takes 110 ms."""
    server = world(tmp_path, profile)
    tasks: list[asyncio.Task[Answer]] = []
    for _ in range(2):
        serving = server.begin("POST", "/v1/chat/completions", asked(CHAT))[1]
        tasks.append(asyncio.create_task(serving))
        await settled()
    await server.clock.run()
    told = [answer.json["metrics"] for answer in await asyncio.gather(*tasks)]

    assert [TOLD, {**TOLD, "queue_time_ms": 134.0}] == told


async def test_it_agrees_with_the_clock_of_the_client(tmp_path: Path) -> None:
    """A stream's chunks come when the object says."""
    answer = await world(tmp_path).send("POST", "/v1/chat/completions", asked(CHAT, **STREAMED))
    times = sorted({round(time * 1000, 3) for time, part in answer.parts if part})

    assert [110.0, 122.0, 134.0] == times


async def test_it_must_be_a_boolean(tmp_path: Path) -> None:
    """The schema knows the key."""
    answer = await world(tmp_path).send(
        "POST", "/v1/chat/completions", {**CHAT, "include_metrics": "yes"}
    )

    assert (422, "include_metrics") == (answer.status, answer.json["error"]["param"])


def test_an_answer_without_time_has_no_pace() -> None:
    """No speed where no time passed, no gap where no token follows."""
    exchange = Exchange({}, None, None)  # type: ignore[arg-type]
    exchange.outcome = Outcome(choices=[Choice(segments=[Segment(tokens=["a"])])])
    at_once = Timing(exchange)
    assert (0.0, 0.0, None, None) == (
        at_once.ttft_ms,
        at_once.decode_ms,
        at_once.itl_ms,
        at_once.tokens_per_second,
    )

    exchange.schedule = Schedule(due_s=[[2.0]], queue_s=1.5)
    assert (1500.0, 500.0, 2.0) == (at_once.queue_ms, at_once.ttft_ms, at_once.tokens_per_second)


RUNNING = {
    "stream": True,
    "stream_options": {"include_usage": True, "continuous_usage_stats": True},
}


@pytest.mark.parametrize(("path", "body"), FORMS, ids=["chat", "text"])
async def test_usage_runs_along_with_the_steps(tmp_path: Path, path: str, body: Json) -> None:
    """Each token's chunk says how many there have been; the last chunk says the same."""
    answer = await world(tmp_path).send("POST", path, asked(body, **RUNNING))
    usages = [chunk["usage"] for chunk in answer.chunks if chunk["usage"]]
    counts = [(u["prompt_tokens"], u["completion_tokens"], u["total_tokens"]) for u in usages]

    assert [(100, 1, 101), (100, 2, 102), (100, 3, 103), (100, 3, 103)] == counts
    assert [] == answer.chunks[-1]["choices"]
