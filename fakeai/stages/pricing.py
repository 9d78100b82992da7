"""pricing: what the exchange costs, from its usage."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from fakeai.core.value import Value
from fakeai.pipeline.stage import Build, Stage, Steps
from fakeai.spec.model import Section

if TYPE_CHECKING:
    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.outcome import Usage


class Price(Section):
    """Prices of a model, in USD per 1M tokens."""

    input: Annotated[float, Meta(ge=0, description="Prompt tokens that were not cached.")] = 0.0
    cached_input: Annotated[
        Annotated[float, Meta(ge=0)] | None,
        Meta(description="Cached prompt tokens; absent: as `input`."),
    ] = None
    cache_write: Annotated[
        Annotated[float, Meta(ge=0)] | None,
        Meta(description="Prompt tokens that the request asks to keep; absent: as `input`."),
    ] = None
    output: Annotated[float, Meta(ge=0, description="Completion tokens.")] = 0.0
    reasoning: Annotated[
        Annotated[float, Meta(ge=0)] | None,
        Meta(description="Completion tokens that are reasoning; absent: as `output`."),
    ] = None
    audio_input: Annotated[
        Annotated[float, Meta(ge=0)] | None,
        Meta(description="Prompt tokens that are sound and not cached; absent: as `input`."),
    ] = None
    audio_output: Annotated[
        Annotated[float, Meta(ge=0)] | None,
        Meta(description="Completion tokens that are sound; absent: as `output`."),
    ] = None


_MILLION = 1_000_000


def compile_pricing(config: dict[str, Price] | None, build: Build) -> Steps | None:
    """Return the step that prices the usage; exact, whatever the number of digits."""
    if not config or build.row.generate is None:
        return None
    rates = {name: _rates(price) for name, price in config.items()}

    def enter(exchange: Exchange) -> None:
        model, usage = exchange.model, exchange.usage
        if model is None or model.pricing is None:
            return
        exchange.cost_usd = rates[model.pricing].cost(usage)

    return Steps(enter=enter)


class _Rates(Value):
    """Prices of one token, exact."""

    fresh: Decimal
    cached: Decimal
    written: Decimal
    output: Decimal
    reasoning: Decimal
    heard: Decimal
    spoken: Decimal

    def cost(self, usage: Usage) -> Decimal:
        """Return what a usage costs."""
        written = usage.cache_written_tokens
        fresh = usage.prompt_tokens - usage.cached_tokens - written
        heard, spoken = min(fresh, usage.prompt_audio_tokens), usage.completion_audio_tokens
        visible = usage.completion_tokens - usage.reasoning_tokens - spoken
        return (
            (fresh - heard) * self.fresh
            + heard * self.heard
            + usage.cached_tokens * self.cached
            + written * self.written
            + visible * self.output
            + spoken * self.spoken
            + usage.reasoning_tokens * self.reasoning
        )


def _rates(price: Price) -> _Rates:
    def rate(own: float | None, otherwise: float) -> Decimal:
        return _per_token(otherwise if own is None else own)

    return _Rates(
        fresh=_per_token(price.input),
        cached=rate(price.cached_input, price.input),
        written=rate(price.cache_write, price.input),
        output=_per_token(price.output),
        reasoning=rate(price.reasoning, price.output),
        heard=rate(price.audio_input, price.input),
        spoken=rate(price.audio_output, price.output),
    )


def _per_token(usd_per_million: float) -> Decimal:
    return Decimal(str(usd_per_million)) / _MILLION


STAGE = Stage(
    name="pricing",
    summary="Prices the usage of each exchange.",
    config=dict[str, Price],
    compile=compile_pricing,
    reads=frozenset({"model", "usage.prompt", "usage.cached", "usage.completion"}),
    writes=frozenset({"cost_usd"}),
)
