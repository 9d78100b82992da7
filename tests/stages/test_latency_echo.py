"""latency: no engine works for an echo of the prompt."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.harness import Answer, Json, World, settled
from tests.scrape import scrape

if TYPE_CHECKING:
    from pathlib import Path

FORMULA = "latency: { default: mine, profiles: { mine: { ttft: 100ms, itl: 20ms } } }\n"
STEPS = FORMULA.replace("ttft: 100ms, itl: 20ms", "steps: { base: 20ms, per_prefill_token: 800us }")
VLLM = "metrics: { dialects: [fakeai, vllm] }\n"
PROMPT = " ".join(["word"] * 100)
MODEL = "gpt-3.5-turbo-instruct"
LABELS = f'endpoint="completions",model="{MODEL}"'
ways = pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
engines = pytest.mark.parametrize("overlay", [FORMULA, STEPS], ids=["formula", "steps"])


async def complete(world: World, leave_s: float | None = None, **fields: Json) -> Answer:
    """Ask for four more tokens, and stay for them unless told otherwise."""
    body = {"model": MODEL, "prompt": PROMPT, "max_tokens": 4, "ignore_eos": True, **fields}
    connection, serving = world.begin("POST", "/v1/completions", body)
    task = asyncio.create_task(serving)
    await settled()
    if leave_s is None:
        await world.clock.run()
    else:
        await world.clock.advance(leave_s)
        connection.leave()
    await task
    return connection.answer


def texts(answer: Answer) -> list[tuple[float, str]]:
    """Return the texts of a stream, each with its time."""
    return [
        (round(time, 6), text)
        for time, part in answer.parts
        for event in part.split(b"\n\n")
        if event.startswith(b"data: {")
        for text in [Answer(parts=[(time, event)]).chunks[0]["choices"][0]["text"]]
    ]


@ways
@engines
@pytest.mark.parametrize("prompt", [PROMPT, ["one two", PROMPT]], ids=["one", "two"])
async def test_an_echo_takes_no_time(
    tmp_path: Path, overlay: str, prompt: Json, *, stream: bool
) -> None:
    """The answer is there as soon as without it, however long its prompt."""
    took = []
    for echo in (False, True):
        answer = await complete(World(tmp_path, overlay), prompt=prompt, echo=echo, stream=stream)
        took.append(round(answer.parts[-1][0], 6))

    assert took[0] == took[1] <= 0.162


@engines
async def test_an_echo_comes_with_the_first_token(tmp_path: Path, overlay: str) -> None:
    """All of it at once; then each token when it is due."""
    came = texts(await complete(World(tmp_path, overlay), echo=True, stream=True))

    assert [0.1] * 101 + [0.12, 0.14, 0.16] == [time for time, _ in came]
    assert PROMPT == "".join(text for _, text in came[:100])


@ways
@pytest.mark.parametrize("overlay", [FORMULA, STEPS, ""], ids=["formula", "steps", "at once"])
@pytest.mark.parametrize("echo", [False, True])
async def test_an_echo_is_nothing_that_was_made(
    tmp_path: Path, overlay: str, *, stream: bool, echo: bool
) -> None:
    """Four tokens, three times between two of them."""
    world = World(tmp_path, overlay + VLLM)
    await complete(world, echo=echo, stream=stream)
    found = await scrape(world)
    engine = f'engine="main-0",model_name="{MODEL}"'

    assert 4 == world.log.lines[0][2]["completion_tokens"]
    assert 4 == found[f'fakeai_tokens_total{{{LABELS},type="completion"}}']
    assert 4 == found['fakeai_key_tokens_total{key="anonymous",type="completion"}']
    assert 4 == found[f"fakeai_completion_tokens_sum{{{LABELS}}}"]
    assert 4 == found[f"fakeai_longest_choice_tokens_sum{{{LABELS}}}"]
    assert 3 == found[f"fakeai_inter_token_latency_seconds_count{{{LABELS}}}"]
    assert 4 == found[f"vllm:generation_tokens_total{{{engine}}}"]


@ways
async def test_what_is_cut_behind_an_echo_is_what_was_made(tmp_path: Path, *, stream: bool) -> None:
    """After 130 ms, two tokens."""
    world = World(tmp_path, FORMULA)
    await complete(world, 0.13, echo=True, stream=stream)

    assert 2 == world.log.lines[-1][2]["completion_tokens"]
    assert 2 == (await scrape(world))[f'fakeai_tokens_total{{{LABELS},type="completion"}}']


@pytest.mark.parametrize("overlay", [FORMULA, STEPS, ""], ids=["formula", "steps", "at once"])
async def test_usage_on_every_chunk_begins_behind_the_echo(tmp_path: Path, overlay: str) -> None:
    """As it does without."""
    options = {"include_usage": True, "continuous_usage_stats": True}
    world = World(tmp_path, overlay)
    answer = await complete(world, echo=True, stream=True, stream_options=options)
    counts = [chunk["usage"]["completion_tokens"] for chunk in answer.chunks]
    totals = [chunk["usage"]["total_tokens"] for chunk in answer.chunks]

    assert [0] * 100 + [1, 2, 3, 4, 4] == counts
    assert [100 + count for count in counts] == totals


async def test_an_echo_alone_comes_with_the_end_of_the_prefill(tmp_path: Path) -> None:
    """Nothing is made, and there is no first token."""
    world = World(tmp_path, FORMULA)
    came = texts(await complete(world, echo=True, stream=True, max_tokens=0))

    assert [0.1] * 100 == [time for time, text in came if text]
    assert (0, None) == tuple(
        world.log.lines[-1][2][name] for name in ("completion_tokens", "ttft_ms")
    )
