"""body: bytes within their limits, decoded."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from fakeai.core.error import ApiError
from fakeai.stages.body import decode
from tests.harness import Connection, World, make_scope

if TYPE_CHECKING:
    from pathlib import Path

CHAT = b'{"model": "m", "messages": [{"role": "user", "content": "Hi"}]}'


@pytest.mark.parametrize("body", [b"", b"  ", b"{", b'"\xff"', b"[" * 10**5, b"1" * 5000, b"NaN"])
def test_what_is_not_json_is_malformed(body: bytes) -> None:
    """Whatever is wrong with it, it is the client's fault."""
    with pytest.raises(ApiError) as caught:
        decode(body)

    assert "malformed" == caught.value.kind


async def test_max_bytes_is_the_largest_body(tmp_path: Path) -> None:
    """One byte more is refused, whether it was announced or not."""
    world = World(tmp_path, f"body: {{ max_bytes: {len(CHAT)}B }}\n")

    assert 200 == (await world.send("POST", "/v1/chat/completions", CHAT)).status
    assert 413 == (await world.send("POST", "/v1/chat/completions", CHAT + b" ")).status


async def test_other_media_types_can_be_read(tmp_path: Path) -> None:
    """`content_types` lists what is read as JSON; none given is taken as JSON."""
    world = World(tmp_path, "body: { content_types: [application/json, text/json] }\n")
    statuses = []
    for kind in ("text/json; charset=utf-8", "text/plain", ""):
        headers = {"content-type": kind}
        answer = await world.send("POST", "/v1/chat/completions", CHAT, headers=headers)
        statuses.append(answer.status)

    assert [200, 415, 200] == statuses


async def test_a_slow_body_times_out(tmp_path: Path) -> None:
    """`read_timeout` is the longest wait for the whole of it."""
    world = World(tmp_path, "body: { read_timeout: 5s }\n")
    slow = Slow(world.clock, [CHAT])
    scope = make_scope("POST", "/v1/chat/completions", {"content-type": "application/json"})
    task = asyncio.create_task(slow.serve(world.app, scope))
    await world.clock.advance(4.9)
    assert not task.done()
    await world.clock.advance(0.2)

    assert (408, "request_timeout") == (slow.answer.status, slow.answer.json["error"]["code"])
    await task


class Slow(Connection):
    """A client that never sends its body."""

    async def _receive(self) -> dict[str, object]:
        await self._gone.wait()
        return {"type": "http.disconnect"}
