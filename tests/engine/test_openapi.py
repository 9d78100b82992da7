"""The OpenAPI description."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.engine.openapi import describe
from tests.harness import World
from tests.repository import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def test_every_status_that_a_stage_may_refuse_with_is_listed(tmp_path: Path) -> None:
    """Refusals of compiled stages appear under their status."""
    chat = describe(World(tmp_path).engine)["paths"]["/v1/chat/completions"]["post"]

    assert {"200", "400", "404", "408", "413", "415", "422", "504"} <= set(chat["responses"])
    assert "context_length" in chat["responses"]["400"]["description"]


def test_streams_have_their_own_content_type(tmp_path: Path) -> None:
    """A stream's schema is that of a chunk."""
    chat = describe(World(tmp_path).engine)["paths"]["/v1/chat/completions"]["post"]
    content = chat["responses"]["200"]["content"]

    assert {"application/json", "text/event-stream"} == set(content)
    assert content["text/event-stream"]["schema"]["$ref"].endswith("chat_completions_chunk")


def test_path_parameters_are_described(tmp_path: Path) -> None:
    """The router's `:path` is not part of the described path."""
    document = describe(World(tmp_path).engine)
    [parameter] = document["paths"]["/v1/models/{model}"]["delete"]["parameters"]

    assert ("model", "path", True) == (parameter["name"], parameter["in"], parameter["required"])


async def test_a_stream_of_lines_is_described_as_one(tmp_path: Path) -> None:
    """Its type is the one with which it is sent."""
    protocol = (ROOT / "templates/openai/protocol.yaml").read_text().partition("\nstream:")[0]
    files = {
        "templates/lines/protocol.yaml": f"{protocol}\nstream: {{ framing: ndjson }}\n",
        "schemas/lines/say.yaml": "response: {}\nchunk: { type: object }\n",
        "templates/lines/say.yaml": (
            "inputs: { stream: true, model: '{{ request.model }}', prompts: [hi] }\n"
            "response: {}\n"
            "stream: { choice: { text: { delta: { data: { text: '{{ delta.text }}' } } } } }\n"
        ),
    }
    row = "{ route: POST /say, protocol: lines, generate: completion }"
    world = World(tmp_path, f"endpoints: {{ say: {row} }}", files)
    described = describe(world.engine)["paths"]["/say"]["post"]["responses"]["200"]["content"]
    sent = (await world.send("POST", "/say", {"model": "gpt-4o"})).headers["content-type"]

    assert ["application/json", sent] == [*described]


def test_parameters_refer_to_components(tmp_path: Path) -> None:
    """The definitions of a schema file are where its parameters look for them."""
    files = {
        "schemas/openai/look.yaml": (
            "parameters: { query: { properties: { n: { $ref: '#/$defs/count' } } } }\n"
            "response: {}\n"
            "$defs: { count: { type: integer } }\n"
        ),
        "templates/openai/look.yaml": "response: {}\n",
    }
    row = "{ route: GET /look, protocol: openai }"
    document = describe(World(tmp_path, f"endpoints: {{ look: {row} }}", files).engine)
    [parameter] = document["paths"]["/look"]["get"]["parameters"]

    assert {"$ref": "#/components/schemas/look_query.count"} == parameter["schema"]
    assert {"type": "integer"} == document["components"]["schemas"]["look_query.count"]
