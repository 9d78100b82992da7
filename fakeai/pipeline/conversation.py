"""Conversation: what the messages of a request show the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fakeai.pipeline.media import holds_media, part_text, read_pieces

if TYPE_CHECKING:
    from fakeai.pipeline.media import Medium


def read_mixed(messages: list[dict[str, Any]]) -> list[str | Medium]:
    """Return the texts and the media of a conversation, each in its place."""
    pieces: list[str | Medium] = []
    for message in messages:
        content = message.get("content")
        if holds_media(content):
            pieces += read_pieces(content)
        else:
            pieces.append(message_text(content))
        pieces += called(message)
    return pieces


def called(message: dict[str, Any]) -> list[str]:
    """Return the names and arguments of a message's tool calls, which are part of the prompt."""
    if "tool_calls" not in message and "function_call" not in message:
        return []
    calls = list(message.get("tool_calls") or [])
    if message.get("function_call"):
        calls.append({"function": message["function_call"]})
    texts: list[str] = []
    for call in calls:
        what = call.get("function") or call.get("custom") or {}
        texts += [what.get("name") or "", what.get("arguments") or what.get("input") or ""]
    return texts


def message_text(content: str | list[dict[str, Any]] | None) -> str:
    """Return the text of a message's content, whatever its form."""
    if isinstance(content, str):
        return content
    parts = content or []
    return "\n".join(filter(None, map(part_text, parts)))
