"""What no client should send, over a real socket."""

from __future__ import annotations

import http.client
import json
import resource
import socket
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PATH = "/v1/chat/completions"
GOOD = json.dumps({"model": "m", "messages": [{"role": "user", "content": "Hi"}]}).encode()
JSON = {"content-type": "application/json"}


@pytest.fixture
def connection(base_url: str) -> Iterator[http.client.HTTPConnection]:
    """Return a plain HTTP connection to the server."""
    made = http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=20)
    yield made
    made.close()


def ask(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: Any = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, dict[str, Any]]:
    """Return status and decoded body."""
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


class Bad(NamedTuple):
    """A request that is wrong, and what it gets."""

    status: int
    code: str
    body: bytes | None = GOOD
    method: str = "POST"
    path: str = PATH
    content_type: str = "application/json"


BAD = [
    Bad(400, "invalid_json", b"{oops"),
    Bad(400, "invalid_json", b""),
    Bad(400, "invalid_json", b'{"a": "\xff"}'),
    Bad(400, "invalid_json", b"[" * 100_000),
    Bad(415, "unsupported_media_type", content_type="text/plain"),
    Bad(404, "unknown_url", path="/v1/nothing/here"),
    Bad(405, "method_not_allowed", method="PATCH"),
    Bad(405, "method_not_allowed", None, "DELETE"),
    Bad(422, "invalid_type", b"[]"),
]


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: f"{bad.status}-{(bad.body or b'')[:8]!r}")
def test_a_bad_request_gets_the_envelope(connection: http.client.HTTPConnection, bad: Bad) -> None:
    """And the next request on the same connection works."""
    got, answer = ask(
        connection, bad.method, bad.path, bad.body, {"content-type": bad.content_type}
    )

    assert (bad.status, bad.code) == (got, answer["error"]["code"])
    assert 200 == ask(connection, "POST", PATH, GOOD, JSON)[0]


def test_a_body_beyond_the_limit_is_refused_by_its_head(base_url: str) -> None:
    """Fifty megabytes are announced and not one byte of them is waited for."""
    place = urlsplit(base_url)
    head = f"POST {PATH} HTTP/1.1\r\nhost: x\r\ncontent-length: 50000000\r\n\r\n"
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=20) as link:
        link.sendall(head.encode())
        answer = b""
        while b"payload_too_large" not in answer and (part := link.recv(4096)):
            answer += part

    assert answer.startswith(b"HTTP/1.1 413")
    assert b"payload_too_large" in answer


def test_a_body_without_a_length_is_bounded_too(connection: http.client.HTTPConnection) -> None:
    """Chunked bodies are counted while they are read; memory stays flat."""

    def endless() -> Iterator[bytes]:
        for _ in range(50):
            yield b"x" * 1_000_000

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        connection.request("POST", PATH, endless(), JSON, encode_chunked=True)
        status = connection.getresponse().status
    except (BrokenPipeError, ConnectionResetError):
        status = 413
    connection.close()
    grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before

    assert 413 == status
    assert grown_kb < 60_000
    assert 200 == ask(connection, "POST", PATH, GOOD, JSON)[0]
