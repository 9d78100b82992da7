"""What hostile clients send at the gates, over a real socket."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

CHAT = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
BODY = b'{"model": "m", "messages": [{"role": "user", "content": "Hi"}]}'
WHOLE = CHAT + b"content-length: %d\r\nconnection: close\r\n\r\n" % len(BODY) + BODY


def said(address: str, request: bytes, *, hang_up: bool = False) -> bytes:
    """Send bytes, close our half if asked to, and return all that comes back."""
    place = urlsplit(address)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=20) as link:
        link.sendall(request)
        if hang_up:
            link.shutdown(socket.SHUT_WR)
        parts = []
        while part := link.recv(65536):
            parts.append(part)
            if not hang_up and b"content-length" in b"".join(parts):
                break
    return b"".join(parts)


def test_a_slow_body_gets_408(live: Callable[[str], str]) -> None:
    """Half a body and then silence."""
    address = live("body: {read_timeout: 200ms}\n")
    request = CHAT + b"content-length: 1000\r\n\r\n" + BODY

    assert b" 408 " in said(address, request).partition(b"\r\n")[0]


def test_a_half_closed_connection_does_no_harm(live: Callable[[str], str]) -> None:
    """Whoever hangs up in mid-body is not answered, and the next client is."""
    address = live("")
    said(address, CHAT + b"content-length: 1000\r\n\r\n" + BODY, hang_up=True)

    assert b" 200 " in said(address, WHOLE).partition(b"\r\n")[0]


@pytest.mark.parametrize(
    ("size", "status"), [(1_000_000, b" 431 "), (10_000, b" 401 "), (10, b" 401 ")]
)
def test_a_key_of_any_size_is_refused(live: Callable[[str], str], size: int, status: bytes) -> None:
    """Ten thousand characters are a wrong key; a million are more than a head may hold."""
    address = live("auth: {required: true, keys: {team: {key: sk-team}}}\nabuse: null\n")
    key = b"authorization: Bearer " + b"k" * size + b"\r\n"
    answer = said(address, WHOLE.replace(b"host: x\r\n", b"host: x\r\n" + key))

    assert status in answer.partition(b"\r\n")[0]
    assert b"Traceback" not in answer


def test_ten_thousand_headers_are_survived(live: Callable[[str], str]) -> None:
    """The answer comes, whatever it is, and it is not our fault."""
    bomb = b"".join(b"x-%d: y\r\n" % number for number in range(10_000))
    status = said(live(""), WHOLE.replace(b"host: x\r\n", b"host: x\r\n" + bomb))[9:12]

    assert status in {b"200", b"400", b"431"}


def test_two_lengths_are_no_way_around_the_limit(live: Callable[[str], str]) -> None:
    """A request that can be read in two ways is refused."""
    twice = WHOLE.replace(b"host: x\r\n", b"host: x\r\ncontent-length: 5\r\n")

    assert b" 400 " in said(live(""), twice, hang_up=True).partition(b"\r\n")[0]
