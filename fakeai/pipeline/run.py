"""Run: steps forward, leaves backward, errors into responses."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from fakeai.core.error import ApiError
from fakeai.core.loop import asyncio

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.stage import Log, PatientStep, Step, Steps, WaitingStep

_Stretch: TypeAlias = "tuple[int, tuple[Step, ...], PatientStep | None]"
"""Steps that owe the same number of leaves from the moment the first begins, or one that waits."""


def compile_run(steps: Sequence[Steps], fail: WaitingStep, log: Log) -> WaitingStep:
    """Return the coroutine function that takes an exchange through all steps.

    `fail` sends the response for `exchange.error`. Every stage entered is left exactly once, in
    reverse order: answered, refused, crashed, or with the client gone in mid-stream.
    """
    forward, leaves = _order(steps)
    total = len(leaves)
    backward = tuple(reversed(leaves))

    async def advance(exchange: Exchange) -> None:
        for entered, enters, wait in forward:
            exchange.entered = entered
            for enter in enters:
                enter(exchange)
            if wait is not None:
                rest = wait(exchange)
                if rest is not None:
                    await rest
        exchange.entered = total

    async def run(exchange: Exchange) -> None:
        try:
            try:
                await advance(exchange)
            except ApiError as error:
                exchange.error = error
            except asyncio.CancelledError:
                if not exchange.gone:
                    raise
                _disconnect(exchange)
            except Exception as crash:  # the one net under everything: our own bugs
                exchange.crash = crash
                exchange.error = ApiError("internal", "The server had an error.")
            if exchange.error is not None:
                await fail(exchange)
        finally:
            _leave(exchange, backward[total - exchange.entered :], log)

    return run


def _order(steps: Sequence[Steps]) -> tuple[tuple[_Stretch, ...], list[Step]]:
    """Return the way forward in stretches, and the leaves.

    A stage that only leaves counts as entered together with the step before it.
    """
    forward: list[tuple[Step | None, PatientStep | None, int]] = []
    leaves: list[Step] = []
    for step in steps:
        if step.leave is not None:
            leaves.append(step.leave)
        if step.enter is not None or step.wait is not None:
            forward.append((step.enter, step.wait, len(leaves)))
        elif forward:
            enter, wait, _ = forward[-1]
            forward[-1] = (enter, wait, len(leaves))
    stretches = groupby(forward, lambda step: (step[2], step[1]))
    return tuple([_stretch(due, wait, run) for (due, wait), run in stretches]), leaves


def _stretch(
    due: int, wait: PatientStep | None, steps: Iterable[tuple[Step | None, object, object]]
) -> _Stretch:
    return due, tuple([enter for enter, _, _ in steps if enter is not None]), wait


def _disconnect(exchange: Exchange) -> None:
    """Take back the cancellation that our own connection watch asked for."""
    task = asyncio.current_task()
    if task is not None:
        task.uncancel()
    exchange.error = ApiError("disconnected", "The client closed the connection.")


def _leave(exchange: Exchange, leaves: tuple[Step, ...], log: Log) -> None:
    for leave in leaves:
        try:
            leave(exchange)
        except Exception as crash:  # a failing leave must not keep the others away
            log.error("leave_failed", request_id=exchange.request_id, exc_info=crash)
