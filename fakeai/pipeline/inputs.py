"""Inputs: the generator's words, whatever the protocol."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta

from fakeai.pipeline.params import Params

Keep: TypeAlias = Literal["short", "long"]


class Grammar(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the text that a custom tool takes must match from end to end."""

    syntax: Literal["regex", "lark"]
    definition: str


class Tool(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A tool that the request offers; a custom one takes free text, not JSON arguments."""

    kind: Literal["function", "custom"] = "function"
    name: str
    description: str | None = None
    parameters: Any = None
    """JSON Schema of the arguments; null: there are none."""
    grammar: Grammar | None = None
    """Of a custom tool; null: it takes any text."""
    keep: Keep | None = None
    """A mark, as parts of messages may have one."""


class ToolChoice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether to call a tool, and which of those offered."""

    mode: Literal["auto", "none", "required"] = "auto"
    names: list[str] | None = None
    """The tools that may be called; null: all."""


class ResponseFormat(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The form of the text: free, any JSON object, or an instance of a JSON Schema."""

    kind: Literal["text", "json_object", "json_schema"] = "text"
    schema: Any = None


class SpeechFormat(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the sound of a spoken answer is."""

    format: Literal["wav", "pcm16", "mp3", "aac", "flac", "opus"]


class ReportQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a usage report is to show."""

    start_s: Annotated[int, Meta(ge=0, le=253_402_300_800)]
    end_s: Annotated[int, Meta(ge=0, le=253_402_300_800)] | None = None
    """Null: now."""
    width_s: Annotated[int, Meta(ge=60, le=86_400)]
    limit: Annotated[int, Meta(ge=1, le=10_000)]
    """Most buckets of a page."""
    page: str | None = None
    group_by: list[str] = []
    """Fields of an account (project, key, model) by which lines are kept apart."""
    only: dict[str, list[str]] = {}
    """Field of an account to the values that count; without values, all do."""
    nothing: bool = False
    """Whether it asks for what no entry is: the usage of a user, or of a batch."""


class ResourceQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which object of the row's resource is meant, and what it is to be from now on."""

    id: str = ""
    change: dict[str, Any] = {}
    """Keys of the object that get another value."""


class ListQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which page of a list is to be shown."""

    limit: Annotated[int, Meta(ge=0)] = 20
    """Most entries of the page."""
    after: str | None = None
    """The id behind which the page begins."""
    before: str | None = None
    """The id before which it ends."""
    order: Literal["asc", "desc"] = "desc"
    """The oldest first, or the newest."""
    where: dict[str, Any] = {}
    """What an entry must have; null, at any depth, asks for nothing."""


class Inputs(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an endpoint's `inputs` tree may set; null leaves the default.

    A message is a map with `role` (system, developer, user, assistant, tool, function) and
    `content`: a text, null, or a list of parts `{type: text | refusal, text}`,
    `{type: image_url, image_url: {url, detail}}`, `{type: input_audio, input_audio: {data,
    format}}`, `{type: video_url, video_url: {url}}`, `{type: file, file: {…}}`; an assistant's may
    have `tool_calls: [{id, function: {name, arguments}}]`, a tool's has `tool_call_id`. A user's
    that has `beside_results: true` asks nothing new: the results before it are yet to be answered.

    A tool, a message, a part or a tool call that has `keep` (short, long) is marked: all of the
    prompt up to its end is to be kept in the cache. `keep` stands last in its map.
    """

    model: str | None = None
    messages: list[dict[str, Any]] | None = None
    previous: str | None = None
    """The answer that the messages go on from, in place of what was said before; none is kept."""
    stream: bool = False
    include_usage: bool = False
    n: Annotated[int, Meta(ge=1)] = 1
    max_tokens: Annotated[int, Meta(ge=0)] | None = None
    min_tokens: Annotated[int, Meta(ge=0)] = 0
    ignore_eos: bool = False
    stop: list[str] = []
    seed: int | None = None
    temperature: float | None = None
    tools: Annotated[list[Tool], Meta(max_length=1024)] = []
    lenient_tools: bool = False
    """Call a tool whose schema is invalid or without instances with no arguments."""
    tool_choice: ToolChoice | None = None
    """Null: `auto`."""
    parallel_tool_calls: bool = False
    response_format: ResponseFormat = ResponseFormat()
    reasoning: bool | None = None
    """Whether to think aloud first; null: as the model does."""
    reasoning_effort: str | None = None
    """One of the efforts that the model's row declares."""
    reasoning_tokens: Annotated[int, Meta(ge=0)] | None = None
    """Most tokens of reasoning; null: as many as the effort takes."""
    logprobs: bool = False
    top_logprobs: Annotated[int, Meta(ge=0, le=20)] = 0
    continuous_usage: bool = False
    prediction: list[str] = []
    """Parts of the text that the answer is expected to repeat."""
    prompts: list[str | list[int]] | None = None
    """Texts to go on from, or their token ids, in place of `messages`; `n` choices for each."""
    prompt_cache: Literal["automatic", "marked"] = "automatic"
    """Whether usage tells of any hit, or of what is marked to be kept only."""
    keep: Keep | None = None
    """Marks the end of the prompt."""
    speech: SpeechFormat | None = None
    """Say the text as well; null: it is only written."""
    echo: bool = False
    """Begin each choice with its prompt."""
    report: ReportQuery | None = None
    resource: ResourceQuery = ResourceQuery()
    listing: ListQuery = ListQuery()
    params: Params = Params()

    @property
    def predicted(self) -> str:
        """The parts of the prediction joined."""
        return "".join(self.prediction)


#: Words that change how an answer is sent, not what it says.
DELIVERY = frozenset(
    {
        "stream",
        "include_usage",
        "continuous_usage",
        "logprobs",
        "top_logprobs",
        "params",
        "prompt_cache",
        "keep",
        "n",
        "max_tokens",
        "min_tokens",
        "ignore_eos",
        "stop",
    }
)

#: The neutral value for endpoints that have no `inputs` tree.
NO_INPUTS = Inputs()
