"""The files that a spec names: beside the spec first, then built in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeai.core.problem import SpecError
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_file_beside_the_spec_goes_before_the_built_in_one(tmp_path: Path) -> None:
    """A template can be replaced by a file of the same name."""
    files = {"templates/openai/health.yaml": "response: { status: mine }\n"}
    files["schemas/openai/health.yaml"] = "response: { type: object }\n"
    answer = await World(tmp_path, "", files).send("GET", "/health")

    assert {"status": "mine"} == answer.json


async def test_a_row_can_name_its_files(tmp_path: Path) -> None:
    """`schema` and `template` stand in for the row's own name."""
    overlay = """
endpoints:
  alive:
    { route: GET /alive, protocol: openai, schema: openai/health.yaml, template: openai/up.yaml }
"""
    files = {"templates/openai/up.yaml": "response: { up: true }\n"}

    assert {"up": True} == (await World(tmp_path, overlay, files).send("GET", "/alive")).json


def test_a_schema_is_compiled_once(tmp_path: Path) -> None:
    """The engine that is tried and the one that serves share what is the same."""
    tried, served = (
        next(row for row in World(tmp_path, "").engine.endpoints if row.name == "chat_completions")
        for _ in range(2)
    )

    assert served.files.validators["request"] is tried.files.validators["request"]


def test_a_broken_protocol_is_a_problem_of_its_own_file(tmp_path: Path) -> None:
    """The place is in the file that is wrong."""
    files = {"templates/openai/protocol.yaml": "errors: {}\nerror: {}\nheadrs: {}\n"}
    with pytest.raises(SpecError) as caught:
        World(tmp_path, "", files)

    assert any(
        p.code == "FA010" and p.place.file.endswith("protocol.yaml") for p in caught.value.problems
    )


def test_yaml_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    """All files are read before the first request."""
    with pytest.raises(SpecError) as caught:
        World(tmp_path, "", {"schemas/openai/health.yaml": "response: [\n"})

    assert {"FA001"} == {problem.code for problem in caught.value.problems}


async def test_an_endpoint_can_share_inputs_and_definitions(tmp_path: Path) -> None:
    """A file name in place of `inputs` or `$defs` means those of that file."""
    overlay = "endpoints: { size: { route: POST /size, protocol: openai } }"
    files = {
        "templates/openai/size.yaml": (
            "inputs: openai/chat_completions.yaml\n"
            "response: { tokens: '{{ usage.prompt_tokens }}' }\n"
        ),
        "schemas/openai/size.yaml": (
            "request: { properties: { messages: { items: { $ref: '#/$defs/message' } } } }\n"
            "response: {}\n"
            "$defs: openai/chat_completions.yaml\n"
        ),
    }
    world = World(tmp_path, overlay, files)
    messages = [{"role": "user", "content": "one two"}]
    good = await world.send("POST", "/size", {"model": "gpt-4o", "messages": messages})
    bad = await world.send("POST", "/size", {"model": "gpt-4o", "messages": [{"role": "x"}]})

    assert {"tokens": 2} == good.json
    assert (422, "messages.0.role") == (bad.status, bad.json["error"]["param"])


@pytest.mark.parametrize("name", ["openai/none.yaml", "openai/models.yaml"])
def test_a_part_of_another_file_must_exist(tmp_path: Path, name: str) -> None:
    """Neither a file that is not there nor one without that part will do."""
    files = {"templates/openai/health.yaml": f"inputs: {name}\nresponse: {{}}\n"}
    with pytest.raises(SpecError) as caught:
        World(tmp_path, "", files)

    assert [("FA037", "inputs")] == [(p.code, p.path) for p in caught.value.problems]


LOOK = "endpoints: { look: { route: GET /look, protocol: openai } }"


def looking(folder: Path, schema: str) -> World:
    """Return a server with an endpoint of its own that takes a query."""
    template = "response: { ok: true }\n"
    files = {"schemas/openai/look.yaml": schema, "templates/openai/look.yaml": template}
    return World(folder, LOOK, files)


@pytest.mark.parametrize("part", ["path", "query"])
def test_a_bad_schema_of_an_address_is_a_problem(tmp_path: Path, part: str) -> None:
    """It is marked where it stands, like one of a body."""
    with pytest.raises(SpecError) as caught:
        looking(tmp_path, f"parameters: {{ {part}: {{ type: objekt }} }}\nresponse: {{}}\n")

    (problem,) = caught.value.problems
    assert ("FA046", f"parameters.{part}") == (problem.code, problem.path)
    assert str(problem.place).endswith(f"look.yaml:1:{17 + len(part)}")


def test_nothing_is_fetched(tmp_path: Path) -> None:
    """A schema holds all that it refers to; another file or the network would change under it."""
    (tmp_path / "other.json").write_text("{}")
    uri = (tmp_path / "other.json").as_uri()
    with pytest.raises(SpecError) as caught:
        looking(tmp_path, f"parameters: {{ query: {{ $ref: '{uri}' }} }}\nresponse: {{}}\n")

    assert [("FA046", "parameters.query")] == [(p.code, p.path) for p in caught.value.problems]
    assert f"{uri} is not in this file" in caught.value.problems[0].message


@pytest.mark.parametrize(
    ("parameters", "code"),
    [("{ query: true }", "FA011"), ("{ path: true }", "FA011"), ("{ qery: {} }", "FA010")],
)
def test_an_address_has_maps_of_parameters(tmp_path: Path, parameters: str, code: str) -> None:
    """Each of the two is a schema of an object."""
    with pytest.raises(SpecError) as caught:
        looking(tmp_path, f"parameters: {parameters}\nresponse: {{}}\n")

    assert [code] == [problem.code for problem in caught.value.problems]


async def test_a_query_may_refer_to_the_definitions(tmp_path: Path) -> None:
    """They are those of the whole file."""
    world = looking(
        tmp_path,
        "parameters: { query: { properties: { n: { $ref: '#/$defs/count' }, any: true } } }\n"
        "response: {}\n"
        "$defs: { count: { type: integer, maximum: 3 } }\n",
    )
    good, bad = [await world.send("GET", f"/look?any=x&n={n}") for n in (3, 4)]

    assert (200, 422, "n") == (good.status, bad.status, bad.json["error"]["param"])
