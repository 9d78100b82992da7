"""Run: steps forward, leaves backward, errors into responses."""

from __future__ import annotations

from operator import length_hint
from typing import TYPE_CHECKING, TypeAlias

from fakeai.core.error import ApiError
from fakeai.core.loop import asyncio
from fakeai.wire.begin import DONE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.stage import Log, Step, Steps, WaitingStep

    Forward = Callable[[Exchange], Awaitable[None] | None]

Run: TypeAlias = "Callable[[Exchange], Awaitable[None]]"


def compile_run(steps: Sequence[Steps], fail: WaitingStep, log: Log) -> Run:
    """Return the function that takes an exchange through all steps.

    What need not wait is done when it returns; what it returns is to be awaited, and is `DONE`
    where nothing had to wait. `fail` sends the response for `exchange.error`. Every stage entered
    is left exactly once, in reverse order: answered, refused, crashed, or with the client gone in
    mid-stream.
    """
    forward, owed, leaves = _order(steps)
    backward = tuple(reversed(leaves))

    def leave(exchange: Exchange) -> None:
        _leave(exchange, backward[len(leaves) - exchange.entered :], log)

    refuse = _refusing(fail, leave)

    def stop(exchange: Exchange, left: Iterator[Forward], error: BaseException) -> bool:
        exchange.entered = owed[len(forward) - length_hint(left) - 1]
        return _note(exchange, error)

    def run(exchange: Exchange) -> Awaitable[None]:
        left = iter(forward)
        try:
            for step in left:
                rest = step(exchange)
                if rest is not None:
                    return go_on(exchange, left, rest)
        except Exception as error:
            stop(exchange, left, error)
            return refuse(exchange)
        _leave(exchange, backward, log)
        return DONE

    async def go_on(exchange: Exchange, left: Iterator[Forward], rest: Awaitable[None]) -> None:
        try:
            await rest
            for step in left:
                more = step(exchange)
                if more is not None:
                    await more
        except BaseException as error:
            if not stop(exchange, left, error):
                leave(exchange)
                raise
        if exchange.error is None:
            _leave(exchange, backward, log)
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


def _note(exchange: Exchange, error: BaseException) -> bool:
    """Note what an exchange ended in; False for what is not to be held up, such as a shutdown.

    Anything but a refusal is a bug of ours, and is told as such.
    """
    exchange.twin = None  # whoever failed is like nobody else
    if isinstance(error, ApiError):
        # The frames that it went through hold the exchange, and all that was sent: a circle, which
        # would stay until the collector comes by.
        error.__traceback__ = error.__context__ = None
        exchange.error = error
    elif isinstance(error, asyncio.CancelledError) and exchange.gone:
        _disconnect(exchange)
    elif isinstance(error, Exception):
        exchange.crash = error
        exchange.error = ApiError("internal", "The server had an error.")
    else:
        return False
    return True


def _order(steps: Sequence[Steps]) -> tuple[tuple[Forward, ...], list[int], list[Step]]:
    """Return the way forward, how many leaves each step of it owes once it begins, and the leaves.

    A stage that only leaves counts as entered together with the step before it.
    """
    forward: list[Forward] = []
    owed: list[int] = []
    leaves: list[Step] = []
    for step in steps:
        if step.leave is not None:
            leaves.append(step.leave)
        moves = [move for move in (step.enter, step.wait) if move is not None]
        forward += moves
        owed += [len(leaves)] * len(moves)
        if owed and not moves:
            owed[-1] = len(leaves)
    return tuple(forward), owed, leaves


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
