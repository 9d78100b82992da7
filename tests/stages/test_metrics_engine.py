"""metrics: what the simulated engines and their caches did, in known runs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.harness import Answer, Json, World, settled
from tests.scrape import samples, scrape

if TYPE_CHECKING:
    from pathlib import Path

#: A prompt of 100 tokens takes a step of 110 ms, each further token one of 12 ms.
STEPS = """
kv_cache:
  pools: { main: { blocks_per_worker: 100, block_size: 16 } }
latency:
  default: mine
  profiles:
    mine:
      steps: { base: 10ms, per_prefill_token: 1ms, per_decode_seq: 2ms }
      queue: { max_num_seqs: 1, max_waiting: 1 }
"""
CHAT = 'endpoint="chat_completions"'
ANSWER = f'{CHAT},model="gpt-4o"'
WORKER = 'model="gpt-4o",worker="main-0"'
ENGINE = 'engine="main-0",model_name="gpt-4o"'
TIMES = (
    *("time_to_first_token", "inter_token_latency", "time_per_output_token", "decode_time"),
    *("prefill_time", "queue_time", "generation_time", "e2e_request_latency"),
)


def body(number: int = 0, **fields: Json) -> Json:
    """Return a request of 100 prompt tokens for three more."""
    messages = [{"role": "user", "content": f"word{number} " * 100}]
    given = {"model": "gpt-4o", "messages": messages, "max_tokens": 3, "ignore_eos": True}
    return {**given, **fields}


async def together(world: World, bodies: list[Json], until_s: float | None = None) -> list[Answer]:
    """Send requests at one instant; all connections close after a while, if at all."""
    begun = [world.begin("POST", "/v1/chat/completions", body) for body in bodies]
    tasks = []
    for _, serving in begun:
        tasks.append(asyncio.create_task(serving))
        await settled()
    if until_s is not None:
        await world.clock.advance(until_s)
        for connection, _ in begun:
            connection.leave()
    await world.clock.run()
    return list(await asyncio.gather(*tasks))


async def sums(world: World) -> dict[str, float]:
    """Return the sums of all histograms of time, in milliseconds."""
    found = await scrape(world)
    return {
        name: round(found[f"fakeai_{name}_seconds_sum{{{ANSWER}}}"] * 1000, 6) for name in TIMES
    }


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
async def test_steps_are_timed_by_their_ends(tmp_path: Path, *, stream: bool) -> None:
    """Tokens came after 110, 122 and 134 ms, plain and streamed."""
    world = World(tmp_path, STEPS)
    await together(world, [body(stream=stream)])

    assert {
        "time_to_first_token": 110,
        "inter_token_latency": 24,
        "time_per_output_token": 12,
        "decode_time": 24,
        "prefill_time": 110,
        "queue_time": 0,
        "generation_time": 134,
        "e2e_request_latency": 134,
    } == await sums(world)


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
async def test_the_queue_is_part_of_the_first_token(tmp_path: Path, *, stream: bool) -> None:
    """Of two requests for one slot the second waits for 134 ms."""
    world = World(tmp_path, STEPS)
    await together(world, [body(1, stream=stream), body(2, stream=stream)])

    assert {
        "time_to_first_token": 110 + 244,
        "inter_token_latency": 48,
        "time_per_output_token": 24,
        "decode_time": 48,
        "prefill_time": 220,
        "queue_time": 134,
        "generation_time": 268,
        "e2e_request_latency": 134 + 268,
    } == await sums(world)


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
async def test_a_client_that_leaves_is_timed_to_its_last_step(
    tmp_path: Path, *, stream: bool
) -> None:
    """After 125 ms two tokens were made; the third is nobody's."""
    world = World(tmp_path, STEPS)
    await together(world, [body(stream=stream)], until_s=0.125)
    found = await scrape(world)

    assert {
        "time_to_first_token": 110,
        "inter_token_latency": 12,
        "time_per_output_token": 12,
        "decode_time": 12,
        "prefill_time": 110,
        "queue_time": 0,
        "generation_time": 125,
        "e2e_request_latency": 125,
    } == await sums(world)
    assert 2 == found[f'fakeai_tokens_total{{{ANSWER},type="completion"}}']


