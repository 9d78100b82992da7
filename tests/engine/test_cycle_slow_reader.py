"""A reader that stops: what it does not take is not made."""

from __future__ import annotations

import json
import socket
import urllib.request
from threading import Thread
from typing import TYPE_CHECKING

from fakeai.engine.table import sections
from fakeai.spec.load import load
from tests.live import LiveServer

if TYPE_CHECKING:
    from pathlib import Path

BUFFERED_BYTES_MAX = 2_000_000
STREAM_BYTES_MIN = 20_000_000
SPEC = """
fakeai: 1
extends: builtin
request_log: null
models: { vast: { context_window: 1M, max_output_tokens: 1M } }
"""
GETS = 20_000
GET = b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n"
BODY = json.dumps(
    {
        "model": "vast",
        "max_tokens": 100_000,
        "ignore_eos": True,
        "stream": True,
        "messages": [{"role": "user", "content": "Hello"}],
    }
).encode()


def test_a_reader_that_stops_fills_no_memory(tmp_path: Path) -> None:
    """Its stream waits, others are served, and once it reads again it gets all."""
    path = tmp_path / "a.yaml"
    path.write_text(SPEC)
    server = LiveServer(load(path, sections=sections(), environ={}))
    address = server.start()
    try:
        with _stopped(address) as reader:
            most = max(_look(server, address) for _ in range(200))
            stream = b"".join(iter(lambda: reader.recv(1 << 20), b""))
    finally:
        server.stop()

    assert 0 < most < BUFFERED_BYTES_MAX
    assert len(stream) > STREAM_BYTES_MIN
    assert stream.endswith(b"data: [DONE]\n\n\r\n0\r\n\r\n")


def _stopped(address: str) -> socket.socket:
    """Ask for a stream, and read none of it."""
    host, port = address.removeprefix("http://").split(":")
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.connect((host, int(port)))
    reader.settimeout(20)
    head = "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"
    head += f"content-type: application/json\r\ncontent-length: {len(BODY)}\r\n\r\n"
    reader.sendall(head.encode() + BODY)
    return reader


def _look(server: LiveServer, address: str) -> int:
    """Be served, then return what waits in the server to be sent."""
    with urllib.request.urlopen(f"{address}/health", timeout=20) as answer:  # noqa: S310 - our own server
        assert 200 == answer.status
    return server.buffered_bytes


def test_a_client_that_asks_and_does_not_read_is_not_read_either(tmp_path: Path) -> None:
    """Of twenty thousand requests sent at once, few are answered before the client reads."""
    path = tmp_path / "a.yaml"
    path.write_text(SPEC)
    server = LiveServer(load(path, sections=sections(), environ={}))
    address = server.start()
    try:
        host, port = address.removeprefix("http://").split(":")
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect((host, int(port)))
            client.settimeout(20)
            sending = Thread(target=client.sendall, args=(GET * GETS,))
            sending.start()
            most = max(_look(server, address) for _ in range(100))
            count = 0
            tail = b""
            while count < GETS:
                data = tail + client.recv(1 << 16)
                count += data.count(b"HTTP/1.1 200 OK")
                tail = data[-14:] if not data.endswith(b"HTTP/1.1 200 OK") else b""
            sending.join()
    finally:
        server.stop()

    assert most < BUFFERED_BYTES_MAX
    assert GETS == count
