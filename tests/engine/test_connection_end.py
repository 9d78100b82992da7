"""Connections whose client ends its side: half way, or having asked."""

from __future__ import annotations

import json
import socket
import time
from typing import TYPE_CHECKING

import pytest

from tests.harness import World
from tests.line import Line, Listener
from tests.live import live

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["live"]

SLOW = "latency: { default: p, profiles: { p: { ttft: 9s } } }\n"
GET = b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n"


def post(version: bytes = b"1.1", **fields: object) -> bytes:
    """Return a chat completion as bytes."""
    messages = [{"role": "user", "content": "Hi"}]
    body = json.dumps({"model": "gpt-4o", "messages": messages, "max_tokens": 3, **fields}).encode()
    head = b"POST /v1/chat/completions HTTP/%b\r\nhost: x\r\ncontent-length: %d\r\n\r\n"
    return head % (version, len(body)) + body


async def served(world: World, data: bytes) -> Line:
    """Send all and end the client's side at once; return the connection when time has run out."""
    line = Listener(world).connect()
    line.send(data)
    line.end()
    await world.clock.run()
    return line


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
async def test_who_has_asked_gets_the_whole_answer(
    tmp_path: Path, version: bytes, stream: bool
) -> None:
    """However long it takes; then the connection is closed."""
    line = await served(World(tmp_path, SLOW), post(version, stream=stream))
    (answer,) = line.answers

    assert (200, True, True) == (answer.status, answer.complete, line.closed)
    assert answer.parts[-1][0] >= 9
    assert (stream and version == b"1.1") == ("transfer-encoding" in answer.headers)
    assert answer.body.endswith(b"data: [DONE]\n\n" if stream else b"}")


async def test_requests_sent_together_are_all_answered(tmp_path: Path) -> None:
    """The end comes after the last of them, and no interim answer into one of them."""
    halting = "latency: { default: p, profiles: { p: { ttft: 500ms, itl: 1s } } }\n"
    line = await served(World(tmp_path, halting), post(stream=True) + GET + post())

    assert [200, 200, 200] == [answer.status for answer in line.answers]
    assert line.answers[0].body.endswith(b"data: [DONE]\n\n")
    assert line.closed


async def test_what_is_begun_after_the_last_request_is_not_waited_for(tmp_path: Path) -> None:
    """Half of a head will never be whole; the request before it is answered."""
    line = await served(World(tmp_path, SLOW), post() + GET[:20])

    assert [(200, True)] == [(answer.status, answer.complete) for answer in line.answers]
    assert line.closed


@pytest.mark.parametrize("data", [b"", GET[:20], post()[:-5]], ids=["nothing", "head", "body"])
async def test_who_has_not_asked_in_full_has_left(tmp_path: Path, data: bytes) -> None:
    """There is nothing to answer, nor to wait for."""
    world = World(tmp_path, SLOW)
    line = Listener(world).connect()
    line.send(data)
    line.end()

    assert line.closed
    await world.clock.run()
    assert [] == line.answers


async def test_an_idle_connection_ends_with_its_client(tmp_path: Path) -> None:
    """After an answer, the end of one side is the end."""
    world = World(tmp_path)
    line = Listener(world).connect()
    line.send(GET)
    await world.clock.advance(1)
    line.end()

    assert line.closed


def in_flight(address: str) -> int:
    """Return the number of chat completions that are being answered."""
    host, port = address.removeprefix("http://").split(":")
    page = b""
    with socket.create_connection((host, int(port)), timeout=20) as client:
        client.sendall(b"GET /metrics HTTP/1.1\r\nconnection: close\r\n\r\n")
        while data := client.recv(65536):
            page += data
    name = b'fakeai_requests_in_flight{endpoint="chat_completions"'
    return sum(int(float(line.split()[-1])) for line in page.splitlines() if line.startswith(name))


def until(address: str, running: int) -> int:
    """Ask until so many are being answered, or for ten seconds."""
    deadline = time.monotonic() + 10
    while in_flight(address) != running and time.monotonic() < deadline:
        pass
    return in_flight(address)


@pytest.mark.parametrize(
    ("stream", "sign"), [(False, b"\r\n\r\nHTTP/1.1 200 OK\r\n"), (True, b": keep-alive\n\n")]
)
def test_who_has_closed_its_connection_is_told_from_who_waits(
    live: Callable[[str], str], sign: bytes, *, stream: bool
) -> None:
    """One client ended its side only and waits on; one has left, and frees its place."""
    address = live(SLOW.replace("9s", "4s"))
    host, port = address.removeprefix("http://").split(":")
    waiting, leaving = (socket.create_connection((host, int(port))) for _ in range(2))
    with waiting, leaving:
        for client in (waiting, leaving):
            client.sendall(post(stream=stream))
        before = until(address, 2)
        waiting.shutdown(socket.SHUT_WR)
        leaving.close()
        after = until(address, 1)

        answer = b""
        while data := waiting.recv(65536):
            answer += data

    assert (2, 1) == (before, after)
    assert sign in answer
    assert answer.endswith(b"[DONE]\n\n\r\n0\r\n\r\n" if stream else b"}")


async def test_an_old_client_gets_a_stream_as_plain_bytes(tmp_path: Path) -> None:
    """Chunks came with HTTP/1.1; where all is there at once as well as where it takes time."""
    streams = []
    for spec in ("", SLOW):
        world = World(tmp_path, spec)
        line = Listener(world).connect()
        line.send(post(b"1.0", stream=True))
        await world.clock.run()
        streams.append(line.answers[-1].body)

        assert {"transfer-encoding", "content-length"}.isdisjoint(line.answers[-1].headers)

    assert all(each.startswith(b"data: {") for each in streams)
    assert all(each.endswith(b"data: [DONE]\n\n") for each in streams)
