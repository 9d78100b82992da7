"""Arrival: ids, addresses, and proxies that are none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from fakeai.core.problem import SpecError
from fakeai.engine.arrival import by_name, forwarded, given_id
from fakeai.spec.files import builtin_folder
from tests.harness import World
from tests.line import Listener

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("value", "expected"),
    [(b"mine-1", "mine-1"), (b"a b", None), (b"x" * 129, None), (b"", None), (b"a\nb", None)],
)
def test_a_sane_id_is_kept(value: bytes, expected: str | None) -> None:
    """Whatever could forge a log line is not."""
    assert expected == given_id([(b"x-request-id", value)], b"x-request-id")


def protocol_with(key: str, value: str) -> dict[str, str]:
    """Return the file of a protocol in which a key has another value."""
    built_in = (builtin_folder() / "templates/openai/protocol.yaml").read_text()
    text = re.sub(f"(?m)^{key}: .*$", f"{key}: {value}", built_in)
    assert text != built_in
    return {"templates/openai/protocol.yaml": text}


@pytest.mark.parametrize(
    ("header", "taken"),
    [("X-Client-Request-ID", ("x-client-request-id",)), ("null", ())],
)
async def test_the_protocol_names_the_header_of_a_clients_id(
    tmp_path: Path, header: str, taken: tuple[str, ...]
) -> None:
    """An id in another header is not taken; where none is named, no id is."""
    world = World(tmp_path, files=protocol_with("request_id_header", header))
    sent = ("x-request-id", "x-client-request-id", "")
    told = {}
    for name in sent:
        headers = {name: "mine"} if name else {}
        answer = await world.send("GET", "/health", headers=headers)
        told[name] = answer.headers["x-request-id"]

    assert taken == tuple(name for name, id_ in told.items() if id_ == "mine")
    assert all(id_ == "mine" or id_.startswith("req_") for id_ in told.values())


@pytest.mark.parametrize("value", ['""', '"x request id"', '"x-id:"', "[x-id]"])
def test_a_header_that_is_none_is_a_problem(tmp_path: Path, value: str) -> None:
    """The key is marked."""
    with pytest.raises(SpecError) as caught:
        World(tmp_path, files=protocol_with("request_id_header", value))

    assert {"request_id_header"} == {problem.path for problem in caught.value.problems}


def test_forwarded_values_stay_in_order() -> None:
    """The header may come several times."""
    headers = [(b"x-forwarded-for", b"a"), (b"host", b"x"), (b"x-forwarded-for", b"b")]

    assert ["a", "b"] == forwarded(headers)


@pytest.mark.parametrize(
    ("values", "expected"),
    [([b"a"], b"a"), ([b"a", b"b"], b"a"), ([b"", b"b", b"c"], b"b"), ([b"", b""], b"")],
)
def test_of_a_header_that_comes_twice_the_first_counts(
    values: list[bytes], expected: bytes
) -> None:
    """Unless it is empty; the others are found by their names."""
    headers = [(b"host", b""), *((b"x-chat", value) for value in values), (b"accept", b"x")]

    assert {b"host": b"", b"x-chat": expected, b"accept": b"x"} == by_name(headers)


def test_a_proxy_that_is_no_address_is_a_problem(tmp_path: Path) -> None:
    """The item is marked."""
    with pytest.raises(SpecError) as caught:
        World(tmp_path, 'server: {trusted_proxies: ["10.0.0.1", "proxy"]}\n')

    assert ["server.trusted_proxies[1]"] == [p.path for p in caught.value.problems]


async def test_the_address_is_logged(tmp_path: Path) -> None:
    """Behind a trusted proxy it is the client's."""
    world = World(tmp_path, 'server: {trusted_proxies: ["10.0.0.0/8"]}\n')
    headers = {"x-forwarded-for": "6.6.6.6, 203.0.113.5"}
    await world.send("GET", "/v1/models", headers=headers, peer="10.0.0.1")

    assert "203.0.113.5" == world.log.lines[-1][2]["client_ip"]


async def test_a_head_that_comes_again_says_the_same(tmp_path: Path) -> None:
    """Its id and its key are read once; ids of our own are made for each request."""
    world = World(tmp_path)
    line = Listener(world).connect()
    head = b"GET /health HTTP/1.1\r\nauthorization: Bearer sk-1\r\n"
    for _ in range(3):
        line.send(head + b"\r\n")
        line.send(head + b"x-request-id: mine\r\n\r\n")
    lines = [fields for _, event, fields in world.log.lines if event == "response"]
    ours, theirs = lines[::2], lines[1::2]

    assert ["mine"] * 3 == [each["request_id"] for each in theirs]
    assert 3 == len({each["request_id"] for each in ours} - {"mine"})
    assert 1 == len({each["key"] for each in lines} - {"anonymous"})
