"""Patience: streams that wait for long, and readers that take nothing."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from tests.harness import World
from tests.line import Listener

if TYPE_CHECKING:
    from pathlib import Path

    from tests.line import Line

UNREAD = """
latency: { default: p, profiles: { p: { ttft: 0s, itl: 500ms } } }
streams: { idle_timeout: 5s, max_duration: 9s }
rate_limits: { default_tier: one, tiers: { one: { concurrent: 1 } } }
"""
QUEUE = """
latency: { default: p, profiles: { p: { ttft: 1s, itl: 1s, queue: { max_num_seqs: 1 } } } }
streams: { keep_alive: 2s, idle_timeout: 3s }
"""
CHAT = "/v1/chat/completions"


def _asked(**fields: object) -> dict[str, Any]:
    messages = [{"role": "user", "content": "Hi"}]
    return {"model": "gpt-4o", "messages": messages, "ignore_eos": True, **fields}


async def _unread(world: World) -> Line:
    """Return a connection with a stream of which the client takes nothing more."""
    body = json.dumps(_asked(stream=True, max_tokens=100)).encode()
    line = Listener(world).connect()
    line.send(b"POST %b HTTP/1.1\r\nhost: x\r\ncontent-length: " % CHAT.encode())
    line.send(b"%d\r\n\r\n%b" % (len(body), body))
    await world.clock.advance(1.2)
    line.protocol.pause_writing()
    return line


async def _is_cut(world: World, line: Line, *waits_s: float) -> list[bool]:
    """Return whether the connection is closed after each of some times."""
    seen = []
    for wait_s in waits_s:
        await world.clock.advance(wait_s)
        seen.append(line.closed)
    return seen


async def test_who_takes_nothing_is_cut_off(tmp_path: Path) -> None:
    """After the time that a stream may be idle; what it held is free again."""
    world = World(tmp_path, UNREAD)
    line = await _unread(world)

    assert [False, True] == await _is_cut(world, line, 4.5, 1)
    assert "disconnected" == world.log.lines[-1][2]["error"]
    assert 200 == (await world.chat(max_tokens=1)).status


async def test_a_client_has_real_time_to_read(tmp_path: Path) -> None:
    """Whatever the speed of the simulation: its network is not simulated."""
    unread = UNREAD.replace("max_duration: 9s", "max_duration: 1h")
    world = World(tmp_path, f"clock: {{ speed: 10 }}\n{unread}")
    line = await _unread(world)

    assert [False, True] == await _is_cut(world, line, 45, 10)


async def test_a_stream_ends_though_there_is_always_more(tmp_path: Path) -> None:
    """After `max_duration`, with an error event; nothing has to be waited for."""
    world = World(tmp_path, "streams: { max_duration: 2ms }\n")

    answer = await world.chat(stream=True, max_tokens=9000, ignore_eos=True)

    assert "timeout" == answer.chunks[-1]["error"]["code"]
    assert 2000 < len(answer.chunks) < 4000


async def test_patience_begins_with_the_stream(tmp_path: Path) -> None:
    """Not with a request that waits in the queue: its tokens come, however late."""
    world = World(tmp_path, QUEUE)
    served = [
        asyncio.create_task(world.begin("POST", CHAT, _asked(**fields))[1])
        for fields in ({"max_tokens": 8}, {"max_tokens": 3, "stream": True})
    ]
    await world.clock.run()
    plain, streamed = [await each for each in served]

    assert (200, 200) == (plain.status, streamed.status)
    assert "[DONE]" == streamed.events[-1][1]
    assert b"keep-alive" not in streamed.body


async def test_a_client_may_leave_when_the_last_token_is_due(tmp_path: Path) -> None:
    """In the very same turn: the timer finds nobody to wake."""
    world = World(tmp_path, UNREAD)
    line = await _unread(world)
    line.protocol.resume_writing()
    line.protocol.connection_lost(None)
    clock: Any = world.clock
    clock._now += 100
    for _, _, timer in list(clock._timers):
        timer.run()
    await world.clock.advance(0)

    assert "disconnected" == world.log.lines[-1][2]["error"]
