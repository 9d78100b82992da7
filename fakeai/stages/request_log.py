"""request_log: one structured line for every exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta

from fakeai.pipeline.stage import Build, Stage, Steps
from fakeai.spec.model import Section

if TYPE_CHECKING:
    from fakeai.pipeline.exchange import Exchange


class Config(Section):
    """One structured line for every exchange, written when it ends."""

    level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Meta(description="Least level that is written; `debug` adds a line at the start."),
    ] = "info"
    format: Annotated[
        Literal["console", "json"], Meta(description="For people, or a JSON object a line.")
    ] = "console"


def compile_request_log(config: Config | None, build: Build) -> Steps | None:
    """Return the steps that log each exchange."""
    if config is None:
        return None
    log, clock, name = build.outside.log, build.outside.clock, build.name
    log_start = config.level == "debug"

    def enter(exchange: Exchange) -> None:
        log.debug("request", request_id=exchange.request_id, endpoint=name)

    def leave(exchange: Exchange) -> None:
        error, usage, model = exchange.error, exchange.usage, exchange.model
        write = log.info if error is None or error.kind != "internal" else log.error
        first = exchange.first_sent
        write(
            "response",
            request_id=exchange.request_id,
            endpoint=name,
            model=None if model is None else model.name,
            status=exchange.status,
            error=None if error is None else error.kind,
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            cost_usd=float(exchange.cost_usd),
            ttft_ms=None if first is None else round((first - exchange.started) * 1000, 3),
            duration_ms=round((clock.now() - exchange.started) * 1000, 3),
            bytes=exchange.sent_bytes,
        )

    return Steps(enter=enter if log_start else None, leave=leave)


STAGE = Stage(
    name="request_log",
    summary="One structured line for every exchange.",
    config=Config,
    compile=compile_request_log,
    outer=True,
)
