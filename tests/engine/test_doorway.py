"""Doorway: refusals before a route is known, in the words of a protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness import World
from tests.line import Listener

if TYPE_CHECKING:
    from pathlib import Path

    from tests.harness import Answer

HEAD = b"GET /health HTTP/1.1\r\nhost: x\r\n"
LIMITS = "server: { protocol: @, limits: { header_bytes: 1KB, header_timeout: 2s } }\n"


async def refused(folder: Path, protocol: str, data: bytes) -> Answer:
    """Return the answer to what is sent."""
    world = World(folder, LIMITS.replace("@", protocol))
    line = Listener(world).connect()
    line.send(data)
    await world.clock.run()

    assert line.closed
    assert len(line.answers) == 1
    return line.answers[0]


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"hello\r\n\r\n", 400, "invalid_http_request"),
        (HEAD, 408, "request_timeout"),
        (HEAD + b"x: " + b"a" * 2000, 431, "payload_too_large"),
    ],
)
async def test_a_bad_head_gets_the_envelope(
    tmp_path: Path, data: bytes, status: int, code: str
) -> None:
    """With a request id and the protocol's headers."""
    answer = await refused(tmp_path, "openai", data)

    assert (status, "application/json") == (answer.status, answer.headers["content-type"])
    assert ("invalid_request_error", None, code) == tuple(
        answer.json["error"][name] for name in ("type", "param", "code")
    )
    assert answer.headers["x-request-id"].startswith("req_")
    assert "close" == answer.headers["connection"]


async def test_the_protocol_is_that_of_unknown_paths(tmp_path: Path) -> None:
    """`server.protocol` says which."""
    answer = await refused(tmp_path, "anthropic", b"hello\r\n\r\n")

    assert "error" == answer.json["type"]
    assert answer.headers["request-id"] == answer.json["request_id"]


async def test_a_crowd_gets_the_envelope(tmp_path: Path) -> None:
    """And is told when to come again."""
    world = World(tmp_path, "server: { limits: { connections: 1 } }\n")
    listener = Listener(world)
    lines = []
    for _ in range(2):
        lines.append(listener.connect())
        lines[-1].send(HEAD + b"\r\n")
        await world.clock.advance(0.5)
    first, second = lines
    answers = [line.answers[-1] for line in lines]

    assert [200, 503] == [answer.status for answer in answers]
    assert "overloaded" == answers[1].json["error"]["code"]
    assert ("1", "close") == tuple(answers[1].headers[n] for n in ("retry-after", "connection"))
    assert (False, True) == (first.closed, second.closed)


async def test_a_newcomer_turns_nobody_away(tmp_path: Path) -> None:
    """Who was there first is served; who came later is, once there is room."""
    world = World(tmp_path, "server: { limits: { connections: 1 } }\n")
    listener = Listener(world)
    first, second = listener.connect(), listener.connect()
    first.send(HEAD + b"\r\n")
    first.close()
    await world.clock.advance(0.5)
    second.send(HEAD + b"\r\n")

    assert [200, 200] == [line.answers[-1].status for line in (first, second)]
    assert not second.closed
