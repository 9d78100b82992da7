"""Run: steps forward, leaves backward, errors into responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from fakeai.core.error import ApiError
from fakeai.core.loop import asyncio
from fakeai.wire.begin import DONE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.stage import Log, Step, Steps, WaitingStep

    Forward = Callable[[Exchange], Awaitable[None] | None]
    Moves = tuple[tuple[Forward, int], ...]

Run: TypeAlias = "Callable[[Exchange], Awaitable[None]]"


def compile_run(steps: Sequence[Steps], fail: WaitingStep, log: Log) -> Run:
    """Return the function that takes an exchange through all steps.

    What need not wait is done when it returns; what it returns is to be awaited, and is `DONE`
    where nothing had to wait. `fail` sends the response for `exchange.error`. Every stage entered
    is left exactly once, in reverse order: answered, refused, crashed, or with the client gone in
    mid-stream.
    """
    forward, leaves = _order(steps)
    backward = tuple(reversed(leaves))

    def leave(exchange: Exchange) -> None:
        _leave(exchange, backward[len(leaves) - exchange.entered :], log)

    refuse = _refusing(fail, leave)

    def run(exchange: Exchange) -> Awaitable[None]:
        left, owed = iter(forward), 0
        try:
            for step, owed in left:
                rest = step(exchange)
                if rest is not None:
                    return go_on(exchange, left, owed, rest)
        except Exception as error:
            _note(exchange, owed, error)
            return refuse(exchange)
        _leave(exchange, backward, log)
        return DONE

    async def go_on(
        exchange: Exchange, left: Iterator[tuple[Forward, int]], owed: int, rest: Awaitable[None]
    ) -> None:
        try:
            await rest
            for step, owed in left:  # noqa: B007, PLR1704 - read where it fails
                more = step(exchange)
                if more is not None:
                    await more
        except BaseException as error:
            if not _note(exchange, owed, error):
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


def _note(exchange: Exchange, owed: int, error: BaseException) -> bool:
    """Note what an exchange ended in, and where; False for what is not to be held up.

    Anything but a refusal is a bug of ours, and is told as such.
    """
    exchange.entered = owed
    exchange.twin = None  # whoever failed is like nobody else
    if isinstance(error, ApiError):
        # The frames that it went through hold the exchange, and all that was sent: a circle, which
        # would stay until the collector comes by.
        error.__traceback__ = error.__context__ = None
        exchange.error = error
    elif isinstance(error, asyncio.CancelledError):
        exchange.error = _cancelled(exchange)
    elif isinstance(error, Exception):
        exchange.crash = error
        exchange.error = ApiError("internal", "The server had an error.")
    else:
        return False
    return True


def _order(steps: Sequence[Steps]) -> tuple[Moves, list[Step]]:
    """Return the way forward, with how many leaves each step owes once it begins, and the leaves.

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
    return tuple(zip(forward, owed, strict=True)), leaves


def _cancelled(exchange: Exchange) -> ApiError:
    """Take back the cancellation that our own connection watch asked for, or the server's end."""
    task = asyncio.current_task()
    if task is not None:
        task.uncancel()
    if exchange.gone:
        return ApiError("disconnected", "The client closed the connection.")
    return ApiError("overloaded", "The server is shutting down.")


def _leave(exchange: Exchange, leaves: tuple[Step, ...], log: Log) -> None:
    for leave in leaves:
        try:
            leave(exchange)
        except Exception as crash:  # a failing leave must not keep the others away
            log.error("leave_failed", request_id=exchange.request_id, exc_info=crash)
