"""Sections of imagined stages, for tests of the spec language."""

from __future__ import annotations

from typing import Annotated, Any, Final

from msgspec import Meta

from fakeai.spec.model import Section, ref
from fakeai.spec.units import Duration, DurationDistribution, Size


class PromptTime(Section, tag="work", tag_field="distribution"):
    """Time to first token as work on the prompt."""

    overhead: Annotated[Duration, Meta(description="Fixed part.")] = "0ms"


class Profile(Section):
    """How fast a model answers."""

    ttft: Annotated[
        PromptTime | DurationDistribution,
        Meta(description="Time to first token.", extra_json_schema={"x-untagged": "work"}),
    ] = "0ms"
    itl: Annotated[DurationDistribution, Meta(description="Inter-token latency.")] = "0ms"


class Latency(Section):
    """When tokens are due."""

    default: Annotated[
        str | None, Meta(description="Usual.", extra_json_schema=ref("latency.profiles"))
    ] = None
    profiles: Annotated[dict[str, Profile], Meta(description="Profiles.")] = {}


class Audit(Section):
    """What is kept of requests."""

    keep: Annotated[bool, Meta(description="Whether anything is.")] = False
    max_bytes: Annotated[Size, Meta(description="How much.")] = "1MB"
    quotas: Annotated[
        Annotated[list[int], Meta(min_length=1)] | None, Meta(description="How often.")
    ] = None


class Rule(Section):
    """What to answer, and when."""

    id: Annotated[str, Meta(description="Name.")]
    text: Annotated[str, Meta(description="Answer.")]


SECTIONS: Final[dict[str, Any]] = {
    "latency": Latency,
    "pricing": dict[str, float],
    "audit": Audit,
    "rules": list[Rule],
}