async def test_the_buckets_hold_the_steps(tmp_path: Path) -> None:
    """The first token lies between 100 and 250 ms, the gaps between 10 and 25 ms."""
    world = World(tmp_path, STEPS)
    await together(world, [body()])
    found = await scrape(world)

    def counts(name: str, *bounds: str) -> list[float]:
        bucket = f'vllm:{name}_seconds_bucket{{engine="main-0",le='
        return [found[f'{bucket}"{bound}",model_name="gpt-4o"}}'] for bound in bounds]

    assert [0, 1] == counts("time_to_first_token", "0.1", "0.25")
    assert [0, 2] == counts("inter_token_latency", "0.01", "0.025")


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
async def test_the_tokens_of_each_step_are_counted(tmp_path: Path, *, stream: bool) -> None:
    """A prompt of 100 tokens, then two steps of one token."""
    world = World(tmp_path, STEPS)
    await together(world, [body(stream=stream)])
    found = await scrape(world)
    bucket = "vllm:iteration_tokens_total_bucket"

    assert 3 == found['fakeai_iteration_tokens_count{model="gpt-4o"}']
    assert 102 == found['fakeai_iteration_tokens_sum{model="gpt-4o"}']
    assert 102 == found[f"vllm:iteration_tokens_total_sum{{{ENGINE}}}"]
    assert 2 == found[f'{bucket}{{engine="main-0",le="1.0",model_name="gpt-4o"}}']
    assert 3 == found[f'{bucket}{{engine="main-0",le="128.0",model_name="gpt-4o"}}']


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
async def test_a_preemption_is_counted(tmp_path: Path, *, stream: bool) -> None:
    """Two answers of 60 tokens do not fit into 18 blocks: the later one begins again."""
    overlay = STEPS.replace("blocks_per_worker: 100", "blocks_per_worker: 18")
    world = World(tmp_path, overlay.replace("max_num_seqs: 1", "max_num_seqs: 2"))
    await together(world, [body(1, max_tokens=60, stream=stream), body(2, max_tokens=60)])
    found = await scrape(world)

    assert 1 == found[f"fakeai_preemptions_total{{{ANSWER}}}"]
    assert 1 == found[f"vllm:num_preemptions_total{{{ENGINE}}}"]
    assert 2 == found[f"vllm:request_num_preemptions_count{{{ENGINE}}}"]
    assert 1 == found[f"vllm:request_num_preemptions_sum{{{ENGINE}}}"]


async def look(world: World, bodies: list[Json], at_s: float) -> dict[str, float]:
    """Return what a scrape finds while requests are being answered."""
    begun = [world.begin("POST", "/v1/chat/completions", body) for body in bodies]
    tasks = []
    for _, serving in begun:
        tasks.append(asyncio.create_task(serving))
        await settled()
    await world.clock.advance(at_s)
    page = asyncio.create_task(world.begin("GET", "/metrics")[1])
    await world.clock.advance(0)
    text = (await page).body
    await world.clock.run()
    await asyncio.gather(*tasks)
    return samples(text)


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
async def test_gauges_tell_who_runs_who_waits_and_what_is_held(
    tmp_path: Path, *, stream: bool
) -> None:
    """After 115 ms one request holds the seven blocks of 101 tokens, and one waits."""
    world = World(tmp_path, STEPS)
    bodies = [body(1, stream=stream), body(2, stream=stream)]
    found = await look(world, bodies, 0.115)
    expected = {
        f"fakeai_requests_running{{{WORKER}}}": 1,
        f"fakeai_requests_waiting{{{WORKER}}}": 1,
        f"fakeai_kv_cache_usage_ratio{{{WORKER}}}": 0.07,
        'fakeai_kv_blocks{state="used",worker="main-0"}': 7,
        'fakeai_kv_blocks{state="cached",worker="main-0"}': 0,
        'fakeai_kv_blocks{state="free",worker="main-0"}': 93,
        f"vllm:num_requests_running{{{ENGINE}}}": 1,
        f"vllm:num_requests_waiting{{{ENGINE}}}": 1,
        'vllm:num_requests_waiting_by_reason{engine="main-0",model_name="gpt-4o",'
        'reason="capacity"}': 1,
        f"vllm:kv_cache_usage_perc{{{ENGINE}}}": 0.07,
    }

    assert expected == pytest.approx({name: found[name] for name in expected})


