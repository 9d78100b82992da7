"""Compiling: what is on runs, what is off is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeai.core.problem import SpecError
from fakeai.engine.compile import allowed_methods
from fakeai.engine.route import Route, parse_route
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

    from fakeai.engine.compile import CompiledEndpoint

ECHO = "endpoints: { echo: { route: POST /v1/echo, protocol: house, generate: null } }\n"
ECHO_FILES = {
    "schemas/house/echo.yaml": """
request:
  type: object
  required: [text]
  properties: { text: { type: string } }
  examples: [{ text: hello there }]
response:
  type: object
  required: [you_said, tokens]
  properties: { you_said: { type: string }, tokens: { type: integer } }
""",
    "templates/house/echo.yaml": """
inputs:
  model: gpt-4o
  messages: [{ role: user, content: "{{ request.text }}" }]
response:
  you_said: "{{ request.text }}"
  tokens: "{{ usage.prompt_tokens }}"
""",
}


def endpoint(world: World, name: str) -> CompiledEndpoint:
    """Return a compiled endpoint by name."""
    return next(e for e in world.engine.endpoints if e.name == name)


async def test_an_endpoint_is_a_row_a_schema_and_a_template(tmp_path: Path) -> None:
    """Nothing of it is Python; errors come in its protocol's shape."""
    overlay = ECHO.replace("house", "openai")
    files = {name.replace("house", "openai"): text for name, text in ECHO_FILES.items()}
    world = World(tmp_path, overlay, files)
    answer = await world.send("POST", "/v1/echo", {"text": "hello, world"})
    refused = await world.send("POST", "/v1/echo", {})

    assert {"you_said": "hello, world", "tokens": 3} == answer.json
    assert (422, "text") == (refused.status, refused.json["error"]["param"])


def test_a_missing_file_is_a_problem_at_the_row(tmp_path: Path) -> None:
    """Each missing file is named, with the folders that were searched."""
    with pytest.raises(SpecError) as caught:
        World(tmp_path, ECHO)
    problems = caught.value.problems

    assert {"FA037"} == {problem.code for problem in problems}
    assert any("templates/house/protocol.yaml" in problem.message for problem in problems)


def test_a_stage_with_nothing_to_do_is_compiled_away(tmp_path: Path) -> None:
    """A GET row has no body, no prompt and no price."""
    stages = endpoint(World(tmp_path), "models").stages

    gates = {"request_log", "metrics", "abuse", "rate_limits", "auth"}
    assert gates | {"respond"} == {p.stage.name for p in stages if p.steps is not None}


def test_a_row_can_skip_stages(tmp_path: Path) -> None:
    """`skip` takes a stage out of one endpoint only."""
    world = World(tmp_path, "endpoints: { health: { skip: [request_log] } }\n")

    assert [True] == [
        p.skipped for p in endpoint(world, "health").stages if p.stage.name == "request_log"
    ]
    assert not any(p.skipped for p in endpoint(world, "models").stages)


def test_a_section_set_to_false_is_off(tmp_path: Path) -> None:
    """`false` removes an inherited section, and its stage with it."""
    world = World(tmp_path, "request_log: false\n")

    assert {None} == {
        p.steps for p in endpoint(world, "health").stages if p.stage.name == "request_log"
    }


def test_the_order_is_that_of_the_pipeline(tmp_path: Path) -> None:
    """Two stages that do not depend on each other may be swapped."""
    world = World(
        tmp_path,
        "pipeline: [request_log, body, schema, inputs, model, context, tokens, generate, latency,"
        " pricing, respond]\n",
    )
    names = [p.stage.name for p in endpoint(world, "chat_completions").stages]

    assert names.index("latency") < names.index("pricing")


def test_methods_of_a_path_are_those_of_all_its_routes() -> None:
    """What a 405 lists."""
    routes = [parse_route(text) for text in ("GET /a/{x}", "DELETE /a/{y}", "POST /b")]
    allowed = allowed_methods([route for route in routes if isinstance(route, Route)])

    assert ["DELETE", "GET", "HEAD"] == allowed("/a/1")
    assert [] == allowed("/c")
    assert ["POST"] == allowed("/b")
