"""Settlement: all that counts an exchange tells what was made of it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from fakeai.spec.files import builtin_folder
from tests.harness import Answer, Json, World, settled
from tests.scrape import scrape

if TYPE_CHECKING:
    from pathlib import Path

#: The first token comes after 200 ms, each further one after 50 ms.
SPEC = """
auth: { keys: { team: { key: sk-team, budget: 100 } } }
models: { gpt-4o: { pricing: mine } }
pricing: { mine: { input: 1, output: 10, reasoning: 100 } }
rate_limits: { default_tier: all, tiers: { all: { tpm: 10k } } }
latency:
  default: mine
  profiles: { mine: { ttft: 200ms, itl: 50ms, queue: { max_num_seqs: 1 } } }
metrics: { dialects: [fakeai, vllm] }
"""
STEPS = SPEC.replace("ttft: 200ms, itl: 50ms", "steps: { base: 50ms, per_prefill_token: 50ms }")
AT_ONCE = SPEC.replace("default: mine", "default: null")
CHAT = 'endpoint="chat_completions",model="gpt-4o"'
REPORTED = "start_time=1767225600&api_key_ids=team"
PROMPT = 3
_PARTS = ("prompt", "completion")


class Told(NamedTuple):
    """What one of those who count says was used."""

    prompt: float | None
    completion: float | None
    cost_usd: float | None


def body(**fields: Json) -> Json:
    """Return a request of three prompt tokens for a thousand more, or as many as are asked for."""
    messages = [{"role": "user", "content": "one two three"}]
    given = {"model": "gpt-4o", "messages": messages, "max_tokens": 1000, "ignore_eos": True}
    return {**given, **fields}


async def cut(world: World, at_s: float | None, **fields: Json) -> Answer:
    """Send a request whose client leaves after a while, if at all."""
    headers = {"authorization": "Bearer sk-team"}
    connection, serving = world.begin(
        "POST", "/v1/chat/completions", body(**fields), headers=headers
    )
    task = asyncio.create_task(serving)
    await settled()
    if at_s is None:
        await world.clock.run()
    else:
        await world.clock.advance(at_s)
        connection.leave()
    await task
    return connection.answer


def logged(world: World) -> dict[str, Any]:
    """Return the last line of the key's requests."""
    return next(fields for _, _, fields in reversed(world.log.lines) if fields["key"] == "team")


async def told(world: World) -> dict[str, Told]:
    """Return what was used, as each of those who count tells it."""
    line = logged(world)
    found = defaultdict(float, await scrape(world))
    usage = await _sums(world, "usage/completions")
    costs = await _sums(world, "costs")
    used = usage.get("input_tokens", 0), usage.get("output_tokens", 0)
    spent: Any = world.engine.shared.parts["spent_usd"]
    consumed = found['fakeai_rate_limit_consumed_total{key="team",measure="tokens"}']

    def series(tokens: str, cost: str) -> Told:
        prompt, completion = [found[tokens.replace("PART", part)] for part in _PARTS]
        return Told(prompt, completion, found[cost])

    return {
        "log": Told(line["prompt_tokens"], line["completion_tokens"], line["cost_usd"]),
        "metrics": series(
            f'fakeai_tokens_total{{{CHAT},type="PART"}}', f"fakeai_cost_usd_total{{{CHAT}}}"
        ),
        "sizes": series(
            f"fakeai_PART_tokens_sum{{{CHAT}}}", f"fakeai_request_cost_usd_sum{{{CHAT}}}"
        ),
        "key": series(
            'fakeai_key_tokens_total{key="team",type="PART"}',
            'fakeai_key_cost_usd_total{key="team"}',
        ),
        "reports": Told(*used, costs.get("amount", {"value": 0})["value"]),
        "budget": Told(None, None, float(spent["team"])),
        "limits": Told(None, consumed, None),
    }


async def _sums(world: World, report: str) -> dict[str, Any]:
    answer = await world.send("GET", f"/v1/organization/{report}?{REPORTED}")
    results = [result for bucket in answer.json["data"] for result in bucket["results"]]
    return results[0] if results else {}


def all_tell(prompt: int, completion: int) -> dict[str, Told]:
    """Return what is told where so much was made, at 1 and 10 USD for a million tokens."""
    cost = round((prompt + 10 * completion) / 10**6, 9)
    same = Told(prompt, completion, cost)
    others = {"budget": Told(None, None, cost), "limits": Told(None, prompt + completion, None)}
    return {**dict.fromkeys(("log", "metrics", "sizes", "key", "reports"), same), **others}


