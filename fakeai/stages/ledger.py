"""ledger: books what each exchange used and what it cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from fakeai.pipeline.stage import Build, Stage, Steps
from fakeai.spec.model import Section
from fakeai.stores.ledger import Ledger

if TYPE_CHECKING:
    from fakeai.pipeline.exchange import Exchange


class Config(Section):
    """What is remembered of past usage."""

    entries: Annotated[
        int,
        Meta(
            ge=1,
            le=1_000_000,
            description="Most entries, one for each minute, key and model; the oldest go first.",
        ),
    ] = 20_000


def compile_ledger(config: Config | None, build: Build) -> Steps | None:
    """Return the step that books the usage of endpoints that generate."""
    if config is None or not build.answers:
        return None
    ledger = build.shared.keep(
        "ledger", "ledger", "the usage of every key", lambda: Ledger(config.entries)
    )

    def leave(exchange: Exchange) -> None:
        model, usage, principal = exchange.model, exchange.usage, exchange.principal
        if model is None or (exchange.error is not None and exchange.came is None):
            return
        entry = ledger.entry(exchange.wall, principal.project, principal.name, model.id)
        entry.requests += 1
        entry.input_tokens += usage.prompt_tokens
        entry.output_tokens += usage.completion_tokens
        entry.cost_usd += exchange.cost_usd
        if usage.cached_tokens:
            entry.cached_tokens += usage.cached_tokens
        if usage.kept is not None:
            entry.cache_written_tokens += usage.cache_written_tokens
        if usage.prompt_audio_tokens:
            entry.input_audio_tokens += usage.prompt_audio_tokens
        if usage.completion_audio_tokens:
            entry.output_audio_tokens += usage.completion_audio_tokens

    return Steps(leave=leave)


STAGE = Stage(
    name="ledger",
    summary="Books what each exchange used and what it cost, for the usage reports.",
    config=Config,
    compile=compile_ledger,
    reads=frozenset({"model", "usage", "principal", "cost_usd"}),
)
