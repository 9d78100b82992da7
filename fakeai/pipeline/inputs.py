"""Inputs: the generator's words, whatever the protocol."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta


class Inputs(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What an endpoint's `inputs` tree may set; null leaves the default.

    A message is a map with `role` (system, developer, user, assistant, tool, function) and
    `content`: a text, null, or a list of parts `{type: text | refusal, text}`,
    `{type: image_url, image_url: {url, detail}}`, `{type: input_audio, input_audio: {data,
    format}}`, `{type: video_url, video_url: {url}}`, `{type: file, file: {…}}`; an assistant's may
    have `tool_calls: [{id, function: {name, arguments}}]`, a tool's has `tool_call_id`.
    """

    model: str | None = None
    messages: list[dict[str, Any]] | None = None
    stream: bool = False
    include_usage: bool = False
    n: Annotated[int, Meta(ge=1)] = 1
    max_tokens: Annotated[int, Meta(ge=0)] | None = None
    max_tokens_param: str = "max_tokens"
    min_tokens: Annotated[int, Meta(ge=0)] = 0
    ignore_eos: bool = False
    stop: list[str] = []
    seed: int | None = None
    temperature: float | None = None


#: Words that change how an answer is sent, not what it says.
DELIVERY = frozenset(
    {
        "stream",
        "include_usage",
        "n",
        "max_tokens",
        "max_tokens_param",
        "min_tokens",
        "ignore_eos",
        "stop",
    }
)

#: The neutral value for endpoints that have no `inputs` tree.
NO_INPUTS = Inputs()