def rounded(found: dict[str, Told]) -> dict[str, Told]:
    """Return the same without what sums of fractions lose."""
    return {
        name: Told(*[None if value is None else round(value, 9) for value in each])
        for name, each in found.items()
    }


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
@pytest.mark.parametrize("overlay", [SPEC, STEPS], ids=["formula", "steps"])
@pytest.mark.parametrize(
    ("at_s", "made"), [(None, 40), (0.1, 0), (0.22, 1), (0.725, 11), (1.99, 36)]
)
async def test_a_client_that_leaves_is_charged_what_was_made(
    tmp_path: Path, at_s: float | None, made: int, overlay: str, *, stream: bool
) -> None:
    """Whoever stays has all 40 tokens; in the prefill, only the prompt was worked on."""
    world = World(tmp_path, overlay)
    await cut(world, at_s, stream=stream, max_tokens=40)

    assert all_tell(PROMPT, made) == rounded(await told(world))


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
@pytest.mark.parametrize("overlay", [SPEC, STEPS], ids=["formula", "steps"])
async def test_who_leaves_the_queue_has_used_nothing(
    tmp_path: Path, overlay: str, *, stream: bool
) -> None:
    """Another model has the only slot; the wait is a wait, and no engine's work."""
    world = World(tmp_path, overlay)
    holder = asyncio.create_task(
        world.begin("POST", "/v1/chat/completions", body(model="gpt-4", max_tokens=40))[1]
    )
    await settled()
    await cut(world, 0.5, stream=stream)
    line = logged(world)
    await world.clock.run()
    await holder
    found = await scrape(world)
    ended = CHAT.replace(",", ',finish_reason="abort",')

    assert all_tell(0, 0) == rounded(await told(world))
    assert (499, "disconnected", None) == (line["status"], line["error"], line["ttft_ms"])
    assert 1 == found[f"fakeai_answers_total{{{ended}}}"]
    assert 0.5 == found[f"fakeai_queue_time_seconds_sum{{{CHAT}}}"]
    assert 0 == found[f"fakeai_generation_time_seconds_count{{{CHAT}}}"]
    assert 0 == found[f'fakeai_prompt_tokens_by_source_total{{{CHAT},source="computed"}}']
    assert 0 == found[f"fakeai_prompt_tokens_count{{{CHAT}}}"]
    assert 0 == found[f'fakeai_prefix_cache_lookups_total{{{CHAT},result="miss"}}']


@pytest.mark.parametrize("overlay", [SPEC, STEPS], ids=["formula", "steps"])
@pytest.mark.parametrize(
    ("patience", "came"), [("max_duration: 725ms", 11), ("idle_timeout: 100ms", 0)]
)
async def test_a_stream_that_is_given_up_is_charged_what_came(
    tmp_path: Path, patience: str, came: int, overlay: str
) -> None:
    """Its error event takes nothing back and adds nothing."""
    world = World(tmp_path, f"{overlay}streams: {{ {patience} }}\n")
    answer = await cut(world, None, stream=True)
    choices = [choice for chunk in answer.chunks for choice in chunk.get("choices", ())]
    line = logged(world)

    assert "error" in answer.chunks[-1]
    assert came == len([choice for choice in choices if choice["delta"].get("content")])
    assert all_tell(PROMPT, came) == rounded(await told(world))
    assert (200, "timeout") == (line["status"], line["error"])
    assert len(answer.body) == line["bytes"]


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
async def test_all_choices_are_cut(tmp_path: Path, *, stream: bool) -> None:
    """They advance together."""
    world = World(tmp_path, SPEC)
    await cut(world, 0.725, stream=stream, n=2)

    assert all_tell(PROMPT, 22) == rounded(await told(world))


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
async def test_reasoning_keeps_its_price(tmp_path: Path, *, stream: bool) -> None:
    """It comes first: of what was cut, all was reasoning."""
    world = World(tmp_path, SPEC.replace("gpt-4o: {", "o3-mini: {"))
    await cut(world, 0.725, model="o3-mini", stream=stream)
    found = await scrape(world)
    model = CHAT.replace("gpt-4o", "o3-mini")

    assert round((PROMPT + 11 * 100) / 10**6, 9) == logged(world)["cost_usd"]
    assert 11 == logged(world)["completion_tokens"]
    assert 11 == found[f'fakeai_tokens_total{{{model},type="reasoning"}}']


async def test_sound_keeps_its_price(tmp_path: Path) -> None:
    """What was said of the text comes behind it, and was not reached."""
    overlay = SPEC.replace("gpt-4o: {", "gpt-4o-audio-preview: {")
    world = World(tmp_path, overlay.replace("output: 10,", "output: 10, audio_output: 1000,"))
    spoken = {"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": "mp3"}}
    await cut(world, 0.725, model="gpt-4o-audio-preview", max_tokens=100, **spoken)

    assert round((PROMPT + 11 * 10) / 10**6, 9) == logged(world)["cost_usd"]


async def test_a_refusal_has_used_nothing(tmp_path: Path) -> None:
    """Though its prompt was counted and its answer written, no engine had a place for it."""
    world = World(tmp_path, SPEC.replace("max_num_seqs: 1", "max_num_seqs: 1, max_waiting: 0"))
    holder = asyncio.create_task(
        world.begin("POST", "/v1/chat/completions", body(model="gpt-4"))[1]
    )
    await settled()
    await cut(world, 0)
    line = logged(world)
    await world.clock.run()
    await holder
    used = [line[name] for name in ("prompt_tokens", "completion_tokens", "cost_usd")]

    assert (503, "overloaded", None) == (line["status"], line["error"], line["ttft_ms"])
    assert [0, 0, 0.0] == used
    assert all_tell(0, 0) == rounded(await told(world))


@pytest.mark.parametrize(
    ("overlay", "status", "used"),
    [(AT_ONCE, 500, (0, 0)), (SPEC, 200, (PROMPT, 0)), (STEPS, 200, (PROMPT, 40))],
    ids=["at once", "formula", "steps"],
)
async def test_our_own_failure_is_charged_once_an_answer_had_begun(
    tmp_path: Path, overlay: str, status: int, used: tuple[int, int]
) -> None:
    """Where times are known, all frames are rendered with the first token's; else, one by one."""
    built_in = (builtin_folder() / "templates/openai/chat_completions.yaml").read_text()
    failing = built_in.replace('raw: "[DONE]"', 'raw: "{{ 1 / usage.cached_tokens }}"')
    row = "endpoints: { chat_completions: { template: house/chat.yaml } }\n"
    world = World(tmp_path, overlay + row, {"templates/house/chat.yaml": failing})
    answer = await cut(world, None, stream=True, max_tokens=40)

    assert (status, "internal") == (answer.status, logged(world)["error"])
    assert all_tell(*used) == rounded(await told(world))
