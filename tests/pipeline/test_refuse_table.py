"""The error table over HTTP: every refusal in each protocol's words."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from fakeai.engine.table import GENERATORS, STAGES
from tests.harness import World
from tests.refusals import ROWS, Ask, Row, Words, put_a_bug

if TYPE_CHECKING:
    from pathlib import Path

    from tests.harness import Answer


class Dialect(NamedTuple):
    """Where a protocol's requests go, and the headers that its answers bear."""

    path: str
    body: dict[str, Any]
    id_header: str
    always: frozenset[str]
    limits: frozenset[str]


def limit_headers(pattern: str) -> frozenset[str]:
    """Return the names of the six headers of two measures."""
    facts, measures = ("limit", "remaining", "reset"), ("requests", "tokens")
    return frozenset(pattern.format(fact=f, measure=m) for f in facts for m in measures)


HELLO = [{"role": "user", "content": "Hello"}]
DIALECTS = {
    "openai": Dialect(
        "/v1/chat/completions",
        {"model": "gpt-4o", "messages": HELLO},
        "x-request-id",
        frozenset({"openai-version", "openai-processing-ms"}),
        limit_headers("x-ratelimit-{fact}-{measure}"),
    ),
    "anthropic": Dialect(
        "/v1/messages",
        {"model": "claude-opus-4-5", "messages": HELLO, "max_tokens": 9},
        "request-id",
        frozenset(),
        limit_headers("anthropic-ratelimit-{measure}-{fact}"),
    ),
}


def world_of(row: Row, protocol: str, folder: Path) -> World:
    """Return the server of a row; what no endpoint takes is refused in the protocol."""
    server = f"server: {{protocol: {protocol}, admin: {{token: root}}}}\n"
    return World(folder, server + row.overlay)


async def begin(world: World, dialect: Dialect, ask: Ask) -> Answer:
    """Send one request of a row."""
    fields = {k: v for k, v in {**dialect.body, **ask.fields}.items() if v is not None}
    headers = {
        "authorization": f"Bearer {ask.key}",
        "content-type": ask.content_type,
        "origin": "https://app.example.com",
        "x-request-id": "mine-1",
    }
    connection, serving = world.begin(
        ask.method, ask.path or dialect.path, ask.raw or fields, headers=headers
    )
    if ask.unended:
        connection.leave_open()
    answer: Answer = await serving
    return answer


async def refused(world: World, row: Row, protocol: str) -> Answer:
    """Send all requests of a row and return the last answer."""
    dialect = DIALECTS[protocol]
    asked = [[ask] for ask in row.before] + [[row.asked] * (row.crowd + 1)]
    for together in asked:
        tasks = [asyncio.create_task(begin(world, dialect, ask)) for ask in together]
        await world.clock.run()
        answers = await asyncio.gather(*tasks)
    return answers[-1]


def said(answer: Answer, protocol: str) -> Words:
    """Return status, type, code and param, from the exact envelope of the protocol."""
    error = answer.json["error"]
    assert error["message"]
    if protocol == "openai":
        assert {"error"} == set(answer.json)
        assert {"message", "type", "param", "code"} == set(error)
        return Words(answer.status, error["type"], error["code"], error["param"])
    assert {"type": "error", "error": error, "request_id": "mine-1"} == answer.json
    assert {"type", "message"} == set(error)
    return Words(answer.status, error["type"])


@pytest.mark.parametrize("protocol", list(DIALECTS))
@pytest.mark.parametrize("row", ROWS, ids=[f"{n}-{row.kind}" for n, row in enumerate(ROWS)])
async def test_a_refusal_is_in_the_protocols_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: Row, protocol: str
) -> None:
    """Status, envelope, and every header that a client may look for."""
    if row.kind == "internal":
        put_a_bug(monkeypatch)
    dialect = DIALECTS[protocol]
    answer = await refused(world_of(row, protocol, tmp_path), row, protocol)
    headers = answer.headers

    assert getattr(row, protocol) == said(answer, protocol)
    assert ("application/json", "*") == (
        headers["content-type"],
        headers["access-control-allow-origin"],
    )
    assert "mine-1" == headers[dialect.id_header]
    assert dialect.always <= set(headers)
    assert row.retry_after == headers.get("retry-after")
    assert row.allow.get(protocol) == headers.get("allow")
    assert (dialect.limits if row.limited else set()) == set(headers) & dialect.limits


@pytest.mark.parametrize("protocol", list(DIALECTS))
async def test_a_bug_is_told_by_its_id_and_traced_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, protocol: str
) -> None:
    """The client gets the id that stands beside the stack trace, and nothing of the trace."""
    put_a_bug(monkeypatch)
    world = World(tmp_path)
    answer = await begin(world, DIALECTS[protocol], Ask())
    crashes = [fields for _, event, fields in world.log.lines if event == "crash"]

    assert b"mine-1" in answer.body
    assert not [word for word in (b"secret", b"ZeroDivision", b"Trace") if word in answer.body]
    assert ["mine-1"] == [fields["request_id"] for fields in crashes]
    assert isinstance(crashes[0]["exc_info"], ZeroDivisionError)


def test_every_kind_has_a_row() -> None:
    """What a stage refuses with, what the router and the admin routes do, and our own bugs."""
    declared = {
        kind for stage in (*STAGES.values(), *GENERATORS.values()) for kind in stage.refuses
    }
    #: A stream that takes too long has begun: its error is an event, not an answer. Only the
    #: route that deletes a model forbids; its own tests say how.
    declared -= {"timeout", "forbidden"}

    assert declared | {"unknown_route", "wrong_method", "unknown_resource", "internal"} == {
        row.kind for row in ROWS
    }
