"""Heads: one that comes again is read as it was the first time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakeai.engine.heads import HEAD_BYTES_MAX
from tests.asked import TURNS, AskedServer, post
from tests.harness import World
from tests.line import Listener

if TYPE_CHECKING:
    from pathlib import Path

LINES = (
    *(b"content-length: 2", b"Content-Length: 2", b"CONTENT-LENGTH: 2", b"content-length:2"),
    *(b"content-length: 02", b"content-length: 2 ", b"content-length:  2", b"content-length: +2"),
    *(b"content-length: 7", b"x-content-length: 2", b"x: content-length: 2", b"content-length: "),
    *(b"transfer-encoding: chunked", b"connection: close", b"connection: keep-alive", b"c", b"C:"),
    *(b"expect: 100-continue", b"host: a", b"host: b", b"upgrade: h2c", b"connection: upgrade"),
    *(b"", b" folded", b"x: \x01", b"x-strength: 2", b"x-strength: 7"),
)
BODIES = (b"", b"{}", b"{}\r\n\r\n", b"\r\n\r\n", b"[1,2,3]", b"2\r\n{}\r\n0\r\n\r\n")


@settings(deadline=None, max_examples=300)
@given(
    asked=st.lists(
        st.tuples(st.lists(st.sampled_from(LINES), max_size=4).map(tuple), st.sampled_from(BODIES)),
        min_size=1,
        max_size=3,
    )
)
def test_what_was_read_before_is_read_alike(asked: list[tuple[tuple[bytes, ...], bytes]]) -> None:
    """Scope, body and answer are those of a server that sees each head for the first time."""
    server = AskedServer()
    requests = [post(*lines, body=body) for lines, body in asked]
    for request in requests * 3:
        assert AskedServer().ask(request) == server.ask(request)


@pytest.mark.parametrize("name", [b"content-length: ", b"Content-Length: "])
def test_bodies_of_any_length_share_a_head(name: bytes) -> None:
    """A length is that of its own request, and nothing of one request shows in the next."""
    server = AskedServer()
    sizes = (5, 6, 7, 123)
    scopes = []
    for size in sizes:
        asked, _ = server.ask(post(b"host: a", name + b"%d" % size, body=b"x" * size))
        ((scope, body),) = asked
        assert b"x" * size == body
        assert {"seen": True} == scope["state"]
        scopes.append(scope)

    assert [[(b"host", b"a"), (b"content-length", b"%d" % size)] for size in sizes] == [
        scope["headers"] for scope in scopes
    ]
    assert 2 == server.known


def test_requests_of_one_connection_share_a_head() -> None:
    """In pieces, together or whole, what the parser has left does not matter."""
    server = AskedServer()
    request = post(b"content-length: 2", body=b"{}")
    pieces = [request, request, request, request[:40], request[40:], request * 2, request]
    asked, answer = server.ask(*pieces)

    assert 7 == len(asked)
    assert 7 == answer.count(b"ok")
    assert 2 == server.known


def test_a_body_that_looks_like_a_request_is_a_body() -> None:
    """Not even one with a known head is taken out of a body, however that is cut."""
    server = AskedServer()
    inner = post(b"content-length: 2", body=b"{}")
    outer = post(b"content-length: %d" % (2 * len(inner)))
    asked, _ = server.ask(inner, inner, inner, outer, inner, inner)

    assert 4 == len(asked)
    assert b"%d" % (2 * len(inner)) == dict(asked[3][0]["headers"])[b"content-length"]


async def test_a_head_whose_body_is_still_to_come_is_not_a_request(tmp_path: Path) -> None:
    """The end of a body in chunks belongs to it, even where there is nothing else."""
    line = Listener(World(tmp_path)).connect()
    for _ in range(4):
        line.send(post(b"host: a", b"transfer-encoding: chunked"))
        line.send(b"0\r\n\r\n")
        for _ in range(TURNS):
            await asyncio.sleep(0)

    assert [400] * 4 == [answer.status for answer in line.answers]
    assert not line.ended


def test_only_the_length_of_the_body_may_differ() -> None:
    """A number in another header is a part of it."""
    server = AskedServer()
    for strength, body in (b"2", b"{}"), (b"2", b"{}"), (b"7", b"[1,2,3]"):
        request = post(b"x-strength: " + strength, b"content-length: 2", body=body)
        assert AskedServer().ask(request) == server.ask(request)


def test_a_head_without_its_length_is_another_head() -> None:
    """What is left of it, is no HTTP."""
    server = AskedServer()
    request = post(b"content-length: 2", b"host: a", body=b"{}")
    for _ in range(3):
        server.ask(request)
    _, answer = server.ask(request.partition(b"ength: 2")[0] + b"\nhost: a\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 400")


def test_what_ends_a_connection_is_not_recalled() -> None:
    """Nothing follows a request that was to be the last one."""
    server = AskedServer()
    last = post(b"connection: close", b"content-length: 2", body=b"{}")
    request = post(b"content-length: 2", body=b"{}")
    for _ in range(3):
        server.ask(last)
        asked, _ = server.ask(request, last, request)
        assert 2 == len(asked)


def test_a_long_head_is_left_to_the_parser() -> None:
    """What is kept is bounded."""
    server = AskedServer()
    request = post(b"x: " + b"a" * HEAD_BYTES_MAX, b"content-length: 2", body=b"{}")
    for _ in range(3):
        asked, _ = server.ask(request)
        assert 1 == len(asked)
    assert 0 == server.known
