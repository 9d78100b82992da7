"""Turns: many requests at once, and connections that are kept."""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING

from fakeai.engine.connection import Connection
from fakeai.engine.cycle import Cycle
from tests.harness import World
from tests.line import Listener

if TYPE_CHECKING:
    from pathlib import Path

GET = b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n"
KEPT_S = 75


async def test_one_connection_does_not_keep_others_waiting(tmp_path: Path) -> None:
    """Of a thousand requests sent at once, one is answered before the next connection's."""
    listener = Listener(World(tmp_path))
    greedy, modest = listener.connect(), listener.connect()
    greedy.send(GET * 1000)
    modest.send(GET)

    assert (1, 1) == (len(greedy.answers), len(modest.answers))


async def test_all_of_them_are_answered(tmp_path: Path) -> None:
    """In turns of the event loop, without end in depth."""
    world = World(tmp_path)
    line = Listener(world).connect()
    line.send(GET * 1500)
    for _ in range(60):
        await world.clock.run()

    assert [200] * 1500 == [answer.status for answer in line.answers]


async def test_nothing_is_read_while_requests_wait(tmp_path: Path) -> None:
    """No more of them wait than came at once; then the next ones are taken."""
    line = Listener(World(tmp_path)).connect()
    line.send(GET * 20)
    read = {}
    while len(line.answers) < 20:
        read[len(line.answers)] = line.is_read
        await asyncio.sleep(0)

    assert [*range(1, 20)] == [count for count, is_read in read.items() if not is_read]
    assert line.is_read


async def test_nor_while_the_first_of_them_takes_its_time(tmp_path: Path) -> None:
    """Though the connection is watched meanwhile, to see the client leave."""
    world = World(tmp_path, "latency: { default: p, profiles: { p: { ttft: 9s } } }\n")
    line = Listener(world).connect()
    line.send(_post(b"1.1") + GET)
    await world.clock.advance(5)
    while_waiting = line.is_read
    await world.clock.advance(5)

    assert (False, True) == (while_waiting, line.is_read)
    assert 2 == len(line.answers)


async def test_what_follows_the_last_request_is_not_answered(tmp_path: Path) -> None:
    """Nor does it run: the client has said that it reads no more."""
    world = World(tmp_path)
    line = Listener(world).connect()
    last = GET.replace(b"host: x", b"connection: close")
    line.send(last + GET + _post(b"1.1"))
    await world.clock.run()

    assert ([200], True) == ([answer.status for answer in line.answers], line.closed)
    assert 1 == len([each for each in world.log.lines if each[1] == "response"])


async def test_an_idle_connection_is_closed(tmp_path: Path) -> None:
    """The time is that since the last answer, not since the first."""
    world = World(tmp_path)
    line = Listener(world).connect()
    line.send(GET)
    await world.clock.advance(KEPT_S - 5)
    line.send(GET)
    await world.clock.advance(KEPT_S - 5)
    kept = line.closed
    await world.clock.advance(6)

    assert (False, True) == (kept, line.closed)


async def test_a_busy_connection_is_kept(tmp_path: Path) -> None:
    """However long an answer takes, and its time begins anew after it."""
    world = World(tmp_path, "latency: { default: p, profiles: { p: { ttft: 100s } } }\n")
    line = Listener(world).connect()
    line.send(GET)
    line.send(_post(b"1.1"))
    await world.clock.advance(KEPT_S + 30)

    assert [200, 200] == [answer.status for answer in line.answers]
    assert not line.closed


async def test_a_connection_that_ends_leaves_nothing_behind(tmp_path: Path) -> None:
    """Whether it was idle, busy or in the middle of a head; no collector has to come for it."""
    world = World(tmp_path, "latency: { default: p, profiles: { p: { ttft: 100s } } }\n")
    listener = Listener(world)
    gc.collect()
    before = _kept()
    gc.disable()
    try:
        for data in (b"", GET, GET * 3, GET[:20], _post(b"1.1"), _post(b"1.1") + GET):
            line = listener.connect()
            line.send(data)
            await world.clock.advance(1)
            line.protocol.connection_lost(None)
            await world.clock.advance(1)
            line.protocol = None
            del line
        after = _kept()
    finally:
        gc.enable()

    assert before == after


def _kept() -> int:
    return sum(issubclass(type(each), Connection | Cycle) for each in gc.get_objects())


def _post(version: bytes) -> bytes:
    body = b'{"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]}'
    head = b"POST /v1/chat/completions HTTP/%b\r\nhost: x\r\ncontent-length: %d\r\n\r\n"
    return head % (version, len(body)) + body
