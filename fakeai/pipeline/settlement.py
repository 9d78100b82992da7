"""Settlement: an exchange that breaks off counts for what was made of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from fakeai.pipeline.delivery import delivery
from fakeai.pipeline.outcome import Usage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from fakeai.core.clock import Clock
    from fakeai.pipeline.delivery import Delivery
    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.stage import Steps, WaitingStep


def settled(fail: WaitingStep, steps: Sequence[Steps], clock: Clock) -> WaitingStep:
    """Return `fail` behind what settles an exchange that has an error.

    Whatever counts, logs, books or charges it does so when it leaves, and finds one usage and one
    cost: of the prompt, once an engine has begun with it, and of the tokens made by now.
    """
    settles = [step.settle for step in steps if step.settle is not None]

    def settle(exchange: Exchange) -> Awaitable[None] | None:
        came = exchange.came = _came(exchange, clock.now() - exchange.started)
        if came is None:
            exchange.usage = Usage()
        else:
            _cut(exchange, came)
        for bring in settles:
            bring(exchange)
        return fail(exchange)

    return settle


def _came(exchange: Exchange, elapsed_s: float) -> Delivery | None:
    """Return what had come of an answer when it broke off; None where there was none.

    Refused before its first byte, or given up in the queue, nothing was made.
    """
    error, run = exchange.error, exchange.engine_run
    is_gone = error is not None and error.kind == "disconnected"
    if not exchange.outcome.choices or not (is_gone or exchange.status):
        return None
    return None if run is not None and not run.begun else delivery(exchange, elapsed_s)


def _cut(exchange: Exchange, came: Delivery) -> None:
    """Bring the usage down to the tokens that came of each choice."""
    made: Counter[str] = Counter()
    for choice, tokens in zip(exchange.outcome.choices, came.tokens, strict=True):
        left = tokens
        for segment in choice.made:
            count = min(len(segment.tokens), left)
            made[segment.kind] += count
            left -= count
    usage = exchange.usage
    usage.completion_tokens = came.total
    usage.reasoning_tokens = made["reasoning"]
    usage.completion_audio_tokens = made["speech"]
