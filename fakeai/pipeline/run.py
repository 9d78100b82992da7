"""Run: steps forward, leaves backward, errors into responses."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from fakeai.core.error import ApiError
from fakeai.core.loop import asyncio
from fakeai.wire.begin import DONE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.stage import Log, Step, Steps, WaitingStep

_Stretch: TypeAlias = "tuple[int, tuple[Step, ...], WaitingStep | None]"
"""Steps that owe the same number of leaves from the moment the first begins, or one that waits."""

Run: TypeAlias = "Callable[[Exchange], Awaitable[None]]"


def compile_run(steps: Sequence[Steps], fail: WaitingStep, log: Log) -> Run:
    """Return the function that takes an exchange through all steps.

    What need not wait is done when it returns; what it returns is to be awaited, and is `DONE`
    where nothing had to wait. `fail` sends the response for `exchange.error`. Every stage entered
    is left exactly once, in reverse order: answered, refused, crashed, or with the client gone in
    mid-stream.
    """
    forward, leaves = _order(steps)
    total = len(leaves)
    backward = tuple(reversed(leaves))

    def leave(exchange: Exchange) -> None:
        _leave(exchange, backward[total - exchange.entered :], log)

    refuse = _refusing(fail, leave)

    def run(exchange: Exchange) -> Awaitable[None]:
        try:
            place, rest = _advance(exchange, forward, 0)
            if rest is not None:
                return go_on(exchange, place, rest)
            exchange.entered = total
        except Exception as error:
            _note(exchange, error)
            return refuse(exchange)
        leave(exchange)
        return DONE

    async def go_on(exchange: Exchange, place: int, rest: Awaitable[None] | None) -> None:
        try:
            while rest is not None:
                await rest
                place, rest = _advance(exchange, forward[place:], place)
            exchange.entered = total
        except BaseException as error:
            if not _note(exchange, error):
                leave(exchange)
                raise
        if exchange.error is None:
            leave(exchange)
        else:
            await refuse(exchange)

    return run


def _refusing(fail: WaitingStep, leave: Step) -> Run:
    """Return what ends an exchange that has an error."""

    def refuse(exchange: Exchange) -> Awaitable[None]:
        rest = None
        try:
            rest = fail(exchange)
        finally:
            if rest is None:
                leave(exchange)
        return DONE if rest is None else end(exchange, rest)

    async def end(exchange: Exchange, rest: Awaitable[None]) -> None:
        try:
            await rest
        finally:
            leave(exchange)

    return refuse


def _advance(
    exchange: Exchange, stretches: Sequence[_Stretch], place: int
) -> tuple[int, Awaitable[None] | None]:
    """Run the stretches from a place on, to the end or to one that has to wait."""
    for entered, enters, wait in stretches:
        place += 1
        exchange.entered = entered
        for enter in enters:
            enter(exchange)
        if wait is not None:
            rest = wait(exchange)
            if rest is not None:
                return place, rest
    return place, None


def _note(exchange: Exchange, error: BaseException) -> bool:
    """Note what an exchange ended in; False for what is not to be held up, such as a shutdown.

    Anything but a refusal is a bug of ours, and is told as such.
    """
    if isinstance(error, ApiError):
        exchange.error = error
    elif isinstance(error, asyncio.CancelledError) and exchange.gone:
        _disconnect(exchange)
    elif isinstance(error, Exception):
        exchange.crash = error
        exchange.error = ApiError("internal", "The server had an error.")
    else:
        return False
    return True


def _order(steps: Sequence[Steps]) -> tuple[tuple[_Stretch, ...], list[Step]]:
    """Return the way forward in stretches, and the leaves.

    A stage that only leaves counts as entered together with the step before it.
    """
    forward: list[tuple[Step | None, WaitingStep | None, int]] = []
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
    due: int, wait: WaitingStep | None, steps: Iterable[tuple[Step | None, object, object]]
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