async def test_gauges_return_to_zero_without_room_for_answers(tmp_path: Path) -> None:
    """Four models ran: two have series of their own, the others count together."""
    world = World(tmp_path, f"metrics: {{ max_series: 2 }}\n{STEPS.replace('seqs: 1', 'seqs: 9')}")
    models = ("gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini")
    running = await look(world, [body(model=model) for model in models], 0.115)
    ended = await scrape(world)

    def gauges(found: dict[str, float]) -> list[float]:
        return [found[name] for name in found if name.startswith("fakeai_requests_running")]

    assert [1, 1, 2] == gauges(running)
    assert [0, 0, 0] == gauges(ended)


async def test_afterwards_nothing_is_held(tmp_path: Path) -> None:
    """The full blocks of prompt and answer stay cached; old ones had to go."""
    world = World(tmp_path, STEPS.replace("blocks_per_worker: 100", "blocks_per_worker: 10"))
    await together(world, [body(1)])
    await together(world, [body(2)])
    found = await scrape(world)

    assert 0 == found[f"fakeai_kv_cache_usage_ratio{{{WORKER}}}"]
    assert 0 == found['fakeai_kv_blocks{state="used",worker="main-0"}']
    assert 9 <= found['fakeai_kv_blocks{state="cached",worker="main-0"}']
    assert 2 <= found['fakeai_kv_blocks_evicted_total{worker="main-0"}']
    assert 0 == found[f"vllm:num_requests_running{{{ENGINE}}}"]
    assert 1 == found['fakeai_kv_cache_info{block_size="16",blocks="10",worker="main-0"}']
    assert (
        1
        == found[
            'vllm:cache_config_info{block_size="16",enable_prefix_caching="True",'
            'engine="main-0",num_gpu_blocks="10"}'
        ]
    )


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
async def test_a_refusal_by_a_full_queue_is_counted(tmp_path: Path, *, stream: bool) -> None:
    """One runs, one waits, the third is told when to come back."""
    world = World(tmp_path, STEPS)
    answers = await together(world, [body(number, stream=stream) for number in range(3)])
    found = await scrape(world)
    refused = 'vllm:admission_rejections_total{model_name="gpt-4o",reason="max_num_queued_reqs"}'

    assert [200, 200, 503] == [answer.status for answer in answers]
    assert "1" == answers[2].headers["retry-after"]
    assert 1 == found[f"fakeai_requests_refused_total{{{WORKER}}}"]
    assert 1 == found[refused]


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
async def test_prompt_tokens_are_told_by_source(tmp_path: Path, *, stream: bool) -> None:
    """The second prompt finds six of its blocks, though usage tells none of so small a hit."""
    world = World(tmp_path, STEPS)
    await together(world, [body(1, stream=stream)])
    [answer] = await together(world, [body(1)])
    found = await scrape(world)
    by_source = f"vllm:prompt_tokens_by_source_total{{{ENGINE},source="
    cached_by_source = f"vllm:prompt_tokens_cached_by_source_total{{{ENGINE},source="

    assert 0 == answer.json["usage"]["prompt_tokens_details"]["cached_tokens"]
    assert 1 == found[f'fakeai_prefix_cache_lookups_total{{{ANSWER},result="hit"}}']
    assert 1 == found[f'fakeai_prefix_cache_lookups_total{{{ANSWER},result="miss"}}']
    assert 2 == found[f"fakeai_cached_prefix_tokens_count{{{ANSWER}}}"]
    assert 96 == found[f"fakeai_cached_prefix_tokens_sum{{{ANSWER}}}"]
    assert 104 == found[f'{by_source}"local_compute"}}']
    assert 96 == found[f'{by_source}"local_cache_hit"}}']
    assert 96 == found[f'{cached_by_source}"local_cache_hit"}}']
    assert 96 == found[f"vllm:prompt_tokens_cached_total{{{ENGINE}}}"]
    assert 104 == found[f'fakeai_prompt_tokens_by_source_total{{{ANSWER},source="computed"}}']
    assert 96 == found[f"vllm:prefix_cache_hits_total{{{ENGINE}}}"]
    assert 200 == found[f"vllm:prefix_cache_queries_total{{{ENGINE}}}"]
    assert 104 == found[f"vllm:request_prefill_kv_computed_tokens_sum{{{ENGINE}}}"]
