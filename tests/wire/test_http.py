"""Plain answers over ASGI, and the watch for clients that go."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from fakeai.wire.http import answer, cancel_when_gone, part_sender, send_end, send_start


class Sent:
    """Keeps what was sent."""

    def __init__(self) -> None:
        """Start empty."""
        self.messages: list[dict[str, Any]] = []

    async def __call__(self, message: dict[str, Any]) -> None:
        """Keep a message."""
        self.messages.append(message)


async def test_a_whole_answer_has_its_length() -> None:
    """The length is added to the headers that were given."""
    sent = Sent()
    rest = answer({}, sent, 201, [(b"a", b"b")], b"four")

    assert rest is None
    assert [(b"a", b"b"), (b"content-length", b"4")] == sent.messages[0]["headers"]
    assert {"type": "http.response.body", "body": b"four"} == sent.messages[1]


async def test_an_answer_in_parts() -> None:
    """Only the last part says that no more will come."""
    sent = Sent()
    await send_start(sent, 200, [])
    rest = part_sender({}, sent)(b"a")
    await send_end(sent, b"b")

    assert rest is None
    assert [None, True, None] == [message.get("more_body") for message in sent.messages]


async def test_a_gone_client_cancels_the_task() -> None:
    """The mark is set first, so that the reason is known."""
    marks: list[str] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    with (
        pytest.raises(asyncio.CancelledError),
        cancel_when_gone({}, receive, lambda: marks.append("gone")),
    ):
        await asyncio.Event().wait()

    assert ["gone"] == marks


async def test_the_watch_ends_with_the_wait() -> None:
    """A client that stays is not bothered."""
    never = asyncio.Event()

    async def receive() -> dict[str, Any]:
        await never.wait()
        return {"type": "http.disconnect"}

    with cancel_when_gone({}, receive, lambda: None):
        await asyncio.sleep(0)
    await asyncio.sleep(0)

    assert 1 == len(asyncio.all_tasks())
