"""Connections: the same bytes mean the same, however a network cuts them."""

from __future__ import annotations

import asyncio
import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.harness import World
from tests.line import Listener

if TYPE_CHECKING:
    from pathlib import Path

GET = b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n"
HEAD = GET.replace(b"GET", b"HEAD")
UNKNOWN = GET.replace(b"health", b"n%6Fpe?a=1")


def _body(**fields: object) -> bytes:
    messages = [{"role": "user", "content": "Why do whales sing?"}]
    chat = {"model": "gpt-4o", "messages": messages, "max_tokens": 5, **fields}
    return json.dumps(chat).encode()


def _post(body: bytes, more: bytes = b"") -> bytes:
    head = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    return head + more + b"content-length: %d\r\n\r\n" % len(body) + body


def _chunked(body: bytes) -> bytes:
    head = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
    chunks = [body[start : start + 7] for start in range(0, len(body), 7)]
    return head + b"".join([b"%x\r\n%b\r\n" % (len(c), c) for c in chunks]) + b"0\r\n\r\n"


REQUESTS = {
    "get": GET,
    "unknown": UNKNOWN,
    "plain": _post(_body()),
    "asks first": _post(_body(), b"expect: 100-continue\r\n"),
    "stream": _post(_body(stream=True)),
    "chunked": _chunked(_body(seed=3)),
    "invalid": _post(_body(temperature=9)),
    "no JSON": _post(b"{"),
    "tools": _post(
        _body(
            tools=[{"type": "function", "function": {"name": "look"}}],
            tool_choice="required",
        )
    ),
}


def _answers(world: World, data: bytes, cuts: list[int]) -> list[tuple[int, Any]]:
    """Return status and shape of all answers to bytes that come in pieces."""

    async def ask() -> list[tuple[int, Any]]:
        line = Listener(world).connect()
        for start, end in pairwise([0, *sorted(cuts), len(data)]):
            if end > start:
                line.send(data[start:end])
                await asyncio.sleep(0)
        await world.clock.run()
        line.end()
        return [(answer.status, _shape(answer.body)) for answer in line.answers]

    return asyncio.run(ask())


def _shape(body: bytes) -> Any:
    """Return what is the same in equal answers: all but ids, times and what was cached."""
    if body.startswith(b"data: "):
        return body.count(b"data: "), body.endswith(b"[DONE]\n\n")
    value = json.loads(body)
    return value["choices"] if "choices" in value and "tools" not in value else sorted(value)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return one server for all examples."""
    folder: Path = tmp_path_factory.mktemp("pieces")
    return World(folder)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    names=st.lists(st.sampled_from(sorted(REQUESTS)), min_size=1, max_size=5),
    cuts=st.lists(st.integers(0, 2000), max_size=12),
)
def test_pieces_do_not_matter(world: World, names: list[str], cuts: list[int]) -> None:
    """Whatever is sent together or apart: each request has its answer, in order."""
    data = b"".join([REQUESTS[name] for name in names])
    inside = [cut % (len(data) + 1) for cut in cuts]

    whole, cut = (_answers(world, data, each) for each in ([], inside))

    assert len(names) == len(whole)
    assert [_status(name) for name in names] == [status for status, _ in whole]
    assert [status for status, _ in whole] == [status for status, _ in cut]
    assert [each for each in whole if _said(each)] == [each for each in cut if _said(each)]


def _said(answer: tuple[int, Any]) -> bool:
    """Tell whether an answer holds no id of a call, of which each has its own."""
    return "call_" not in json.dumps(answer)


def _status(name: str) -> int:
    return {"unknown": 404, "invalid": 422, "no JSON": 400}.get(name, 200)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    noise=st.binary(max_size=200),
    place=st.integers(0, 400),
    cuts=st.lists(st.integers(0, 800), max_size=6),
)
def test_noise_ends_in_a_refusal_or_a_close(
    world: World, noise: bytes, place: int, cuts: list[int]
) -> None:
    """Bytes put anywhere into a request never raise nor hang, and are not our fault."""
    request = REQUESTS["plain"]
    data = request[: place % len(request)] + noise + request[place % len(request) :] + GET

    async def ask() -> list[int]:
        line = Listener(world).connect()
        for start, end in pairwise([0, *sorted(cut % len(data) for cut in cuts), len(data)]):
            if end > start:
                line.send(data[start:end])
                await asyncio.sleep(0)
        await world.clock.advance(60)
        line.end()
        await world.clock.advance(60)
        return [answer.status for answer in line.answers]

    assert set(asyncio.run(ask())) <= {200, 400, 403, 404, 405, 408, 413, 415, 422, 431}
