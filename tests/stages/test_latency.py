"""latency: when tokens are due, from the model's profile."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING

import pytest

from fakeai.core.problem import SpecError
from fakeai.pipeline.exchange import Exchange
from fakeai.stages.latency import STAGE
from tests.harness import Answer, Json, World, settled
from tests.scrape import scrape

if TYPE_CHECKING:
    from pathlib import Path

    from fakeai.pipeline.replica import Replica


def profile(text: str) -> str:
    """Return an overlay whose default profile is the given one."""
    return f"latency: {{ default: mine, profiles: {{ mine: {text} }} }}\n"


async def times(world: World, **fields: object) -> list[float]:
    """Return when each part of a stream of three tokens came."""
    answer = await world.chat("word " * 100, stream=True, max_tokens=3, **fields)
    return [round(time, 6) for time, part in answer.parts if part]


async def test_the_prompt_takes_time_by_its_tokens(tmp_path: Path) -> None:
    """TTFT is the overhead plus the uncached prompt tokens times their own time."""
    overlay = profile("{ ttft: { overhead: 500ms, per_uncached_token: 2ms }, itl: 0ms }")

    assert {0.7} == set(await times(World(tmp_path, overlay)))


async def test_ttft_can_be_a_duration_or_a_distribution(tmp_path: Path) -> None:
    """A lone duration is constant; a distribution is drawn for every request."""
    constant = await times(World(tmp_path, profile("{ ttft: 2s, itl: 1s }")))
    uniform = profile("{ ttft: { distribution: uniform, min: 5s, max: 6s }, itl: 1s }")
    drawn = await times(World(tmp_path, uniform))

    assert [2.0, 3.0, 4.0] == constant
    assert 5.0 <= drawn[0] <= 6.0


async def test_itl_is_drawn_for_every_token(tmp_path: Path) -> None:
    """Gaps differ, and repeat for the same request."""
    overlay = profile("{ ttft: 1s, itl: { distribution: lognormal, median: 1s, sigma: 0.5 } }")
    one = await times(World(tmp_path, overlay))
    two = await times(World(tmp_path, overlay))

    assert one == two
    assert one[1] - one[0] != one[2] - one[1]


def test_an_instant_model_has_nothing_to_wait_for(tmp_path: Path) -> None:
    """Its answers take no engine and no coroutine, also where other models take their time."""
    world = World(tmp_path, "models: { slow: { latency: h100-8b } }\n")
    chat = next(row for row in world.engine.endpoints if row.name == "chat_completions")
    wait = next(p.steps.wait for p in chat.stages if p.stage is STAGE and p.steps is not None)
    exchange = Exchange({}, None, None)  # type: ignore[arg-type] # nobody is written to

    assert wait is not None
    assert wait(exchange) is None
    assert exchange.engine_run is None


async def test_a_model_has_its_own_profile(tmp_path: Path) -> None:
    """`models.*.latency` goes before `latency.default`."""
    overlay = """
