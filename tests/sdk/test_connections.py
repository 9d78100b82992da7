"""Connections: uvicorn's own carry the same answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from openai import OpenAI

from fakeai.engine.table import sections
from fakeai.spec.load import load
from tests.live import LiveServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fakeai.engine.server import Connections

CHAT: Any = {
    "model": "gpt-4o",
    "messages": [{"role": "user", "content": "Why do whales sing?"}],
    "max_tokens": 30,
}


def _client(connections: Connections) -> Iterator[OpenAI]:
    server = LiveServer(load(None, sections=sections(), environ={}), connections)
    yield OpenAI(base_url=f"{server.start()}/v1", api_key="any")
    server.stop()


@pytest.fixture(scope="module")
def own() -> Iterator[OpenAI]:
    """Return a client of our own connections."""
    yield from _client("own")


@pytest.fixture(scope="module")
def other() -> Iterator[OpenAI]:
    """Return a client of uvicorn's."""
    yield from _client("uvicorn")


def _said(client: OpenAI) -> list[str | None]:
    """Return a plain answer twice, a streamed one, and what is said of a wrong request."""
    plain = [client.chat.completions.create(**CHAT).choices[0].message.content for _ in range(3)]
    stream = client.chat.completions.create(**CHAT, stream=True)
    streamed = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
    raw = client.chat.completions.with_raw_response.create(**CHAT)
    with pytest.raises(Exception, match="temperature") as refused:
        client.chat.completions.create(**CHAT, temperature=9)
    return [*plain, streamed, raw.headers["access-control-allow-origin"], str(refused.value)]


def test_the_answers_are_the_same(own: OpenAI, other: OpenAI) -> None:
    """Plain, streamed, refused; only the way to the client differs."""
    assert _said(own) == _said(other)


def test_a_long_body_is_read_alike(own: OpenAI, other: OpenAI) -> None:
    """A body in many pieces is read as one by both."""
    long: Any = CHAT | {"messages": [{"role": "user", "content": "whale " * 40_000}]}
    counts = [client.chat.completions.create(**long).usage.prompt_tokens for client in (own, other)]

    assert counts[0] == counts[1] > 39_000
