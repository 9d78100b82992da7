"""streaming: pieces are written when they are due."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from fakeai.core.metric import Tally
from fakeai.pipeline.exchange import Exchange
from fakeai.pipeline.streaming import _Counts
from fakeai.sim.lexicon import Numbered
from fakeai.spec.files import builtin_folder
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

SLOW: Final = "latency: { default: slow, profiles: { slow: { ttft: 1s, itl: 1s } } }\n"


async def test_what_is_due_together_goes_out_in_one_write(tmp_path: Path) -> None:
    """A stream without latency is one piece; with it, each token has its own."""
    slow = "latency: { profiles: { instant: { ttft: 1s, itl: 1s } } }\n"
    (tmp_path / "slow").mkdir()
    at_once = await World(tmp_path).chat(stream=True, max_tokens=5)
    paced = await World(tmp_path / "slow", slow).chat(stream=True, max_tokens=5)

    assert 1 == len([part for _, part in at_once.parts if part])
    assert [1.0, 2.0, 3.0, 4.0, 5.0] == [round(t - paced.parts[0][0] + 1) for t, _ in paced.parts]


async def test_a_long_stream_leaves_others_their_turn(tmp_path: Path) -> None:
    """What is due at once is still made and written in portions."""
    long = {"max_tokens": 2500, "ignore_eos": True}
    world = World(tmp_path)
    plain = await world.chat(**long)
    streamed = await world.chat(stream=True, **long)

    assert 3 == len([part for _, part in streamed.parts if part])
    assert plain.json["choices"][0]["message"]["content"] == streamed.text


@pytest.mark.parametrize(("latency", "status"), [("0ms", 500), ("10ms", 200)])
async def test_a_frame_that_fails_is_told(tmp_path: Path, latency: str, status: int) -> None:
    """Before the head is out by an error's own answer, after it by an event of the stream."""
    built_in = (builtin_folder() / "templates/openai/chat_completions.yaml").read_text()
    end = 'done: { raw: "[DONE]" }'
    failing = built_in.replace(end, 'done: { raw: "{{ 1 / usage.cached_tokens }}" }')
    overlay = "endpoints: { chat_completions: { template: house/chat.yaml } }\n"
    overlay += f"latency: {{ default: p, profiles: {{ p: {{ ttft: {latency} }} }} }}\n"
    world = World(tmp_path, overlay, {"templates/house/chat.yaml": failing})

    answer = await world.chat("Hi", stream=True, max_tokens=3)

    assert end in built_in
    assert status == answer.status
    assert b'"code":"internal_error"' in answer.body
    assert answer.complete


async def _asked_of_open(world: World, **fields: Any) -> Exchange:
    """Return the exchange of a stream that has begun."""
    message = {"role": "user", "content": "Hello"}
    body = {"model": "gpt-4o", "messages": [message], "stream": True, "max_tokens": 3, **fields}
    _, serving = world.begin("POST", "/v1/chat/completions", body)
    task = asyncio.create_task(serving)
    await world.clock.advance(1.5)
    running: Any = world.engine.shared.parts["in_progress"]
    (exchange,) = running
    assert not task.done()
    assert isinstance(exchange, Exchange)
    return exchange


@pytest.mark.parametrize(
    ("overlay", "fields", "held"),
    [
        ("", {}, False),
        ("", {"store": True}, True),
        ("request_log: { fields: [prompt] }\n", {}, True),
    ],
)
async def test_an_open_stream_holds_what_is_read_at_its_end(
    tmp_path: Path, overlay: str, fields: dict[str, Any], *, held: bool
) -> None:
    """What was asked is the most of it; what is counted stays."""
    exchange = await _asked_of_open(World(tmp_path, SLOW + overlay), **fields)

    assert held == (exchange.request is not None) == (exchange.context.user == "Hello")
    assert held == ("path" in exchange.scope)
    assert (1, 3) == (exchange.inputs.n, exchange.inputs.max_tokens)


@pytest.mark.parametrize(
    ("wording", "other"),
    [
        ('$else: "{{ error.message }}"', '$else: "{{ request.model }} gave up"'),
        ("code: timeout }", 'code: timeout, message: "{{ request.model }} gave up" }'),
        ("error: { event: error, data: *error }", 'error: { data: "{{ request.model }} gave up" }'),
    ],
)
async def test_an_error_event_may_read_the_request(
    tmp_path: Path, wording: str, other: str
) -> None:
    """A protocol whose errors show what was asked shows it in an open stream as well."""
    protocol = (builtin_folder() / "templates/openai/protocol.yaml").read_text()
    told = protocol.replace(wording, other)
    files = {"templates/openai/protocol.yaml": told}
    world = World(tmp_path, SLOW + "streams: { max_duration: 2s }\n", files)

    answer = await world.chat(stream=True, max_tokens=9, ignore_eos=True)

    assert wording in protocol
    assert "gpt-4o gave up" in answer.events[-1][1]


async def test_only_the_frame_of_an_error_may_read_the_request(tmp_path: Path) -> None:
    """What the frame reads is there, though no body of an error reads it."""
    protocol = (builtin_folder() / "templates/openai/protocol.yaml").read_text()
    frame = "error: { event: error, data: *error }"
    told = protocol.replace(frame, 'error: { data: { id: "{{ id }}", of: "{{ request.model }}" } }')
    files = {"templates/openai/protocol.yaml": told}
    world = World(tmp_path, SLOW + "streams: { max_duration: 2s }\n", files)

    answer = await world.chat(stream=True, max_tokens=9, ignore_eos=True)

    assert frame in protocol
    assert "gpt-4o" == answer.chunks[-1]["of"]
    assert answer.chunks[-1]["id"]


def test_a_stream_that_breaks_is_counted() -> None:
    """As failed, whatever broke it: each that started has ended."""
    tallies = [Tally() for _ in range(4)]
    with pytest.raises(ValueError, match="broken"), _Counts(*tallies):
        raise ValueError("broken")

    assert [0, 0, 0, 1] == [tally.value for tally in tallies]


async def test_what_ends_a_stream_may_show_the_tokens(tmp_path: Path) -> None:
    """As a list, though an open stream holds numbers of them."""
    built_in = (builtin_folder() / "templates/openai/chat_completions.yaml").read_text()
    end = 'done: { raw: "[DONE]" }'
    shown = built_in.replace(end, 'done: { data: "{{ outcome.choices[0].segments[0].tokens }}" }')
    overlay = SLOW + "endpoints: { chat_completions: { template: house/chat.yaml } }\n"
    world = World(tmp_path, overlay, {"templates/house/chat.yaml": shown})

    answer = await world.chat(stream=True, max_tokens=40, ignore_eos=True)

    assert end in built_in
    assert answer.text == "".join(json.loads(answer.events[-1][1]))


async def test_tokens_that_nothing_looks_at_are_numbers(tmp_path: Path) -> None:
    """And those of an answer that is to be kept are not."""
    long = {"max_tokens": 40, "ignore_eos": True}
    tokens = [
        (await _asked_of_open(World(tmp_path, SLOW), store=store, **long))
        .outcome.choices[0]
        .segments[0]
        .tokens
        for store in (False, True)
    ]

    assert [Numbered, list] == [type(each) for each in tokens]
    assert list(tokens[0]) == tokens[1]
