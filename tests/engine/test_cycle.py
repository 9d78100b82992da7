"""Cycle: the bytes of an answer on the connection."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from tests.live import live

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["live"]


def _ask(address: str, request: bytes) -> bytes:
    host, port = address.removeprefix("http://").split(":")
    answer = b""
    with socket.create_connection((host, int(port)), timeout=20) as client:
        client.sendall(request)
        while data := client.recv(65536):
            answer += data
    return answer


def test_an_answer_has_its_length(live: Callable[[str], str]) -> None:
    """A body of exactly as many bytes follows the head."""
    answer = _ask(live(""), b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")

    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert b"content-length: %d" % len(body) in head
    assert b"connection: close" in head


def test_the_answer_to_head_has_no_body(live: Callable[[str], str]) -> None:
    """Its head is that of a GET."""
    answer = _ask(live(""), b"HEAD /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"\r\n\r\n")
    assert answer.count(b"\r\n\r\n") == 1
