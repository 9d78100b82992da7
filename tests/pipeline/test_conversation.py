"""conversation: texts, calls and media of messages."""

from __future__ import annotations

from typing import Any

import pytest

from fakeai.pipeline.conversation import message_text, read_mixed
from fakeai.pipeline.media import Medium
from fakeai.sim.media import link_name


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("plain", "plain"),
        (None, ""),
        ([], ""),
        ([{"type": "text", "text": "a"}, {"type": "refusal", "refusal": "b"}], "a\nb"),
        ([{"type": "image_url", "image_url": {"url": "x"}}], ""),
    ],
)
def test_content_is_read_in_any_form(content: Any, text: str) -> None:
    """A text, nothing, or a list of parts."""
    assert text == message_text(content)


def test_media_stand_in_their_places() -> None:
    """Messages without any have one text; in the others each text is on its own."""
    image = {"type": "image_url", "image_url": {"url": "x"}}
    text, more = {"type": "text", "text": "a"}, {"type": "refusal", "refusal": "b"}
    call = {"function": {"name": "add", "arguments": "{}"}}
    pieces = read_mixed(
        [
            {"content": [text, more]},
            {"content": [text, image, {"type": "text", "text": ""}, more], "tool_calls": [call]},
            {"content": None},
        ]
    )
    medium = Medium(kind="image", name=link_name("x"))

    assert ["a\nb", "a", medium, "b", "add", "{}", ""] == pieces
