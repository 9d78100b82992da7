"""latency: when each token of the answer is due."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from fakeai.pipeline.chance import Quantity
from fakeai.pipeline.exchange import Schedule
from fakeai.pipeline.stage import Build, Stage, Steps
from fakeai.spec.model import Section
from fakeai.spec.units import Distribution, Duration, DurationDistribution, seconds

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from fakeai.pipeline.exchange import Exchange


class PromptTime(Distribution, tag="prompt"):
    """Time to first token as work on the prompt."""

    overhead: Annotated[Duration, Meta(description="Fixed part.")] = "0ms"
    per_uncached_token: Annotated[
        Duration, Meta(description="For each prompt token that was not cached.")
    ] = "0ms"


class Profile(Section):
    """How fast a model answers."""

    ttft: Annotated[
        PromptTime | DurationDistribution,
        Meta(
            description="Time to first token: work on the prompt, or a distribution.",
            extra_json_schema={"x-untagged": "prompt"},
        ),
    ] = PromptTime()
    itl: Annotated[
        DurationDistribution, Meta(description="Inter-token latency, drawn for every token.")
    ] = "0ms"


class Config(Section):
    """When tokens are due."""

    default: Annotated[
        str | None,
        Meta(
            description="Profile of models that name none; absent: they answer at once.",
            extra_json_schema={"x-ref": "latency.profiles"},
        ),
    ] = None
    profiles: Annotated[dict[str, Profile], Meta(description="Named profiles.")] = msgspec.field(
        default_factory=dict
    )


def compile_latency(config: Config | None, build: Build) -> Steps | None:
    """Return the step that sets the schedule of endpoints that generate."""
    if config is None or build.row.generate is None:
        return None
    paces = {name: _pace(profile) for name, profile in config.profiles.items()}
    default = config.default
    stream = build.outside.rng.stream

    def enter(exchange: Exchange) -> None:
        model = exchange.model
        name = default if model is None else model.latency or default
        pace = paces.get(name) if name else None
        if pace is None:
            return
        usage = exchange.usage
        rng = stream("latency", exchange.key)
        ttft_s = pace.first(rng, usage.prompt_tokens - usage.cached_tokens)
        exchange.schedule = Schedule(
            ttft_s=ttft_s,
            due_s=[
                list(accumulate(pace.gap.many(rng, choice.token_count - 1), initial=ttft_s))
                for choice in exchange.outcome.choices
            ],
        )

    return Steps(enter=enter)


@dataclass(frozen=True, slots=True)
class _Pace:
    """A profile as functions of chance."""

    first: Callable[[Random, int], float]
    """(rng, uncached prompt tokens) -> seconds to the first token."""
    gap: Quantity
    """The time from a token to the next one."""


def _pace(profile: Profile) -> _Pace | None:
    """Return the profile's functions, or None when it never makes anybody wait."""
    ttft, gap = profile.ttft, Quantity(profile.itl)
    if isinstance(ttft, PromptTime):
        at_once = seconds(ttft.overhead) == seconds(ttft.per_uncached_token) == 0
        first = _prompt_work(ttft)
    else:
        draw = Quantity(ttft)
        at_once = draw.constant == 0
        first = _drawn(draw)
    return None if at_once and gap.constant == 0 else _Pace(first=first, gap=gap)


def _prompt_work(prompt: PromptTime) -> Callable[[Random, int], float]:
    overhead_s, token_s = seconds(prompt.overhead), seconds(prompt.per_uncached_token)
    return lambda _rng, uncached: overhead_s + uncached * token_s


def _drawn(draw: Quantity) -> Callable[[Random, int], float]:
    return lambda rng, _uncached: draw(rng)


STAGE = Stage(
    name="latency",
    summary="Sets when each token is due, from the model's latency profile.",
    config=Config,
    compile=compile_latency,
    reads=frozenset({"key", "model", "usage", "outcome"}),
    writes=frozenset({"schedule"}),
)
