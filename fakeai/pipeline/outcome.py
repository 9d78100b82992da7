"""Outcomes: what a generator made, before any protocol has shaped it."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

SegmentKind = Literal["reasoning", "text", "tool_call"]
FinishReason = Literal["stop", "length", "tool_calls", "content_filter"]


class Usage(msgspec.Struct, kw_only=True):
    """Token counts of one exchange; cached and reasoning are parts of prompt and completion."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0

    @property
    def total_tokens(self) -> int:
        """Prompt and completion together."""
        return self.prompt_tokens + self.completion_tokens


class Segment(msgspec.Struct, kw_only=True):
    """One stretch of a choice, as the tokens in which it streams; they join to its text."""

    kind: SegmentKind = "text"
    tokens: list[str]
    index: int = 0

    @property
    def text(self) -> str:
        """The tokens joined."""
        return "".join(self.tokens)


class Choice(msgspec.Struct, kw_only=True):
    """One answer: its segments in order and why it ended."""

    index: int = 0
    segments: list[Segment]
    finish_reason: FinishReason = "stop"

    @property
    def text(self) -> str:
        """The visible text."""
        return "".join(["".join(s.tokens) for s in self.segments if s.kind == "text"])

    @property
    def token_count(self) -> int:
        """The tokens of all segments."""
        return sum([len(segment.tokens) for segment in self.segments])


class Outcome(msgspec.Struct, kw_only=True):
    """All that a generator made for one exchange."""

    choices: list[Choice] = []


EMPTY: Final = Outcome()
