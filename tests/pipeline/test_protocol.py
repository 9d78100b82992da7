"""Protocols: every kind has words, headers are bytes, wording is data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fakeai.core.document import parse, read
from fakeai.core.error import KINDS, ApiError
from fakeai.pipeline.exchange import Exchange
from fakeai.pipeline.protocol import Protocol, Violation, compile_protocol
from fakeai.pipeline.variables import getters
from tests.harness import World
from tests.line import Listener

if TYPE_CHECKING:
    from fakeai.core.problem import Problem

FILE = Path(__file__).parents[2] / "templates" / "openai" / "protocol.yaml"


async def _nothing(*_args: object) -> None:
    """Stand in for a connection."""


def compiled(text: str | None = None) -> tuple[Protocol | None, list[Problem]]:
    """Return a compiled protocol, the built-in one by default, and its problems."""
    problems: list[Problem] = []
    node = read(FILE) if text is None else parse(text, "protocol.yaml")
    sources = getters(list, lambda: 0.0)
    return compile_protocol("house", node, sources, problems), problems


def protocol() -> Protocol:
    """Return the built-in protocol."""
    made, problems = compiled()
    assert made is not None, problems
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_body(kind: str) -> None:
    """All four keys are there for each kind of refusal."""
    dialect = protocol()
    exchange = Exchange({"headers": []}, _nothing, _nothing)
    body = dialect.error_body(exchange, dialect.view(exchange, ApiError(kind, "no")))

    assert body.startswith(b'{"error":{"message":')
    assert all(f'"{key}":'.encode() in body for key in ("type", "param", "code"))


@pytest.mark.parametrize(("wait_s", "told"), [(1.2, 2), (60.0000002, 60), (0.0, 1), (None, None)])
def test_retry_after_is_rounded_up(wait_s: float | None, told: int | None) -> None:
    """Whole seconds, never too early; what floating point adds is no second."""
    exchange = Exchange({"headers": []}, _nothing, _nothing)
    view = protocol().view(exchange, ApiError("overloaded", "no", retry_after_s=wait_s))

    assert told == view.retry_after


def test_a_violation_is_worded_by_the_protocol() -> None:
    """A keyword without a row takes the row `default`."""
    violation = Violation(
        keyword="uniqueItems", param="a", value="[1,1]", expected="", actual_type="an array"
    )

    assert ("invalid_value", "Invalid value for 'a': [1,1].") == protocol().violation(violation)


def test_a_missing_and_an_unknown_kind_are_problems() -> None:
    """A refusal must have words, and words must have a refusal."""
    text = FILE.read_text().replace("  too_large:", "  too_lrge:")
    _, problems = compiled(text)

    assert ["FA048", "FA048"] == [problem.code for problem in problems]
    assert {"no row for the error kinds `too_large`", "`too_lrge` is not an error kind"} == {
        problem.message for problem in problems
    }


def test_a_wrong_file_is_placed() -> None:
    """The structure of the file is checked like a spec."""
    _, problems = compiled("errors: {}\n")

    assert any(problem.code == "FA012" and "error" in problem.message for problem in problems)


@pytest.mark.parametrize("stream", [False, True])
async def test_no_request_forges_a_header(tmp_path: Path, *, stream: bool) -> None:
    """A line break in what a header shows is no line break of the head."""
    headers = '{ x-model: "{{ model.name }}", x-path: "{{ path.id }}" }'
    text = FILE.read_text("utf-8")
    start = text.index("headers:")
    files = {
        "templates/openai/protocol.yaml": text[:start]
        + f"headers: {headers}\n\n"
        + text[_next(text, start) :]
    }
    world = World(tmp_path, "", files)
    listener = Listener(world)
    line, other = listener.connect(), listener.connect()
    asked = {"model": "evil\r\nx-forged: 1", "messages": [{"role": "user", "content": "Hi"}]}
    body = json.dumps({**asked, "stream": stream, "max_tokens": 3}).encode()
    line.send(b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: ")
    line.send(b"%d\r\n\r\n%b" % (len(body), body))
    line.send(b"GET /nope HTTP/1.1\r\nhost: x\r\n\r\n")
    other.send(b"no HTTP\r\n\r\n")
    await world.clock.run()

    assert [200, 404, 400] == [answer.status for answer in line.answers + other.answers]
    assert "evil??x-forged: 1" == line.answers[0].headers["x-model"]


def _next(text: str, start: int) -> int:
    """Return where the next section of a file begins."""
    return next(i for i in range(start + 8, len(text)) if text[i - 1] == "\n" and text[i].isalpha())


ERROR_FRAME = "  error: { event: error, data: *error }\n"


@pytest.mark.parametrize(
    ("frame", "codes"),
    [
        ("{ data: { at: '{{ now }}' } }", ["FA041"]),
        ("{ event: ping }", ["FA043"]),
        ("{ event: ping, dato: {} }", ["FA043", "FA043"]),
        ("{ $if: false, $then: { raw: ping } }", ["FA043"]),
        ("{ data: '{{ 1 / 0 }}' }", ["FA043"]),
        ("ping", ["FA043"]),
    ],
)
def test_a_wrong_sign_of_life_is_a_problem(frame: str, codes: list[str]) -> None:
    """It is the same in all streams, so it reads no variable and is always there."""
    text = FILE.read_text().replace(ERROR_FRAME, f"{ERROR_FRAME}  keep_alive: {frame}\n")
    made, problems = compiled(text)

    assert made is None
    assert codes == [problem.code for problem in problems]
    assert all(problem.path.startswith("stream.keep_alive") for problem in problems)


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        ("", b": keep-alive\n\n"),
        ("stream: { framing: ndjson }", b"\n"),
        ("stream: { framing: ndjson, keep_alive: { data: { a: 1 } } }", b'{"a":1}\n'),
    ],
)
def test_each_framing_has_its_own_sign_of_life(stream: str, expected: bytes) -> None:
    """What readers of lines or events pass over."""
    made, problems = compiled(FILE.read_text().partition("stream:\n")[0] + stream)

    assert made is not None, problems
    assert expected == made.keep_alive
