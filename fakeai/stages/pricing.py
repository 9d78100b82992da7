"""pricing: what the exchange costs, from its usage."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from fakeai.core.value import Value
from fakeai.pipeline.exchange import NO_COST
from fakeai.pipeline.recall import shared
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
        Meta(
            description="Prompt tokens up to the last mark of the request that were not cached and "
            "are kept from now on; absent: as `input`."
        ),
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


_DIGITS_OF_A_MILLION = 6


def compile_pricing(config: dict[str, Price] | None, build: Build) -> Steps | None:
    """Return the step that prices the usage; exact, whatever the number of digits."""
    if not config or not build.answers:
        return None
    rates = build.shared.once(
        "rates", lambda: {name: _rates(price) for name, price in config.items()}
    )

    def cost(exchange: Exchange) -> Decimal:
        model = exchange.model
        if model is None or model.pricing is None:
            return NO_COST
        return rates[model.pricing].cost(exchange.usage)

    def enter(exchange: Exchange) -> None:
        exchange.cost_usd = shared(exchange, "cost", cost)

    def settle(exchange: Exchange) -> None:
        exchange.cost_usd = cost(exchange)

    return Steps(enter=enter, settle=settle)


class _Rates(Value):
    """Prices of one token, as whole numbers of a unit in which all of them are exact."""

    unit_usd: Decimal
    fresh: int
    cached: int
    written: int
    heard: int
    output: int
    reasoning: int
    spoken: int

    def cost(self, usage: Usage) -> Decimal:
        """Return what a usage costs."""
        cached, reasoning = usage.cached_tokens, usage.reasoning_tokens
        fresh, visible = usage.prompt_tokens - cached, usage.completion_tokens - reasoning
        units = cached * self.cached + reasoning * self.reasoning
        written = usage.cache_written_tokens
        if written:
            units += written * self.written
            fresh -= written
        if usage.prompt_audio_tokens:
            heard = min(fresh, usage.prompt_audio_tokens)
            units += heard * self.heard
            fresh -= heard
        if usage.completion_audio_tokens:
            units += usage.completion_audio_tokens * self.spoken
            visible -= usage.completion_audio_tokens
        return (units + fresh * self.fresh + visible * self.output) * self.unit_usd


def _rates(price: Price) -> _Rates:
    prompt = (price.cached_input, price.cache_write, price.audio_input)
    completion = (price.reasoning, price.audio_output)
    prices = [
        Decimal(str(usd_per_million))
        for usual, others in ((price.input, prompt), (price.output, completion))
        for usd_per_million in (usual, *(usual if own is None else own for own in others))
    ]
    digits = max(0, *(-int(each.as_tuple().exponent) for each in prices))
    return _Rates(
        Decimal(1).scaleb(-digits - _DIGITS_OF_A_MILLION),
        *(int(each.scaleb(digits)) for each in prices),
    )


STAGE = Stage(
    name="pricing",
    summary="Prices the usage of each exchange.",
    config=dict[str, Price],
    compile=compile_pricing,
    reads=frozenset({"model", "usage.prompt", "usage.cached", "usage.completion"}),
    writes=frozenset({"cost_usd"}),
)
