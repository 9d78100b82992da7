"""The OpenAPI description."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.engine.openapi import describe
from tests.harness import World

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
