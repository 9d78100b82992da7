"""metrics: a known run, read back by Prometheus's own parser."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from fakeai.core.problem import SpecError
from tests.harness import World
from tests.scrape import scrape

if TYPE_CHECKING:
    from pathlib import Path

SLOW = """
kv_cache: null
latency: { default: slow, profiles: { slow: { ttft: 1s, itl: 100ms } } }
"""
CHAT = 'endpoint="chat_completions"'
ANSWER = f'{CHAT},model="gpt-4o"'
ENGINE = 'engine="0",model_name="gpt-4o"'


async def leave_after(world: World, seconds: float, *, stream: bool) -> None:
    """Ask for five tokens and close the connection before they are all there."""
    messages = [{"role": "user", "content": "Hi"}]
    body = {"model": "gpt-4o", "messages": messages, "max_tokens": 5, "stream": stream}
    connection, serve = world.begin("POST", "/v1/chat/completions", body)
    task = asyncio.create_task(serve)
    await world.clock.advance(seconds)
    connection.leave()
    await world.clock.run()
    await task


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
async def test_an_answer_is_measured_alike_plain_and_streamed(
    tmp_path: Path, *, stream: bool
) -> None:
    """Five tokens, the first after a second, a tenth of a second from each to the next."""
    world = World(tmp_path, SLOW)
    await world.chat("Hi", max_tokens=5, stream=stream)
    found = await scrape(world)

    expected = {
        f'fakeai_requests_total{{{ANSWER},status="200"}}': 1,
        f'fakeai_answers_total{{{CHAT},finish_reason="length",model="gpt-4o"}}': 1,
        f'fakeai_tokens_total{{{ANSWER},type="prompt"}}': 1,
        f'fakeai_tokens_total{{{ANSWER},type="cached"}}': 0,
        f'fakeai_tokens_total{{{ANSWER},type="completion"}}': 5,
        f'fakeai_tokens_total{{{ANSWER},type="reasoning"}}': 0,
        f"fakeai_cost_usd_total{{{ANSWER}}}": 52.5e-6,
        f"fakeai_request_cost_usd_sum{{{ANSWER}}}": 52.5e-6,
        f"fakeai_time_to_first_token_seconds_sum{{{ANSWER}}}": 1.0,
        f'fakeai_time_to_first_token_seconds_bucket{{{CHAT},le="0.75",model="gpt-4o"}}': 0,
        f'fakeai_time_to_first_token_seconds_bucket{{{CHAT},le="1.0",model="gpt-4o"}}': 1,
        f"fakeai_inter_token_latency_seconds_sum{{{ANSWER}}}": 0.4,
        f"fakeai_inter_token_latency_seconds_count{{{ANSWER}}}": 4,
        f"fakeai_time_per_output_token_seconds_sum{{{ANSWER}}}": 0.1,
        f"fakeai_e2e_request_latency_seconds_sum{{{ANSWER}}}": 1.4,
        f"fakeai_queue_time_seconds_sum{{{ANSWER}}}": 0,
        f"fakeai_generation_time_seconds_sum{{{ANSWER}}}": 1.4,
        f"fakeai_prefill_time_seconds_sum{{{ANSWER}}}": 1.0,
        f"fakeai_decode_time_seconds_sum{{{ANSWER}}}": 0.4,
        f"fakeai_output_tokens_per_second_sum{{{ANSWER}}}": 5 / 1.4,
        f"fakeai_prompt_tokens_sum{{{ANSWER}}}": 1,
        f"fakeai_computed_prompt_tokens_sum{{{ANSWER}}}": 1,
        f"fakeai_completion_tokens_sum{{{ANSWER}}}": 5,
        f"fakeai_longest_choice_tokens_sum{{{ANSWER}}}": 5,
        f"fakeai_requested_choices_sum{{{ANSWER}}}": 1,
        f"fakeai_requested_max_tokens_sum{{{ANSWER}}}": 5,
        f"fakeai_request_duration_seconds_sum{{{CHAT}}}": 1.4,
        f"fakeai_request_body_bytes_count{{{CHAT}}}": 1,
        f"fakeai_requests_in_flight{{{CHAT}}}": 0,
        f"fakeai_last_request_timestamp_seconds{{{CHAT}}}": 1_767_225_600,
        f'fakeai_streams_total{{{CHAT},event="started"}}': int(stream),
        f'fakeai_streams_total{{{CHAT},event="finished"}}': int(stream),
        'fakeai_key_requests_total{key="anonymous"}': 1,
        'fakeai_key_tokens_total{key="anonymous",type="prompt"}': 1,
        'fakeai_key_tokens_total{key="anonymous",type="completion"}': 5,
        'fakeai_key_cost_usd_total{key="anonymous"}': 52.5e-6,
    }
    assert expected == pytest.approx({name: found[name] for name in expected})


async def test_the_vllm_dialect_shows_the_same_numbers(tmp_path: Path) -> None:
    """Its names, its labels, its words for how an answer ended."""
    world = World(tmp_path, SLOW)
    await world.chat("Hi", max_tokens=5)
    await leave_after(world, 1.25, stream=True)
    found = await scrape(world)

    expected = {
        f"vllm:prompt_tokens_total{{{ENGINE}}}": 2,
        f"vllm:prompt_tokens_cached_total{{{ENGINE}}}": 0,
        f"vllm:generation_tokens_total{{{ENGINE}}}": 8,
        'vllm:request_success_total{engine="0",finished_reason="length",model_name="gpt-4o"}': 1,
        'vllm:request_success_total{engine="0",finished_reason="abort",model_name="gpt-4o"}': 1,
        'vllm:request_success_total{engine="0",finished_reason="stop",model_name="gpt-4o"}': 0,
        f"vllm:request_prompt_tokens_sum{{{ENGINE}}}": 2,
        f"vllm:request_generation_tokens_sum{{{ENGINE}}}": 8,
        f"vllm:request_max_num_generation_tokens_sum{{{ENGINE}}}": 8,
        f"vllm:request_prefill_kv_computed_tokens_sum{{{ENGINE}}}": 2,
        f"vllm:request_params_n_sum{{{ENGINE}}}": 2,
        f"vllm:request_params_max_tokens_sum{{{ENGINE}}}": 10,
        f"vllm:time_to_first_token_seconds_sum{{{ENGINE}}}": 2.0,
        f"vllm:inter_token_latency_seconds_count{{{ENGINE}}}": 6,
        f"vllm:request_time_per_output_token_seconds_sum{{{ENGINE}}}": 0.2,
        f"vllm:e2e_request_latency_seconds_sum{{{ENGINE}}}": 2.65,
        f"vllm:request_queue_time_seconds_sum{{{ENGINE}}}": 0,
        f"vllm:request_inference_time_seconds_sum{{{ENGINE}}}": 2.65,
        f"vllm:request_prefill_time_seconds_sum{{{ENGINE}}}": 2.0,
        f"vllm:request_decode_time_seconds_sum{{{ENGINE}}}": 0.6,
        f"vllm:num_requests_running{{{ENGINE}}}": 0,
        f"vllm:num_requests_waiting{{{ENGINE}}}": 0,
    }
    assert expected == pytest.approx({name: found[name] for name in expected})


async def test_a_refused_request_is_no_answer(tmp_path: Path) -> None:
    """It counts as a request and as an error of its kind; no token is counted."""
    world = World(tmp_path)
    await world.chat("Hi", n=0)
    found = await scrape(world)

    assert 1 == found[f'fakeai_requests_total{{{CHAT},model="",status="422"}}']
    assert 1 == found[f'fakeai_errors_total{{{CHAT},kind="invalid"}}']
    assert not any(name.startswith("fakeai_answers_total") for name in found)


async def test_an_unknown_path_is_counted(tmp_path: Path) -> None:
    """Under an endpoint of its own, whatever the path."""
    world = World(tmp_path)
    await world.send("GET", "/one")
    await world.send("GET", "/two")
    found = await scrape(world)

    assert 2 == found['fakeai_errors_total{endpoint="unrouted",kind="unknown_route"}']


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
async def test_a_client_that_leaves_is_counted(tmp_path: Path, *, stream: bool) -> None:
    """With the tokens that were due, and nothing is left in flight."""
    world = World(tmp_path, SLOW)
    await leave_after(world, 1.25, stream=stream)
    found = await scrape(world)

    assert 3 == found[f'fakeai_tokens_total{{{ANSWER},type="completion"}}']
    assert 1 == found[f'fakeai_answers_total{{{CHAT},finish_reason="abort",model="gpt-4o"}}']
    assert 1 == found[f'fakeai_errors_total{{{CHAT},kind="disconnected"}}']
    assert int(stream) == found[f'fakeai_streams_total{{{CHAT},event="disconnected"}}']
    assert 0 == found[f"fakeai_requests_in_flight{{{CHAT}}}"]


async def test_a_stream_that_breaks_off_has_failed(tmp_path: Path) -> None:
    """The answer ends in an error, after a 200."""
    world = World(tmp_path, f"{SLOW}streams: {{ max_duration: 1.25s }}\n")
    await world.chat("Hi", max_tokens=5, stream=True)
    found = await scrape(world)

    assert 1 == found[f'fakeai_streams_total{{{CHAT},event="failed"}}']
    assert 1 == found[f'fakeai_answers_total{{{CHAT},finish_reason="error",model="gpt-4o"}}']
    assert 3 == found[f'fakeai_tokens_total{{{ANSWER},type="completion"}}']


async def test_gauges_move_while_an_answer_is_written(tmp_path: Path) -> None:
    """One request in flight, one answer on which the engine works."""
    world = World(tmp_path, SLOW)
    messages = [{"role": "user", "content": "Hi"}]
    _, serve = world.begin(
        "POST", "/v1/chat/completions", {"model": "gpt-4o", "messages": messages}
    )
    task = asyncio.create_task(serve)
    await world.clock.advance(0.5)
    text = asyncio.create_task(world.begin("GET", "/metrics")[1])
    await world.clock.advance(0)
    body = (await text).body.decode()
    await world.clock.run()
    await task

    assert f"fakeai_requests_in_flight{{{CHAT}}} 1.0" in body
    assert f"vllm:num_requests_running{{{ENGINE}}} 1.0" in body
    assert f"vllm:num_requests_waiting{{{ENGINE}}} 0.0" in body


async def test_undeclared_models_fall_together(tmp_path: Path) -> None:
    """A label never takes a client's word."""
    world = World(tmp_path)
    messages = [{"role": "user", "content": "Hi"}]
    for model in ("mine", "yours"):
        await world.send("POST", "/v1/chat/completions", {"model": model, "messages": messages})
    found = await scrape(world)

    assert 2 == found[f'fakeai_requests_total{{{CHAT},model="other",status="200"}}']


