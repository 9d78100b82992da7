"""CORS over HTTP: preflights, and headers on every kind of answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeai.core.problem import SpecError
from tests.harness import Answer, World

if TYPE_CHECKING:
    from pathlib import Path

APP = "https://app.example.com"


def cors(**fields: str) -> str:
    """Return an overlay with these fields."""
    return "server: {cors: {" + ", ".join(f"{k}: {v}" for k, v in fields.items()) + "}}\n"


async def preflight(world: World, origin: str = APP, wanted: str = "authorization") -> Answer:
    """Ask as a browser does."""
    headers = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": wanted,
    }
    return await world.send("OPTIONS", "/v1/chat/completions", headers=headers)


async def get(world: World, path: str = "/v1/models", origin: str = APP) -> Answer:
    """Get a path from an origin."""
    return await world.send("GET", path, headers={"origin": origin})


async def test_a_preflight_is_answered_before_everything(tmp_path: Path) -> None:
    """Neither a key nor a log line is needed."""
    world = World(tmp_path, "auth: {required: true}\n")
    answer = await preflight(world)

    assert (204, b"") == (answer.status, answer.body)
    assert "*" == answer.headers["access-control-allow-origin"]
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "authorization" == answer.headers["access-control-allow-headers"]
    assert "600" == answer.headers["access-control-max-age"]
    assert [] == world.log.lines


@pytest.mark.parametrize("path", ["/v1/models", "/nope", "/v1/models/a/b", "/docs"])
async def test_every_answer_may_be_read(tmp_path: Path, path: str) -> None:
    """Errors and pages too."""
    assert "*" == (await get(World(tmp_path), path)).headers["access-control-allow-origin"]


async def test_streams_may_be_read(tmp_path: Path) -> None:
    """The headers go out before the first token."""
    body = {"model": "m", "messages": [{"role": "user", "content": "Hi"}], "stream": True}
    answer = await World(tmp_path).send(
        "POST", "/v1/chat/completions", body, headers={"origin": APP}
    )

    assert "*" == answer.headers["access-control-allow-origin"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("allow_origins", f'["{APP}"]'),
        ("allow_origins", '["https://*.example.com"]'),
        ("allow_origin_regexes", '["https://[a-z]+[.]example[.]com"], allow_origins: []'),
    ],
)
async def test_only_declared_origins_may_read(tmp_path: Path, field: str, value: str) -> None:
    """Exact, with a star, or by a pattern."""
    world = World(tmp_path, cors(**{field: value}))

    assert APP == (await get(world)).headers["access-control-allow-origin"]
    assert (
        "access-control-allow-origin" not in (await get(world, origin="https://evil.com")).headers
    )
    assert "access-control-allow-origin" not in (await preflight(world, "https://evil.com")).headers


@pytest.mark.parametrize(
    ("field", "value", "header", "expected"),
    [
        ("allow_methods", "[GET]", "access-control-allow-methods", "GET"),
        ("allow_headers", "[x-one, x-two]", "access-control-allow-headers", "x-one, x-two"),
        ("max_age", "1h", "access-control-max-age", "3600"),
        ("expose_headers", "[x-request-id]", "access-control-expose-headers", "x-request-id"),
        (
            "allow_credentials",
            f'true, allow_origins: ["{APP}"]',
            "access-control-allow-credentials",
            "true",
        ),
    ],
)
async def test_each_key_is_told(
    tmp_path: Path, field: str, value: str, header: str, expected: str
) -> None:
    """What the spec says is what the browser hears."""
    answer = await preflight(World(tmp_path, cors(**{field: value})))

    assert expected == answer.headers[header]


@pytest.mark.parametrize(
    "fields",
    [
        {"allow_credentials": "true"},
        {"allow_origins": '["example.com/path"]'},
        {"allow_origin_regexes": '["("]'},
    ],
)
def test_wrong_origins_are_a_problem(tmp_path: Path, fields: dict[str, str]) -> None:
    """Any origin with credentials, what is no origin, what is no pattern."""
    with pytest.raises(SpecError) as caught:
        World(tmp_path, cors(**fields))

    assert {"FA025"} == {problem.code for problem in caught.value.problems}


@pytest.mark.parametrize(
    ("overlay", "expected"),
    [
        ("server: {cors: {allow_origin_regexes: [a, '(']}}", ["3:43"]),
        ("server: {cors: {allow_origins: ['*', 'x/y']}}", ["3:38"]),
        ("server: {cors: {allow_credentials: true}}", ["24:27", "3:36"]),
    ],
)
def test_a_wrong_entry_is_marked(tmp_path: Path, overlay: str, expected: list[str]) -> None:
    """Itself, not the list; and what lets credentials through, where they are too much."""
    with pytest.raises(SpecError) as caught:
        World(tmp_path, overlay)
    (problem,) = caught.value.problems
    places = [problem.place, *(related.place for related in problem.related)]

    assert expected == [f"{place.line}:{place.column}" for place in places]


async def test_without_the_section_there_are_no_headers(tmp_path: Path) -> None:
    """A browser then keeps the answer from the page."""
    world = World(tmp_path, "server: {cors: null}\n")

    assert "access-control-allow-origin" not in (await get(world)).headers
    assert "access-control-allow-origin" not in (await preflight(world)).headers
