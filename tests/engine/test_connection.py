"""Connections: heads within their limits, and bytes as HTTP/1.1 has them."""

from __future__ import annotations

import json
import socket
import time
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from tests.harness import World
from tests.line import Listener
from tests.live import live

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["live"]

_CHAT = {"model": "gpt-4o", "max_tokens": 3, "messages": [{"role": "user", "content": "Hi"}]}
#: The default of `server.limits.header_bytes`.
HEAD_BYTES_MAX = 64_000
_GET = b"GET /health HTTP/1.1\r\nhost: x\r\n"


def _post(body: bytes, more: bytes = b"") -> bytes:
    head = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    return head + more + b"content-length: %d\r\n\r\n" % len(body) + body


def _connect(address: str) -> socket.socket:
    host, port = address.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=20)


def _talk(address: str, *parts: bytes) -> bytes:
    """Send all parts and read until the server closes."""
    answer = b""
    with _connect(address) as client:
        for part in parts:
            client.sendall(part)
        while data := client.recv(65536):
            answer += data
    return answer


def _status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize(
    "more",
    [b"x-long: " + b"a" * 2000 + b"\r\n", b"".join(b"x-%d: 1\r\n" % i for i in range(20))],
    ids=["bytes", "count"],
)
def test_a_head_beyond_its_limits_gets_431(live: Callable[[str], str], more: bytes) -> None:
    """`header_bytes` and `headers` say how much a head may hold; the default holds far more."""
    strict = live("server: { limits: { header_bytes: 1KB, headers: 10 } }\n")

    refused = _talk(strict, _GET + more + b"\r\n")
    taken = _talk(live(""), _GET + more + b"connection: close\r\n\r\n")

    assert (431, 200) == (_status(refused), _status(taken))
    assert b"connection: close" in refused


@pytest.mark.parametrize(
    ("first", "rest"),
    [
        (_GET + b"x-endless: ", b"a" * 65536),
        (b"GET /", b"a" * 65536),
        (_GET, b"x-header: 1\r\n" * 5000),
        (_GET + b"x-blank:", b" " * 65536),
    ],
    ids=["header line", "request line", "headers", "blanks"],
)
async def test_a_head_without_end_is_refused_and_not_kept(
    tmp_path: Path, first: bytes, rest: bytes
) -> None:
    """Ten megabytes of head get 431 after the first of them, and take no room."""
    line = Listener(World(tmp_path)).connect()
    tracemalloc.start()
    line.send(first)
    for _ in range(160):
        line.send(rest)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert [(431, True)] == [(answer.status, answer.complete) for answer in line.answers]
    assert peak_bytes < 2 * HEAD_BYTES_MAX


def test_an_endless_head_is_answered_to_a_client_that_stops(live: Callable[[str], str]) -> None:
    """On a real connection, the answer is there to be read, and the server goes on."""
    refused = _talk(live(""), _GET + b"x-endless: " + b"a" * 100_000)

    assert 431 == _status(refused)
    assert 200 == _status(_talk(live(""), _GET + b"connection: close\r\n\r\n"))


def test_a_slow_head_gets_408(live: Callable[[str], str]) -> None:
    """`header_timeout` ends the wait for the rest; who sent nothing is only cut off."""
    hasty = live("server: { limits: { header_timeout: 100ms } }\n")
    began = time.monotonic()

    slow, silent = _talk(hasty, _GET), _talk(hasty)

    assert (408, b"") == (_status(slow), silent)
    assert time.monotonic() - began < 8


def test_a_slow_second_head_gets_408(live: Callable[[str], str]) -> None:
    """The wait is for each head, not for the connection."""
    hasty = live("server: { limits: { header_timeout: 100ms } }\n")

    answer = _talk(hasty, _GET + b"\r\n" + _GET)

    assert [b"200", b"408"] == [part[:3] for part in answer.split(b"HTTP/1.1 ")[1:]]


def test_connections_beyond_their_limit_get_503(live: Callable[[str], str]) -> None:
    """`connections` counts those that are open."""
    address = live("server: { limits: { connections: 1 } }\n")
    with _connect(address) as first:
        first.sendall(_GET + b"\r\n")
        taken = first.recv(65536)
        refused = _talk(address, _GET + b"\r\n")

    assert (200, 503) == (_status(taken), _status(refused))


@pytest.mark.parametrize(
    "sent",
    [b"hello\r\n\r\n", b"GET /%ff\xff HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00"],
    ids=["no HTTP", "path beyond ASCII", "TLS"],
)
def test_what_is_not_http_gets_400(live: Callable[[str], str], sent: bytes) -> None:
    """The connection is closed after a short reason."""
    answer = _talk(live(""), sent)

    assert 400 == _status(answer)
    assert b'"message":"Invalid HTTP request received."' in answer


def test_requests_sent_together_are_answered_in_order(live: Callable[[str], str]) -> None:
    """Pipelining: each answer is complete before the next one."""
    chat = _post(json.dumps(_CHAT).encode())
    last = _GET.replace(b"/health", b"/nope") + b"connection: close\r\n\r\n"

    answer = _talk(live(""), _GET + b"\r\n" + chat + last)

    assert [b"200", b"200", b"404"] == [part[:3] for part in answer.split(b"HTTP/1.1 ")[1:]]


def test_a_client_that_asks_first_is_told_to_go_on(live: Callable[[str], str]) -> None:
    """`Expect: 100-continue` is answered before the body is read."""
    more = b"expect: 100-continue\r\nconnection: close\r\n"

    answer = _talk(live(""), _post(json.dumps(_CHAT).encode(), more))

    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


def test_head_has_no_body(live: Callable[[str], str]) -> None:
    """The length is told, nothing follows; the connection stays good."""
    head = b"HEAD /health HTTP/1.1\r\n\r\n"

    answer = _talk(live(""), head + _GET + b"connection: close\r\n\r\n")

    assert 2 == answer.count(b"HTTP/1.1 200 OK")
    assert 1 == answer.count(b'{"status"')


def test_http_1_0_is_closed_after_its_answer(live: Callable[[str], str]) -> None:
    """A client of the old version reads to the end."""
    answer = _talk(live(""), b"GET /health HTTP/1.0\r\n\r\n")

    assert 200 == _status(answer)
