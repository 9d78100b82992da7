"""Outcomes: what a generator made, before any protocol has shaped it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, Final, Literal

import msgspec

from fakeai.pipeline.registry import ServedModel
from fakeai.stores.ledger import Bucket

SegmentKind = Literal["reasoning", "text", "speech", "tool_call"]
FinishReason = Literal["stop", "length", "tool_calls"]


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What a request asks to keep of its prompt: all up to its last mark, without one nothing."""

    tokens: int = 0
    long_tokens: int = 0
    """Up to the last mark that asks for long."""
    block_tokens: int = 0
    """Those that stand in blocks: all but what tools count beside their words."""
    hit_tokens: int = 0
    """So many cached tokens are a hit of all of it: those of its full blocks."""


class Usage(msgspec.Struct, kw_only=True):
    """Token counts of one exchange; cached and reasoning are parts of prompt and completion."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    accepted_prediction_tokens: int = 0
    rejected_prediction_tokens: int = 0
    prompt_audio_tokens: int = 0
    completion_audio_tokens: int = 0
    asked: Kept | None = None
    """What is asked to be kept of the prompt; None: its protocol has no marks."""
    kept: Kept | None = None
    """The same, where the cache does so."""

    @property
    def total_tokens(self) -> int:
        """Prompt and completion together."""
        return self.prompt_tokens + self.completion_tokens

    @property
    def cache_written_tokens(self) -> int:
        """Prompt tokens up to the last mark that were not cached before and are from now on."""
        kept = self.kept
        return kept.tokens - self.cached_tokens if kept and kept.tokens else 0

    @property
    def cache_written_long_tokens(self) -> int:
        """Those of them that are kept for long."""
        kept = self.kept
        return max(0, kept.long_tokens - self.cached_tokens) if kept and kept.long_tokens else 0


class TopLogprob(msgspec.Struct, frozen=True, kw_only=True):
    """A token that could have stood in a place, and how likely it was."""

    token: str
    logprob: float
    bytes: list[int]


class TokenLogprob(msgspec.Struct, frozen=True, kw_only=True):
    """How likely the token of a place was, and its likeliest rivals, itself among them."""

    token: str
    logprob: float
    bytes: list[int]
    top: list[TopLogprob] = []

    @property
    def top_by_token(self) -> dict[str, float]:
        """The rivals as a map, or the token itself where none was asked for."""
        rivals = {entry.token: entry.logprob for entry in self.top}
        return rivals or {self.token: self.logprob}


class Segment(msgspec.Struct, kw_only=True):
    """One stretch of a choice, as the tokens in which it streams; they join to its text."""

    kind: SegmentKind = "text"
    tokens: Sequence[str]
    index: int = 0
    """Place among the segments of its choice."""
    logprobs: list[TokenLogprob] = []
    """One a token, when the request asks for them."""
    id: str = ""
    """Of a tool call, without the protocol's prefix."""
    name: str = ""
    """Of the tool that is called."""
    number: int = 0
    """Place among the tool calls of its choice."""
    custom: bool = False
    """Whether the tool takes free text; else its text is the JSON of the arguments."""

    @property
    def text(self) -> str:
        """The tokens joined."""
        return "".join(self.tokens)

    @property
    def arguments(self) -> Any:
        """The arguments of a tool call as data; an empty map when the text was cut short."""
        try:
            return msgspec.json.decode(self.text)
        except msgspec.DecodeError:
            return {}


class Choice(msgspec.Struct, kw_only=True):
    """One answer: its segments in order and why it ended."""

    index: int = 0
    segments: list[Segment]
    finish_reason: FinishReason = "stop"
    stop_sequence: str | None = None
    """The stop text that ended it."""
    echoed_tokens: int = 0
    """Tokens of its first segment that repeat the prompt, for which no engine works."""

    @property
    def text(self) -> str:
        """The visible text."""
        return "".join(["".join(s.tokens) for s in self.segments if s.kind == "text"])

    @property
    def reasoning(self) -> str:
        """The text of the reasoning."""
        return "".join(["".join(s.tokens) for s in self.segments if s.kind == "reasoning"])

    @property
    def speech(self) -> str:
        """The base64 of the sound that says the visible text; empty when it is not spoken."""
        return "".join(["".join(s.tokens) for s in self.segments if s.kind == "speech"])

    @property
    def is_spoken(self) -> bool:
        """Whether there is sound of the text."""
        return "speech" in [segment.kind for segment in self.segments]

    @property
    def tool_calls(self) -> list[Segment]:
        """The segments that call a tool."""
        return [segment for segment in self.segments if segment.kind == "tool_call"]

    @property
    def logprobs(self) -> list[TokenLogprob]:
        """Those of the visible text, token by token."""
        return [entry for s in self.segments if s.kind == "text" for entry in s.logprobs]

    @property
    def text_offsets(self) -> list[int]:
        """Where in the visible text each of its tokens begins."""
        tokens = [token for s in self.segments if s.kind == "text" for token in s.tokens]
        return list(accumulate(map(len, tokens[:-1]), initial=0)) if tokens else []

    @property
    def made(self) -> list[Segment]:
        """The segments that an engine makes: all but an echo."""
        return self.segments[1:] if self.echoed_tokens else self.segments

    @property
    def token_count(self) -> int:
        """The tokens that an engine makes."""
        return sum([len(segment.tokens) for segment in self.segments]) - self.echoed_tokens


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was used, and what it cost, in buckets of time."""

    buckets: list[Bucket] = []
    next_page: str | None = None
    """Where the next page begins, when there is one."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a list."""

    records: list[dict[str, Any]] = []
    """Objects of a resource, or what belongs to one."""
    models: list[ServedModel] = []
    has_more: bool = False


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """All that a generator made for one exchange."""

    choices: list[Choice] = []
    report: Report = Report()
    ids: list[int] = []
    """Token ids, where they are asked for in place of an answer."""
    text: str = ""
    """The text of those ids."""
    record: dict[str, Any] = {}
    """An object of the row's resource."""
    page: Page = Page()


EMPTY: Final = Outcome()
