"""body: how much is read, for how long, and what it must be."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.harness import Connection, World, make_scope, settled

if TYPE_CHECKING:
    from pathlib import Path

    from tests.harness import Answer

CHAT = "/v1/chat/completions"
SMALL = b'{"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]}'


async def in_parts(world: World, parts: list[bytes], **headers: str) -> Connection:
    """Send a body in pieces, the way chunked bodies arrive."""
    connection = Connection(world.clock, parts)
    scope = make_scope("POST", CHAT, headers)
    await connection.serve(world.app, scope)
    return connection


@pytest.mark.parametrize("size", [1000, 1001])
async def test_the_limit_is_exact(tmp_path: Path, size: int) -> None:
    """As many bytes as allowed pass, one more does not."""
    world = World(tmp_path, "body: {max_bytes: 1KB}\n")
    answer = await world.send("POST", CHAT, SMALL + b" " * (size - len(SMALL)))

    assert (200 if size == 1000 else 413) == answer.status


async def test_a_chunked_body_is_counted_while_it_is_read(tmp_path: Path) -> None:
    """No content length helps against the limit; what comes after it is not read."""
    world = World(tmp_path, "body: {max_bytes: 1KB}\n")
    connection = await in_parts(world, [b" " * 600] * 5)

    assert (413, "payload_too_large") == (
        connection.answer.status,
        connection.answer.json["error"]["code"],
    )
    assert 3 == len(connection._messages)


async def test_a_length_that_is_too_small_is_a_lie(tmp_path: Path) -> None:
    """The bytes count, not what the head says of them."""
    world = World(tmp_path, "body: {max_bytes: 1KB}\n")
    connection = await in_parts(world, [b" " * 600] * 2, **{"content-length": "10"})

    assert 413 == connection.answer.status


async def test_a_length_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    """Nobody has to send the body to be told."""
    world = World(tmp_path, "body: {max_bytes: 1KB}\n")
    connection = await in_parts(world, [b" "], **{"content-length": "999999"})

    assert 413 == connection.answer.status
    assert 1 == len(connection._messages)


async def _unfinished(world: World, wait_s: float, more_s: float) -> tuple[int, Answer]:
    """Send a body that does not end; return the status after a wait, and the answer after more."""
    connection, serving = world.begin("POST", CHAT, SMALL)
    connection.leave_open()
    task = asyncio.create_task(serving)
    await world.clock.advance(wait_s)
    waiting = connection.answer.status
    await world.clock.advance(more_s)
    await task
    return waiting, connection.answer


async def test_a_slow_body_times_out(tmp_path: Path) -> None:
    """The clock runs for the whole body, however often a byte comes."""
    world = World(tmp_path, "body: {read_timeout: 2s}\n")
    waiting, answer = await _unfinished(world, 1.9, 0.2)

    assert (0, 408) == (waiting, answer.status)
    assert "request_timeout" == answer.json["error"]["code"]


async def test_a_fast_simulation_waits_no_less_for_the_network(tmp_path: Path) -> None:
    """Two real seconds are two hundred simulated ones."""
    world = World(tmp_path, "clock: {speed: 100}\nbody: {read_timeout: 2s}\n")
    waiting, answer = await _unfinished(world, 199, 2)

    assert (0, 408) == (waiting, answer.status)


async def test_a_client_that_leaves_is_not_answered(tmp_path: Path) -> None:
    """Nothing is sent to a closed connection, and the exchange ends."""
    world = World(tmp_path)
    connection, serving = world.begin("POST", CHAT, SMALL)
    connection.leave_open()
    task = asyncio.create_task(serving)
    await settled()
    connection.leave()
    await task

    assert 0 == connection.answer.status
    assert "disconnected" == world.log.lines[-1][2]["error"]


@pytest.mark.parametrize(
    ("given", "status"),
    [("application/json", 200), ("Application/JSON; charset=utf-8", 200), ("text/plain", 415)],
)
async def test_the_media_type_is_checked(tmp_path: Path, given: str, status: int) -> None:
    """Parameters and case do not matter."""
    answer = await World(tmp_path).send("POST", CHAT, SMALL, headers={"content-type": given})

    assert status == answer.status


async def test_the_media_types_are_the_specs(tmp_path: Path) -> None:
    """Another type may be declared to be JSON."""
    world = World(tmp_path, "body: {content_types: [text/plain]}\n")
    headers = {"content-type": "text/plain"}

    assert 200 == (await world.send("POST", CHAT, SMALL, headers=headers)).status


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"{",
        b'{"model": NaN}',
        b"\xff\xfe",
        b'{"a": "\xff"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"\x00",
    ],
)
async def test_what_is_not_json_gets_400(tmp_path: Path, body: bytes) -> None:
    """Empty, cut off, not UTF-8, nested without end: never a 500."""
    answer = await World(tmp_path).send("POST", CHAT, body)

    assert (400, "invalid_json") == (answer.status, answer.json["error"]["code"])


async def test_of_two_equal_keys_the_last_counts(tmp_path: Path) -> None:
    """As JSON readers do."""
    body = SMALL.replace(b'{"model"', b'{"model": 5, "model"')

    assert 200 == (await World(tmp_path).send("POST", CHAT, body)).status


async def test_nul_bytes_and_surrogates_in_texts_pass(tmp_path: Path) -> None:
    """They are characters like others."""
    world = World(tmp_path)
    nul = await world.chat("a\x00b")
    surrogate = await world.send("POST", CHAT, SMALL.replace(b"Hi", rb"\ud83d"))

    assert 200 == nul.status
    assert surrogate.status in {200, 400}


async def test_ten_thousand_messages_are_read(tmp_path: Path) -> None:
    """Long conversations are conversations."""
    messages = [{"role": "user", "content": "Hi"}] * 10_000
    answer = await World(tmp_path).send("POST", CHAT, {"model": "gpt-4.1", "messages": messages})

    assert 200 == answer.status


@pytest.mark.parametrize(
    ("encoding", "status"), [("gzip", 415), ("br, gzip", 415), ("Identity", 200), ("", 200)]
)
async def test_a_compressed_body_is_refused(tmp_path: Path, encoding: str, status: int) -> None:
    """By what its head says, in words that name it."""
    answer = await World(tmp_path).send("POST", CHAT, SMALL, headers={"content-encoding": encoding})

    assert status == answer.status
    if status == 415:
        assert "unsupported_media_type" == answer.json["error"]["code"]
        assert f"'{encoding}'" in answer.json["error"]["message"]
