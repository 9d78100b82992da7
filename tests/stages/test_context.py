"""context: the texts of a conversation, whatever their form."""

from __future__ import annotations

from typing import Any

import pytest

from fakeai.stages.context import message_text, read_context


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


def test_who_said_what() -> None:
    """The last user text, all system and developer texts, the number of user messages."""
    context = read_context(
        [
            {"role": "system", "content": "Be kind."},
            {"role": "user", "content": "One"},
            {"role": "assistant", "content": "Two"},
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": "Three"},
        ]
    )

    assert ("Three", "Be kind.\nBe brief.", 2) == (context.user, context.system, context.turn)
    assert ["Be kind.", "One", "Two", "Be brief.", "Three"] == context.texts
