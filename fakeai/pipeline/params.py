"""Params: where a request keeps what a refusal may have to name."""

from __future__ import annotations

import msgspec


class Params(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of a request, as paths; a refusal names none where the path is null."""

    model: str | None = None
    messages: str | None = None
    call_id: str | None = None
    """The call that a tool's result answers, from the message."""
    prompts: str | None = None
    max_tokens: str | None = None
    tools: str | None = None
    parameters: str | None = None
    """The schema of a tool's arguments, from the tool."""
    grammar: str | None = None
    """The grammar of a custom tool, from the tool."""
    tool_choice: str | None = None
    tool_names: str | None = None
    """The list of the tools that may be called, where the choice has one."""
    response_format: str | None = None
    response_schema: str | None = None
    reasoning_effort: str | None = None
    reasoning_tokens: str | None = None
    speech: str | None = None
    report_end: str | None = None
    report_page: str | None = None


def path_of(*steps: str | int | None) -> str | None:
    """Return the path that leads through fields and positions, as far as their names are known."""
    known: list[str] = []
    for step in steps:
        if step is None:
            break
        known.append(str(step))
    return ".".join(known) or None
