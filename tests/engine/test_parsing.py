"""Parsing: requests that ask for another protocol."""

from __future__ import annotations

import pytest

from tests.asked import AskedServer, post

#: What Java's client sends with its first request.
UPGRADE = (b"connection: Upgrade, HTTP2-Settings", b"upgrade: h2c", b"http2-settings: AAMAAABk")
HEAD = len(post(*UPGRADE, b"content-length: 2"))


@pytest.mark.parametrize("cut", [30, HEAD - 2, HEAD, HEAD + 1, HEAD + 2])
def test_a_request_for_another_protocol_is_answered_in_this_one(cut: int) -> None:
    """Its body comes all the same, and so does the next request."""
    server = AskedServer()
    request = post(*UPGRADE, b"host: a", b"content-length: 2", body=b"{}")
    following = post(b"content-length: 3", body=b"[1]")
    for _ in range(3):
        asked, answer = server.ask(request[:cut], request[cut:] + following)
        headers = [scope["headers"] for scope, _ in asked]

        assert [
            [(b"connection", b""), (b"host", b"a"), (b"content-length", b"2")],
            [(b"content-length", b"3")],
        ] == headers
        assert 2 == answer.count(b"HTTP/1.1 200")


def test_its_body_is_that_which_follows() -> None:
    """Together with the head, or in chunks."""
    chunks = b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"
    for line, body in (b"content-length: 2", b"{}"), (b"transfer-encoding: chunked", chunks):
        ((_, received),), _ = AskedServer().ask(post(*UPGRADE, line, body=body))
        assert b"{}" == received


def test_other_options_of_the_connection_are_kept() -> None:
    """One that is to be closed is closed."""
    request = post(b"connection: upgrade, close", b"upgrade: h2c")
    asked, answer = AskedServer().ask(request, request)

    assert (1, True) == (len(asked), b"connection: close" in answer)


def test_many_of_them_at_once_are_each_read_once_more() -> None:
    """In one piece of bytes, and without depth."""
    request = post(*UPGRADE, b"content-length: 2", body=b"{}")
    asked, answer = AskedServer().ask(request * 3000)

    assert (True, 0) == (len(asked) > 1, answer.count(b"HTTP/1.1 400"))


def test_no_tunnel_is_made() -> None:
    """What `CONNECT` asks for is no path, and what follows it is no HTTP."""
    asked, answer = AskedServer().ask(b"CONNECT example.org:443 HTTP/1.1\r\nhost: x\r\n\r\n")

    assert ([], True) == (asked, answer.startswith(b"HTTP/1.1 400"))
