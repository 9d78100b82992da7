"""Headers: bytes where nothing varies, a template's own on top."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fakeai.core.document import parse
from fakeai.core.problem import SpecError
from fakeai.pipeline.exchange import Exchange
from fakeai.pipeline.headers import compile_headers, header_leaves
from fakeai.pipeline.variables import HEADER_TYPES, getters
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

    from fakeai.core.problem import Problem
    from fakeai.pipeline.headers import Headers
    from tests.harness import Answer

ROW = "endpoints: { look: { route: POST /look, protocol: openai, generate: completion } }"
TEMPLATE = """
inputs: { model: "{{ request.model }}", prompts: [hi], stream: "{{ request.stream }}" }
response: { ok: true }
stream: { choice: { text: { delta: { data: { text: "{{ delta.text }}" } } } } }
headers:
"""


async def _nothing(*_args: object) -> None:
    """Stand in for a connection."""


def compiled(text: str) -> tuple[Headers, list[Problem]]:
    """Return compiled headers and their problems."""
    problems: list[Problem] = []
    leaves = header_leaves(parse(f"{{ {text} }}", "f"))
    return compile_headers(leaves, HEADER_TYPES, problems), problems


def looking(folder: Path, headers: str) -> World:
    """Return a server with an endpoint that has headers of its own."""
    files = {
        "schemas/openai/look.yaml": "request: {}\nresponse: {}\nchunk: {}\n",
        "templates/openai/look.yaml": TEMPLATE + headers,
    }
    return World(folder, ROW, files)


async def look(folder: Path, headers: str, **fields: Any) -> Answer:
    """Return the answer of an endpoint that has headers of its own."""
    body = {"model": "gpt-4o", **fields}
    return await looking(folder, headers).send("POST", "/look", body)


def test_headers_without_an_expression_are_bytes_from_the_start() -> None:
    """Only the others are rendered for each request; null leaves one out."""
    headers, problems = compiled("X-A: 1, b: true, c: null, d: '{{ id }}', e: '{'")

    assert [] == problems
    assert ((b"x-a", b"1"), (b"b", b"true"), (b"e", b"{")) == headers.fixed
    assert {"d": b"d"} == headers.names


def test_headers_of_stages_stand_between() -> None:
    """What never changes is first, what is rendered last; a null is left out."""
    headers, _ = compiled("a: '{{ id }}', b: x, c: '{{ principal.project }}'")
    exchange = Exchange({"headers": []}, _nothing, _nothing)
    exchange.id = "7"
    exchange.headers.append((b"s", b"y"))
    head = headers.head(getters(list, lambda: 0.0))

    assert [(b"b", b"x"), (b"s", b"y"), (b"a", b"7")] == head(exchange)


@pytest.mark.parametrize("name", ["Content-Length", "a b", "'a:'", "ä"])
def test_a_name_that_cannot_be_set_is_a_problem(name: str) -> None:
    """It is none, or what the server says itself."""
    _, problems = compiled(f"{name}: x")

    assert ["FA049"] == [problem.code for problem in problems]


@pytest.mark.parametrize("stream", [False, True])
async def test_a_template_lays_headers_over_those_of_the_protocol(
    tmp_path: Path, stream: bool
) -> None:
    """They are sent with answers and streams, and may read what the answer may."""
    headers = (
        "  openai-version: '2'\n  x-request-id: null\n  x-tokens: '{{ usage.prompt_tokens }}'\n"
    )
    answer = await look(tmp_path, headers, stream=stream)

    assert 200 == answer.status
    assert ("2", "1") == (answer.headers["openai-version"], answer.headers["x-tokens"])
    assert "x-request-id" not in answer.headers
    assert "openai-processing-ms" in answer.headers


async def test_refusals_have_those_of_the_protocol(tmp_path: Path) -> None:
    """An endpoint's own belong to its answers."""
    answer = await looking(tmp_path, "  x-own: 1\n").send("POST", "/look", b"{")

    assert 400 == answer.status
    assert "x-own" not in answer.headers
    assert "2020-10-01" == answer.headers["openai-version"]


@pytest.mark.parametrize(
    ("headers", "code", "path"),
    [
        ("  x-own: '{{ nonsense }}'\n", "FA041", "headers.x-own"),
        ("  x-own: '{{ id | nofilter }}'\n", "FA041", "headers.x-own"),
        ("  x-own: '{% if id %}'\n", "FA044", "headers.x-own"),
        ("  x-own: [a]\n", "FA011", "headers.x-own"),
    ],
)
def test_a_wrong_header_is_a_problem(tmp_path: Path, headers: str, code: str, path: str) -> None:
    """Each is checked like any other leaf."""
    with pytest.raises(SpecError) as caught:
        looking(tmp_path, headers)

    assert [(code, path)] == [(p.code, p.path) for p in caught.value.problems]
