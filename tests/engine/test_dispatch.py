"""Dispatch: rows on one route, told apart by a header."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fakeai.core.problem import SpecError
from fakeai.engine.explain import explain
from fakeai.engine.openapi import describe
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "schemas/openai/thing.yaml": "response: { type: object }\n",
    "templates/openai/one.yaml": 'response: { row: one, id: "{{ path.id }}" }\n',
    "templates/openai/two.yaml": 'response: { row: two, id: "{{ path.id }}" }\n',
    "templates/openai/rest.yaml": 'response: { row: rest, id: "{{ path.id }}" }\n',
}
ROW = "protocol: openai, schema: openai/thing.yaml, template: openai"
ONE = f"one: {{ route: 'GET /things/{{id:path}}', when: {{ header: X-One }}, {ROW}/one.yaml }}"
TWO = f"two: {{ route: 'GET /things/{{id:path}}', when: {{ header: x-two }}, {ROW}/two.yaml }}"
REST = f"rest: {{ route: 'GET /things/{{id:path}}', {ROW}/rest.yaml }}"


def world(folder: Path, *rows: str) -> World:
    """Return a server with more rows."""
    return World(folder, f"endpoints: {{ {', '.join(rows)} }}", FILES)


async def taken(server: World, **headers: str) -> Any:
    """Return which row took a request."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = await server.send("GET", "/things/a/b", headers=given)
    return (answer.json["row"], answer.json["id"]) if answer.status == 200 else answer.status


async def test_a_header_chooses_the_row(tmp_path: Path) -> None:
    """Whatever its value; the first row in the table that fits, else the one without `when`."""
    server = world(tmp_path, REST, ONE, TWO)

    assert ("rest", "a/b") == await taken(server)
    assert ("one", "a/b") == await taken(server, x_one="")
    assert ("two", "a/b") == await taken(server, X_Two="2")
    assert ("one", "a/b") == await taken(server, x_two="2", x_one="1")


async def test_what_no_row_takes_is_not_found(tmp_path: Path) -> None:
    """Also where one row alone has a `when`."""
    server = world(tmp_path, ONE)

    assert ("one", "a/b") == await taken(server, x_one="1")
    assert 404 == await taken(server)


async def test_head_goes_the_same_way(tmp_path: Path) -> None:
    """HEAD works wherever GET does."""
    server = world(tmp_path, REST, ONE)

    assert 200 == (await server.send("HEAD", "/things/a", headers={"x-one": "1"})).status


@pytest.mark.parametrize(
    "rows",
    [
        (ONE, ONE.replace("one:", "again:", 1).replace("X-One", "x-one")),
        (REST, REST.replace("rest:", "again:", 1)),
        (REST, ONE.replace("{id:path}", "{name:path}")),
    ],
)
def test_rows_that_cannot_be_told_apart_are_a_problem(tmp_path: Path, rows: tuple[str]) -> None:
    """The same header in any spelling, none twice, or one path written in two ways."""
    with pytest.raises(SpecError) as caught:
        world(tmp_path, *rows)

    assert ["FA036"] == [problem.code for problem in caught.value.problems]


def test_the_plan_shows_every_row(tmp_path: Path) -> None:
    """With the header that leads to it."""
    shown = explain(world(tmp_path, REST, ONE).engine)

    assert "GET /things/{id:path}  (rest," in shown
    assert "GET /things/{id:path} with X-One  (one," in shown


def test_the_api_description_joins_the_rows(tmp_path: Path) -> None:
    """One operation has the header, the parameters and the answers of both."""
    paths = describe(World(tmp_path).engine)["paths"]
    models = paths["/v1/models"]["get"]
    content = models["responses"]["200"]["content"]["application/json"]["schema"]

    assert "models" == models["operationId"]
    assert {
        ("anthropic-version", "header", False),
        ("limit", "query", False),
        ("after_id", "query", False),
        ("before_id", "query", False),
    } == {(p["name"], p["in"], p["required"]) for p in models["parameters"]}
    assert [
        {"$ref": "#/components/schemas/models_response"},
        {"$ref": "#/components/schemas/anthropic_models_response"},
    ] == content["anyOf"]
    one = paths["/v1/models/{model}"]["get"]["parameters"]
    assert {("model", True), ("anthropic-version", False)} == {
        (p["name"], p["required"]) for p in one
    }


def test_bodies_are_joined_too(tmp_path: Path) -> None:
    """A row alone keeps its header as required."""
    overlay = """
endpoints:
  other: { route: POST /v1/completions, when: { header: x-other }, protocol: anthropic,
           schema: anthropic/messages.yaml, template: anthropic/messages.yaml,
           generate: completion }
  alone: { route: GET /alone, when: { header: x-other }, protocol: openai,
           schema: openai/health.yaml, template: openai/health.yaml }
"""
    paths = describe(World(tmp_path, overlay).engine)["paths"]
    body = paths["/v1/completions"]["post"]["requestBody"]

    assert body["required"]
    assert 2 == len(body["content"]["application/json"]["schema"]["anyOf"])
    assert [("x-other", True)] == [
        (p["name"], p["required"]) for p in paths["/alone"]["get"]["parameters"]
    ]


@pytest.mark.parametrize(
    ("method", "path", "headers", "protocol"),
    [
        ("GET", "/v1/messages", {}, "anthropic"),
        ("PUT", "/v1/messages/count_tokens/", {}, "anthropic"),
        ("GET", "/v1/chat/completions/a/messages/b", {}, None),
        ("DELETE", "/v1/chat/completions", {}, "openai"),
        ("POST", "/v1/models", {}, "openai"),
        ("POST", "/v1/models", {"anthropic-version": "2023-06-01"}, "anthropic"),
        ("POST", "/v1/messages", {"anthropic-version": "2023-06-01"}, "answered"),
        ("POST", "/v1/messages/other", {"anthropic-version": "2023-06-01"}, None),
        ("PUT", "/health", {"anthropic-version": "2023-06-01"}, "openai"),
    ],
)
async def test_a_wrong_method_is_refused_in_the_protocol_of_its_path(
    tmp_path: Path, method: str, path: str, headers: dict[str, str], protocol: str | None
) -> None:
    """Or of its header, where rows share the path; an unknown path in that of the server."""
    answer = await World(tmp_path).send(method, path, headers=headers)
    envelope = "anthropic" if "type" in answer.json else "openai"
    statuses = {None: 404, "answered": 400}

    assert statuses.get(protocol, 405) == answer.status
    assert {None: "openai", "answered": "anthropic"}.get(protocol, protocol) == envelope
    assert ("allow" in answer.headers) == (answer.status == 405)