latency: { default: slow, profiles: { slow: { ttft: 9s }, fast: { ttft: 1s } } }
models: { gpt-4o: { latency: fast } }
"""

    assert {1.0} == set(await times(World(tmp_path, overlay)))


async def test_plain_and_streamed_take_the_same_time(tmp_path: Path) -> None:
    """The same draws are made for both."""
    overlay = profile("{ ttft: 1s, itl: { distribution: exponential, mean: 1s } }")
    world = World(tmp_path, overlay)
    last = (await times(world))[-1]
    before = world.clock.now()
    plain = await world.chat("word " * 100, max_tokens=3)

    assert last == round(plain.parts[0][0] - before, 6)


QUEUE = "{ ttft: 1s, itl: 1s, queue: { max_num_seqs: 1, max_waiting: 1 } }"


async def together(world: World, count: int, **fields: Json) -> list[Answer]:
    """Send requests at the same instant and let them all be answered."""
    tasks = []
    for number in range(count):
        messages = [{"role": "user", "content": f"word{number} " * 100}]
        body = {"model": "gpt-4o", "messages": messages, "max_tokens": 3, "ignore_eos": True}
        serving = world.begin("POST", "/v1/chat/completions", {**body, **fields})[1]
        tasks.append(asyncio.create_task(serving))
        await settled()
    await world.clock.run()
    return list(await asyncio.gather(*tasks))


@pytest.mark.parametrize("stream", [False, True])
async def test_requests_over_the_slots_wait_in_order(tmp_path: Path, *, stream: bool) -> None:
    """The second has its whole time after the first; plain answers end with their stream."""
    answers = await together(World(tmp_path, profile(QUEUE)), 2, stream=stream)

    assert [3.0, 6.0] == [round(answer.parts[-1][0], 6) for answer in answers]


async def test_a_full_queue_refuses(tmp_path: Path) -> None:
    """Over `max_waiting` the answer is 503, with the time at which a slot is free."""
    answers = await together(World(tmp_path, profile(QUEUE)), 3)
    refused = answers[2]

    assert [200, 200, 503] == [answer.status for answer in answers]
    assert ("3", "overloaded") == (refused.headers["retry-after"], refused.json["error"]["code"])


async def test_a_client_that_leaves_the_queue_holds_no_place(tmp_path: Path) -> None:
    """Whoever waits behind it moves up, and it gets no answer."""
    world = World(tmp_path, profile(QUEUE.replace("max_waiting: 1", "max_waiting: 2")))
    pairs = [
        world.begin("POST", "/v1/chat/completions", {"model": "gpt-4o", **one(number)})
        for number in range(3)
    ]
    tasks = [asyncio.create_task(serving) for _, serving in pairs]
    await settled()
    pairs[1][0].leave()
    await world.clock.run()
    answers = await asyncio.gather(*tasks)

    assert [200, 0, 200] == [answer.status for answer in answers]
    assert 6.0 == round(answers[2].parts[-1][0], 6)


def one(number: int) -> dict[str, Json]:
    """Return the rest of a request for three tokens."""
    messages = [{"role": "user", "content": f"Hello, {number}!"}]
    return {"messages": messages, "max_tokens": 3, "ignore_eos": True}


async def test_load_stretches_all_times(tmp_path: Path) -> None:
    """The last of a full batch takes the factor; the first one runs alone."""
    slow = "{ ttft: 1s, itl: 1s, load_factor: 3, queue: { max_num_seqs: 2 } }"
    answers = await together(World(tmp_path, profile(slow)), 2)

    assert [3.0, 9.0] == [round(answer.parts[-1][0], 6) for answer in answers]


async def test_a_hit_shortens_the_first_token(tmp_path: Path) -> None:
    """TTFT falls by the tokens that the chosen worker had cached."""
    overlay = profile("{ ttft: { overhead: 500ms, per_uncached_token: 10ms }, itl: 0ms }")
    world = World(tmp_path, overlay)
    cold = await times(world)
    start = world.clock.now()
    warm = [time - start for time in await times(world)]

    assert ([1.5], [0.54]) == (sorted(set(cold)), sorted({round(time, 6) for time in warm}))


STEPS = """{ steps: { base: 10ms, per_prefill_token: 1ms, per_decode_seq: 1ms,
    per_context_token: 0.1ms, per_attention_pair: 0.01ms, max_num_batched_tokens: 1000 } }"""


async def step_times(folder: Path, text: str = STEPS, **fields: Json) -> list[float]:
    """Return the times of a stream's chunks under a step model, each once."""
    answer = await World(folder, profile(text)).chat(
        "word " * 100, stream=True, max_tokens=3, ignore_eos=True, **fields
    )
    return sorted({round(time, 6) for time, part in answer.parts if part})


async def test_steps_take_as_long_as_their_work(tmp_path: Path) -> None:
    """The prompt's step, then one step a token, each a little longer."""
    prefill = 0.01 + 100 * 0.001 + 100 * 100 / 2 * 0.00001
    second = prefill + 0.01 + 0.001 + 100 * 0.0001
    third = second + 0.01 + 0.001 + 101 * 0.0001

    assert [round(time, 6) for time in (prefill, second, third)] == await step_times(tmp_path)


@pytest.mark.parametrize(
    ("key", "changed"),
    [
        ("base: 10ms", "base: 11ms"),
        ("per_prefill_token: 1ms", "per_prefill_token: 2ms"),
        ("per_decode_seq: 1ms", "per_decode_seq: 2ms"),
        ("per_context_token: 0.1ms", "per_context_token: 0.2ms"),
        ("per_attention_pair: 0.01ms", "per_attention_pair: 0.02ms"),
        ("max_num_batched_tokens: 1000", "max_num_batched_tokens: 50"),
        ("max_num_batched_tokens: 1000", "max_num_batched_tokens: 1000, jitter: 0.2"),
    ],
)
async def test_each_part_of_a_step_counts(tmp_path: Path, key: str, changed: str) -> None:
    """Another number gives other times."""
    assert await step_times(tmp_path) != await step_times(tmp_path, STEPS.replace(key, changed))