async def test_max_series_bounds_each_metric(tmp_path: Path) -> None:
    """What comes too late is counted, without its own labels."""
    world = World(tmp_path, "metrics: { max_series: 1 }\n")
    await world.send("GET", "/health")
    await world.send("GET", "/v1/models")
    found = await scrape(world)

    assert 1 == found['fakeai_requests_total{endpoint="health",model="",status="200"}']
    assert 1 == found['fakeai_requests_total{endpoint="other",model="other",status="other"}']


async def test_without_the_section_there_is_nothing(tmp_path: Path) -> None:
    """Neither a route nor a step."""
    world = World(tmp_path, "metrics: null\n")

    assert 404 == (await world.send("GET", "/metrics")).status
    assert 404 == (await world.send("GET", "/metrics.json")).status
    stages = [p for p in world.engine.endpoints[0].stages if p.stage.name == "metrics"]
    assert [None] == [planned.steps for planned in stages]


@pytest.mark.parametrize(
    ("key", "metric"),
    [
        ("time_to_first_token", "time_to_first_token_seconds"),
        ("inter_token_latency", "inter_token_latency_seconds"),
        ("e2e_request_latency", "e2e_request_latency_seconds"),
    ],
)
async def test_buckets_are_chosen_by_the_spec(tmp_path: Path, key: str, metric: str) -> None:
    """Ours change; those of another dialect are what that dialect has."""
    world = World(tmp_path, f"metrics: {{ buckets: {{ {key}: [50ms, 1.5s] }} }}\n")
    await world.chat("Hi", max_tokens=2)
    found = await scrape(world)
    ours = [name for name in found if name.startswith(f"fakeai_{metric}_bucket")]
    theirs = [name for name in found if name.startswith(f"vllm:{metric}_bucket")]

    assert ["0.05", "1.5", "+Inf"] == [name.split('le="')[1].split('"')[0] for name in ours]
    assert len(theirs) > 15


def test_bounds_must_rise(tmp_path: Path) -> None:
    """A bucket that nothing can fall into is a mistake."""
    with pytest.raises(SpecError, match="must rise"):
        World(tmp_path, "metrics: { buckets: { inter_token_latency: [2s, 1s] } }\n")


async def test_dialects_are_chosen_by_the_spec(tmp_path: Path) -> None:
    """Only the names that were asked for."""
    world = World(tmp_path, "metrics: { dialects: [vllm] }\n")
    await world.chat("Hi")
    found = await scrape(world)

    assert {"vllm"} == {name.partition(":")[0] for name in found}
