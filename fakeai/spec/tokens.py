"""The section `tokens`: how texts and media are counted."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from fakeai.spec.media import MediaRules
from fakeai.spec.units import Duration


class Counter(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A way to count tokens."""

    kind: Annotated[
        Literal["heuristic", "characters", "cl100k_base", "o200k_base"],
        Meta(description="Words and punctuation, characters, or an exact vocabulary."),
    ]
    ratio: Annotated[
        Annotated[float, Meta(ge=1)] | None,
        Meta(description="Characters to a token, where the kind is `characters`; absent: 4."),
    ] = None

    def __post_init__(self) -> None:
        """Only characters are counted by a ratio."""
        if self.ratio is not None and self.kind != "characters":
            raise ValueError(f"`ratio` has no effect beside the kind `{self.kind}`")


class ToolTokens(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What tools on offer count beside the words of their definitions."""

    per_request: Annotated[int, Meta(ge=0, le=100_000, description="For having tools at all.")] = 0
    per_tool: Annotated[int, Meta(ge=0, le=100_000, description="For each tool.")] = 0


class Speech(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long a spoken answer is, and what it counts beside its words."""

    characters_per_second: Annotated[
        float, Meta(ge=1, le=1_000, description="How fast it is spoken.")
    ] = 15.0
    tokens_per_second: Annotated[
        float, Meta(ge=1, le=1_000, description="What a second of sound counts.")
    ] = 20.0
    length_max: Annotated[
        Duration, Meta(description="Longest speech of all choices together; a longer one is cut.")
    ] = "2m"


class Tokens(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How tokens are counted."""

    default: Annotated[
        str,
        Meta(
            description="Counter of models that name none.",
            extra_json_schema={"x-ref": "tokens.counters"},
        ),
    ] = "heuristic"
    counters: Annotated[dict[str, Counter], Meta(description="Counters by name.")] = msgspec.field(
        default_factory=lambda: {"heuristic": Counter(kind="heuristic")}
    )
    default_media: Annotated[
        str | None,
        Meta(
            description="Rules of models that name none; absent: media count nothing.",
            extra_json_schema={"x-ref": "tokens.media"},
        ),
    ] = None
    media: Annotated[
        dict[str, MediaRules], Meta(description="Rules for images, sound and video by name.")
    ] = {}

    tools: Annotated[
        ToolTokens,
        Meta(description="What tools count beside the words of their definitions."),
    ] = ToolTokens()

    speech: Annotated[Speech, Meta(description="What spoken answers count.")] = Speech()

    def __post_init__(self) -> None:
        """The default must exist even where neither it nor the counters were written."""
        if self.default not in self.counters:
            raise ValueError(f"the default counter `{self.default}` is not one of `counters`")
