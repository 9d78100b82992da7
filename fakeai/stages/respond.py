"""respond: shapes the answer and sends it, at once or token by token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from fakeai.pipeline.headers import answer_head
from fakeai.pipeline.imprint import compile_answer
from fakeai.pipeline.pacing import Patience
from fakeai.pipeline.stage import Build, Stage, Steps
from fakeai.pipeline.streaming import STREAMS, compile_stream
from fakeai.pipeline.variables import compile_view
from fakeai.spec.model import Section
from fakeai.spec.units import PositiveDuration, seconds
from fakeai.wire.http import JSON_TYPE, answer, cancel_when_gone

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from fakeai.core.clock import Clock
    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.stage import WaitingStep
    from fakeai.template.tree import Tree


class Config(Section):
    """What an open stream does while it waits."""

    keep_alive: Annotated[
        PositiveDuration,
        Meta(description="A sign of life is sent after so much real time without a token."),
    ] = "15s"
    idle_timeout: Annotated[
        PositiveDuration,
        Meta(
            description="Longest simulated wait for a token; then an error ends the stream. A "
            "client that takes nothing for as much real time is cut off."
        ),
    ] = "5m"
    max_duration: Annotated[
        PositiveDuration,
        Meta(description="Longest stream, in simulated time; then an error ends it."),
    ] = "1h"


def compile_respond(config: Config | None, build: Build) -> Steps | None:
    """Return the step that sends the answer."""
    response = build.files.response
    if response is None:
        return None
    plain = _compile_plain(response, build)
    if build.files.stream is None:
        return Steps(wait=plain)
    given = config or Config()
    patience = Patience(
        # Comments are for proxies, which know real time only; how an answer ends is simulated.
        keep_alive_s=seconds(given.keep_alive) * build.spec.clock.speed,
        idle_s=seconds(given.idle_timeout),
        unread_s=seconds(given.idle_timeout) * build.spec.clock.speed,
        max_s=seconds(given.max_duration),
    )
    streamed = compile_stream(build, patience)

    def wait(exchange: Exchange) -> Awaitable[None] | None:
        return streamed(exchange) if exchange.inputs.stream else plain(exchange)

    return Steps(wait=wait)


def _compile_plain(response: Tree, build: Build) -> WaitingStep:
    head, clock = answer_head(build), build.outside.clock
    write = compile_answer(response, compile_view(response.variables, build.getters))

    def plain(exchange: Exchange) -> Awaitable[None] | None:
        return later(exchange) if exchange.schedule.due_s else send(exchange)

    async def later(exchange: Exchange) -> None:
        with cancel_when_gone(exchange.scope, exchange.receive, exchange.mark_gone):
            await _finished(exchange, clock)
        rest = send(exchange)
        if rest is not None:
            await rest

    def send(exchange: Exchange) -> Awaitable[None] | None:
        body = write(exchange)
        headers = head(exchange)
        headers.append(JSON_TYPE)
        exchange.status = 200
        exchange.sent_bytes = len(body)
        return answer(exchange.scope, exchange.send, 200, headers, body)

    return plain


async def _finished(exchange: Exchange, clock: Clock) -> None:
    """Wait until the last token of the answer would have been streamed."""
    schedule = exchange.schedule
    if schedule.progress is None:
        await clock.sleep_until(exchange.started + schedule.end_s)
    else:
        await schedule.progress.until(schedule.end_s)


STAGE = Stage(
    name="respond",
    summary="Shapes the answer and sends it, at once or token by token.",
    config=Config,
    section="streams",
    compile=compile_respond,
    reads=frozenset(
        {
            *("inputs", "model", "outcome", "schedule", "placement", "cost_usd"),
            *("usage.prompt", "usage.cached", "usage.completion"),
        }
    ),
    refuses=("timeout",),
    metrics=(STREAMS,),
)
