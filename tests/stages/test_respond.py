"""respond: plain answers and streams, each part when it is due."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from fakeai.spec.files import builtin_folder
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

PING = "keep_alive: { event: ping, data: { type: ping } }"
SLOW = """
latency: { default: slow, profiles: { slow: { ttft: 1s, itl: 100ms } } }
"""


async def test_a_stream_says_what_the_plain_answer_says(tmp_path: Path) -> None:
    """The deltas join to the same text, byte for byte, with the same usage."""
    world = World(tmp_path)
    plain = (await world.chat("Why do whales sing?")).json
    streamed = await world.chat(
        "Why do whales sing?", stream=True, stream_options={"include_usage": True}
    )

    assert plain["choices"][0]["message"]["content"] == streamed.text
    assert plain["usage"] == streamed.chunks[-1]["usage"]
    assert [] == streamed.chunks[-1]["choices"]
    assert "[DONE]" == streamed.events[-1][1]


async def test_frames_come_in_the_protocols_order(tmp_path: Path) -> None:
    """Role first, one chunk a token, then the finish reason."""
    answer = await World(tmp_path).chat("Hi", stream=True, max_tokens=5)
    deltas = [chunk["choices"][0] for chunk in answer.chunks]

    assert {"role": "assistant", "content": "", "refusal": None} == deltas[0]["delta"]
    assert 5 == sum("content" in d["delta"] for d in deltas[1:-1])
    assert ({}, "length") == (deltas[-1]["delta"], deltas[-1]["finish_reason"])
    assert {None} == {d["finish_reason"] for d in deltas[:-1]}
    assert all("usage" not in chunk for chunk in answer.chunks)


async def test_stream_headers(tmp_path: Path) -> None:
    """Proxies must neither cache nor buffer."""
    answer = await World(tmp_path).chat("Hi", stream=True)

    assert "text/event-stream; charset=utf-8" == answer.headers["content-type"]
    assert "no-cache" == answer.headers["cache-control"]
    assert "no" == answer.headers["x-accel-buffering"]
    assert answer.headers["x-request-id"].startswith("req_")


async def test_tokens_come_when_they_are_due(tmp_path: Path) -> None:
    """The first chunk has the first token's delay, the others follow at the ITL."""
    answer = await World(tmp_path, SLOW).chat("Hi", stream=True, max_tokens=4)
    times = [round(time, 6) for time, part in answer.parts if part]

    assert [1.0, 1.1, 1.2, 1.3] == times


async def test_a_plain_answer_takes_as_long_as_its_stream(tmp_path: Path) -> None:
    """All is sent when the last token is due."""
    answer = await World(tmp_path, SLOW).chat("Hi", max_tokens=4)

    assert [1.3] == [round(time, 6) for time, _ in answer.parts]


async def test_choices_are_streamed_side_by_side(tmp_path: Path) -> None:
    """With n choices each keeps its own pace and its own index."""
    answer = await World(tmp_path, SLOW).chat("Hi", stream=True, n=2, max_tokens=3)
    indexes = [choice["index"] for chunk in answer.chunks for choice in chunk["choices"]]

    assert {0, 1} == set(indexes)
    assert indexes != sorted(indexes)
    assert 1.2 == round(answer.parts[-1][0], 6)


async def test_a_comment_keeps_a_waiting_stream_alive(tmp_path: Path) -> None:
    """`streams.keep_alive` sets how long a client hears nothing."""
    overlay = SLOW.replace("ttft: 1s", "ttft: 35s") + "streams: { keep_alive: 10s }\n"
    answer = await World(tmp_path, overlay).chat("Hi", stream=True, max_tokens=1)
    comments = [round(time) for time, part in answer.parts if part.startswith(b":")]

    assert [10, 20, 30] == comments