async def test_choices_advance_together_under_steps(tmp_path: Path) -> None:
    """Two choices take the time of one, and both are whole."""
    world = World(tmp_path, profile(STEPS))
    answer = await world.chat(
        "word " * 100, stream=True, max_tokens=3, ignore_eos=True, n=2, seed=1
    )
    ends = [c["index"] for chunk in answer.chunks for c in chunk["choices"] if c["finish_reason"]]

    assert [0, 1] == ends
    assert 3 == len({time for time, part in answer.parts if part})


async def test_plain_and_streamed_take_the_same_steps(tmp_path: Path) -> None:
    """A plain answer ends with the last step."""
    plain = await World(tmp_path, profile(STEPS)).chat("word " * 100, max_tokens=3, ignore_eos=True)

    assert round(plain.parts[-1][0], 6) == (await step_times(tmp_path))[-1]


async def test_decoding_slows_with_the_batch(tmp_path: Path) -> None:
    """Requests that run together share their steps, and their first tokens."""
    answers = await together(World(tmp_path, profile(STEPS)), 4, stream=True)
    ends = {round(answer.parts[-1][0], 6) for answer in answers}
    alone = (await step_times(tmp_path))[-1]

    assert all(end > alone for end in ends)


async def test_running_out_of_blocks_preempts_and_loses_no_token(tmp_path: Path) -> None:
    """With too few blocks for both, one is computed again, later; both are whole."""
    overlay = profile(STEPS) + "kv_cache: { pools: { main: { blocks_per_worker: 18 } } }\n"
    world = World(tmp_path, overlay)
    answers = await together(world, 2, max_tokens=60)
    found = await scrape(world)
    preempted = [found[series] for series in found if "fakeai_preemptions_total" in series]

    assert [60, 60] == [answer.json["usage"]["completion_tokens"] for answer in answers]
    assert 1 == sum(preempted)
    assert answers[0].parts[-1][0] < answers[1].parts[-1][0]


async def test_a_client_that_leaves_frees_its_steps(tmp_path: Path) -> None:
    """Nothing runs and no timer is left."""
    world = World(tmp_path, profile(STEPS))
    body = {"model": "gpt-4o", **one(1), "max_tokens": 1000, "stream": True}
    connection, serving = world.begin("POST", "/v1/chat/completions", body)
    task = asyncio.create_task(serving)
    await world.clock.advance(1)
    connection.leave()
    await world.clock.run()
    answer = await task
    replicas: dict[object, Replica] = world.engine.shared.once("replicas", dict)

    assert not answer.complete
    assert [math.inf] == [replica.scheduler.next_event_time() for replica in replicas.values()]
    assert world.clock.now() < 2


async def test_a_stream_of_steps_keeps_its_patience(tmp_path: Path) -> None:
    """Comments are sent while a step runs, and an idle stream ends with an error."""
    overlay = profile("{ steps: { base: 10s } }")
    patient = World(tmp_path, f"{overlay}streams: {{ keep_alive: 4s, idle_timeout: 1h }}\n")
    answer = await patient.chat(stream=True, max_tokens=1)
    comments = [time for time, part in answer.parts if part.startswith(b":")]
    hasty = World(tmp_path, f"{overlay}streams: {{ keep_alive: 1h, idle_timeout: 5s }}\n")
    ended = await hasty.chat(stream=True, max_tokens=1)

    assert [4.0, 8.0] == comments
    assert b"gave up after 5 seconds" in ended.body
    assert 5.0 == ended.parts[-1][0]


@pytest.mark.parametrize("key", ["ttft: 1s", "itl: 1s", "load_factor: 2"])
def test_the_formula_beside_steps_is_a_problem(tmp_path: Path, key: str) -> None:
    """A key that would change nothing is refused."""
    with pytest.raises(SpecError) as caught:
        World(tmp_path, profile(f"{{ {key}, steps: {{ base: 1ms }} }}"))

    assert ["have no effect beside `steps`"] == [
        problem.message[-29:] for problem in caught.value.problems
    ]


@pytest.mark.parametrize("name", ["h100-8b", "h100-70b", "a100-8b", "l40s-8b", "steps-8b"])
async def test_the_built_in_profiles_take_time(tmp_path: Path, name: str) -> None:
    """Each of them makes a client wait for its tokens."""
    answer = await World(tmp_path, f"latency: {{ default: {name} }}\n").chat(
        "word " * 100, stream=True, max_tokens=3, ignore_eos=True
    )
    due = sorted({time for time, part in answer.parts if part})

    assert len(due) == 3
    assert due[0] > 0.01
