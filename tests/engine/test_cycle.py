"""Cycle: the bytes of an answer on the connection."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

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


@pytest.mark.parametrize("path", ["/health", "/v1/models", "/nope"])
def test_the_answer_to_head_is_the_head_of_a_get(live: Callable[[str], str], path: str) -> None:
    """Line by line, those for browsers and those that name the request included."""
    address = live("")
    asked = f" {path} HTTP/1.1\r\nhost: x\r\norigin: https://a.example\r\nconnection: close\r\n\r\n"
    head, body = _ask(address, b"HEAD" + asked.encode()).split(b"\r\n\r\n")
    full, _, _ = _ask(address, b"GET" + asked.encode()).partition(b"\r\n\r\n")

    assert b"" == body
    assert _names(full) == _names(head)
    assert b"access-control-allow-origin" in _names(head)


def _names(head: bytes) -> list[bytes]:
    return [line.partition(b":")[0] for line in head.split(b"\r\n")]