MESSAGE = {
    "model": "claude-sonnet-4-5",
    "messages": [{"role": "user", "content": "Hi"}],
    "max_tokens": 1,
    "stream": True,
}


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (PING, b'event: ping\ndata: {"type":"ping"}\n\n'),
        ("keep_alive: { data: { still: here } }", b'data: {"still":"here"}\n\n'),
        ("keep_alive: null", b": keep-alive\n\n"),
    ],
)
async def test_the_protocol_says_what_keeps_a_stream_alive(
    tmp_path: Path, frame: str, expected: bytes
) -> None:
    """The frame of its file, or the comment of its framing."""
    protocol = (builtin_folder() / "templates/anthropic/protocol.yaml").read_text()
    files = {"templates/anthropic/protocol.yaml": protocol.replace(PING, frame)}
    overlay = SLOW.replace("ttft: 1s", "ttft: 35s") + "streams: { keep_alive: 10s }\n"
    answer = await World(tmp_path, overlay, files).send("POST", "/v1/messages", MESSAGE)
    waits = [(round(time), part) for time, part in answer.parts if 5 < time < 34]

    assert PING in protocol
    assert [(10, expected), (20, expected), (30, expected)] == waits


async def test_comments_come_by_the_clients_clock(tmp_path: Path) -> None:
    """Ten real seconds are a hundred simulated ones; what the stream says is the same."""
    overlay = SLOW.replace("ttft: 1s", "ttft: 250s") + "streams: { keep_alive: 10s }\n"
    world = World(tmp_path, f"clock: {{ speed: 10 }}\n{overlay}")
    answer = await world.chat("Hi", stream=True, max_tokens=1)
    comments = [round(time) for time, part in answer.parts if part.startswith(b":")]

    assert [100, 200] == comments


async def test_a_token_that_takes_too_long_ends_the_stream(tmp_path: Path) -> None:
    """`streams.idle_timeout` turns into an error event in the protocol's shape."""
    overlay = SLOW.replace("itl: 100ms", "itl: 9s") + "streams: { idle_timeout: 5s }\n"
    answer = await World(tmp_path, overlay).chat("Hi", stream=True, max_tokens=3)

    assert 200 == answer.status
    assert b"event: error" in answer.parts[-1][1]
    assert "timeout" == answer.chunks[-1]["error"]["code"]
    assert answer.complete


async def test_a_stream_has_a_longest_duration(tmp_path: Path) -> None:
    """`streams.max_duration` ends a stream whose tokens keep coming."""
    overlay = SLOW + "streams: { max_duration: 1200ms }\n"
    answer = await World(tmp_path, overlay).chat("Hi", stream=True, max_tokens=50)

    assert "timeout" == answer.chunks[-1]["error"]["code"]
    assert 1.2 == round(answer.parts[-1][0], 6)


async def test_a_client_that_leaves_in_mid_stream_is_let_go(tmp_path: Path) -> None:
    """The exchange ends at once, is left by every stage, and nothing more is sent."""
    world = World(tmp_path, SLOW)
    body = {
        "model": "gpt-4o",
        "messages": [{"role": "user", "content": "Hi"}],
        "stream": True,
        "max_tokens": 50,
    }
    connection, serving = world.begin("POST", "/v1/chat/completions", body)
    task = asyncio.create_task(serving)
    await world.clock.advance(1.25)
    connection.leave()
    await world.clock.advance(0.01)

    assert task.done()
    assert 3 == len([part for _, part in connection.answer.parts if part])
    (_, _, line) = world.log.lines[-1]
    assert (499, "disconnected") == (line["status"], line["error"])


async def test_the_same_request_repeats_whatever_else_goes_on(tmp_path: Path) -> None:
    """With fixed ids and time, bodies are byte-identical, alone or among others."""
    overlay = 'ids: fixed\nclock: { fixed: "2026-01-01T00:00:00Z" }\n'
    world = World(tmp_path, overlay)
    alone = (await world.chat("One")).body
    among = await asyncio.gather(*(world.chat(text) for text in ("Two", "One", "Three", "One")))

    assert alone == among[1].body == among[3].body
    assert alone == (await World(tmp_path, overlay).chat("One")).body


async def test_ids_are_unique_unless_fixed(tmp_path: Path) -> None:
    """`ids: unique` gives the same text under another id."""
    world = World(tmp_path)
    one, two = (await world.chat("One")).json, (await world.chat("One")).json

    assert one["id"] != two["id"]
    assert one["choices"] == two["choices"]
