"""Starts: requests that come together, beside streams that are open."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from fakeai.engine.starts import IN_A_TURN_MAX
from tests.harness import World
from tests.line import Listener

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.line import Line

SLOW = "latency: { default: p, profiles: { p: { ttft: 0s, itl: 100s } } }\n"
GET = b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n"
MANY = 3 * IN_A_TURN_MAX + 1


def _stream() -> bytes:
    messages = [{"role": "user", "content": "Hi"}]
    asked = {"model": "gpt-4o", "messages": messages, "stream": True, "max_tokens": 3}
    body = json.dumps(asked).encode()
    head = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n"
    return head % len(body) + body


async def _with_a_stream(world: World) -> Listener:
    listener = Listener(world)
    listener.connect().send(_stream())
    await world.clock.advance(1)
    return listener


def _crowd(listener: Listener) -> list[Line]:
    lines = [listener.connect() for _ in range(MANY)]
    for line in lines:
        line.send(GET)
    return lines


def _answered(lines: list[Line]) -> list[int]:
    return [number for number, line in enumerate(lines) if line.answers]


async def test_few_begin_in_a_turn_while_a_stream_is_open(tmp_path: Path) -> None:
    """The others begin in the turns after it, in the order in which they came."""
    world = World(tmp_path, SLOW)
    listener = await _with_a_stream(world)
    lines = _crowd(listener)
    at_once = _answered(lines)
    await asyncio.sleep(0)
    next_turn = _answered(lines)
    lines.append(listener.connect())
    lines[-1].send(GET)
    late = _answered(lines)
    await world.clock.advance(1)

    assert at_once == list(range(IN_A_TURN_MAX))
    assert late == next_turn == list(range(2 * IN_A_TURN_MAX))
    assert [200] * len(lines) == [answer.status for line in lines for answer in line.answers]


async def test_all_begin_at_once_where_nobody_waits(tmp_path: Path) -> None:
    """There is nothing that they could hold up."""
    listener = Listener(World(tmp_path, SLOW))
    lines = _crowd(listener)

    assert list(range(MANY)) == _answered(lines)


async def test_whoever_is_gone_before_its_turn_is_not_begun(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor is it in the log; those behind it have their turn."""
    world = World(tmp_path, SLOW)
    listener = await _with_a_stream(world)
    lines = _crowd(listener)
    gone = lines[-2]
    gone.close()
    await world.clock.advance(1)

    assert [number for number in range(MANY) if number != MANY - 2] == _answered(lines)
    assert MANY - 1 == len([each for each in world.log.lines if each[1] == "response"])
    assert [] == caplog.records
