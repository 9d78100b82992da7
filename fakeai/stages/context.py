"""context: what the model is shown, as texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fakeai.pipeline.exchange import Context
from fakeai.pipeline.stage import Build, Stage, Steps

if TYPE_CHECKING:
    from fakeai.pipeline.exchange import Exchange


def compile_context(_config: None, build: Build) -> Steps | None:
    """Return the step that reads the conversation."""
    if "messages" not in build.files.words:
        return None

    def enter(exchange: Exchange) -> None:
        exchange.context = read_context(exchange.inputs.messages or [])

    return Steps(enter=enter)


def read_context(messages: list[dict[str, Any]]) -> Context:
    """Return the texts of a conversation, and who said what last."""
    texts: list[str] = []
    system: list[str] = []
    user, turn = "", 0
    for message in messages:
        text = message_text(message.get("content"))
        role = message.get("role")
        texts.append(text)
        if role == "user":
            user, turn = text, turn + 1
        elif role in {"system", "developer"}:
            system.append(text)
    return Context(texts=texts, user=user, system="\n".join(system), turn=turn)


def message_text(content: str | list[dict[str, Any]] | None) -> str:
    """Return the text of a message's content, whatever its form."""
    if isinstance(content, str):
        return content
    parts = content or []
    return "\n".join([part.get("text") or part.get("refusal") or "" for part in parts])


STAGE = Stage(
    name="context",
    summary="Reads the conversation: its texts, the last user message, the turn.",
    compile=compile_context,
    reads=frozenset({"inputs"}),
    writes=frozenset({"context"}),
)
