"""pricing: what the exchange costs, from its usage."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from fakeai.pipeline.stage import Build, Stage, Steps
from fakeai.spec.model import Section

if TYPE_CHECKING:
    from fakeai.pipeline.exchange import Exchange


class Price(Section):
    """Prices of a model, in USD per 1M tokens."""

    input: Annotated[float, Meta(ge=0, description="Prompt tokens that were not cached.")] = 0.0
    cached_input: Annotated[
        Annotated[float, Meta(ge=0)] | None,
        Meta(description="Cached prompt tokens; absent: as `input`."),
    ] = None
    output: Annotated[float, Meta(ge=0, description="Completion tokens.")] = 0.0


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
        fresh, cached, output = rates[model.pricing]
        tokens = usage.prompt_tokens - usage.cached_tokens
        exchange.cost_usd = (
            tokens * fresh + usage.cached_tokens * cached + usage.completion_tokens * output
        )

    return Steps(enter=enter)


def _rates(price: Price) -> tuple[Decimal, Decimal, Decimal]:
    cached = price.input if price.cached_input is None else price.cached_input
    fresh, kept, output = (Decimal(str(p)) / _MILLION for p in (price.input, cached, price.output))
    return fresh, kept, output


STAGE = Stage(
    name="pricing",
    summary="Prices the usage of each exchange.",
    config=dict[str, Price],
    compile=compile_pricing,
    reads=frozenset({"model", "usage.prompt", "usage.cached", "usage.completion"}),
    writes=frozenset({"cost_usd"}),
)
