"""Steps forward, leaves backward, errors in one place."""

from __future__ import annotations

import asyncio
import gc
import weakref
from typing import Any

import pytest

from fakeai.core.clock import settle
from fakeai.core.error import ApiError
from fakeai.pipeline.exchange import Exchange
from fakeai.pipeline.run import compile_run
from fakeai.pipeline.stage import Steps
from tests.harness import Lines


def make_exchange() -> Exchange:
    """Return an exchange without a connection."""

    async def nothing(*_args: Any) -> None:
        await asyncio.sleep(0)

    return Exchange({"headers": []}, nothing, nothing)


class Trace:
    """Steps that note their names, and what they were told to raise."""

    def __init__(self) -> None:
        """Start empty."""
        self.seen: list[str] = []

    def steps(self, name: str, error: BaseException | None = None) -> Steps:
        """Return a stage's steps that enter and leave."""

        def enter(_exchange: Exchange) -> None:
            self.seen.append(f"enter {name}")
            if error is not None:
                raise error

        return Steps(enter=enter, leave=lambda _x: self.seen.append(f"leave {name}"))

    async def fail(self, exchange: Exchange) -> None:
        """Note the error that became a response."""
        assert exchange.error is not None
        self.seen.append(f"fail {exchange.error.kind}")


async def test_leaves_run_in_reverse_order() -> None:
    """An answered exchange leaves every stage, the last one first."""
    trace = Trace()
    run = compile_run([trace.steps("a"), trace.steps("b")], trace.fail, Lines())

    await run(make_exchange())

    assert ["enter a", "enter b", "leave b", "leave a"] == trace.seen


async def test_a_step_may_have_nothing_to_wait_for() -> None:
    """A step that returns nothing to await is followed by the next one."""
    trace = Trace()
    steps = [Steps(wait=lambda _exchange: None), trace.steps("a")]

    await compile_run(steps, trace.fail, Lines())(make_exchange())

    assert ["enter a", "leave a"] == trace.seen


async def test_a_refusal_stops_and_leaves_only_what_was_entered() -> None:
    """The stage that refuses is left; the ones after it were never entered."""
    trace = Trace()
    steps = [
        trace.steps("a"),
        trace.steps("b", ApiError("invalid", "no")),
        trace.steps("c"),
    ]

    await compile_run(steps, trace.fail, Lines())(make_exchange())

    assert ["enter a", "enter b", "fail invalid", "leave b", "leave a"] == trace.seen


async def test_a_crash_becomes_an_internal_error() -> None:
    """Our own bug is an answer too, and the exception is kept for the log."""
    trace, exchange = Trace(), make_exchange()
    run = compile_run([trace.steps("a", KeyError("x"))], trace.fail, Lines())

    await run(exchange)

    assert ["enter a", "fail internal", "leave a"] == trace.seen
    assert isinstance(exchange.crash, KeyError)


async def test_a_stage_that_only_leaves_counts_with_the_one_before() -> None:
    """Leaves are due as soon as the step before their stage began."""
    trace = Trace()
    steps = [
        trace.steps("a", ApiError("invalid", "no")),
        Steps(leave=lambda _x: trace.seen.append("leave b")),
    ]

    await compile_run(steps, trace.fail, Lines())(make_exchange())

    assert ["enter a", "fail invalid", "leave b", "leave a"] == trace.seen


async def test_a_failing_leave_keeps_no_other_away() -> None:
    """Each leave runs; the failure is logged."""
    trace, log = Trace(), Lines()

    def broken(_exchange: Exchange) -> None:
        raise ValueError("broken")

    run = compile_run([trace.steps("a"), Steps(leave=broken)], trace.fail, log)

    await run(make_exchange())

    assert ["enter a", "leave a"] == trace.seen
    assert ["leave_failed"] == [event for _, event, _ in log.lines]


async def test_a_gone_client_is_an_error_of_its_own() -> None:
    """The cancellation that our own watch asked for ends in leaves, not in a cancelled task."""
    trace, exchange = Trace(), make_exchange()

    async def wait(_exchange: Exchange) -> None:
        await asyncio.Event().wait()

    task = asyncio.ensure_future(
        compile_run([trace.steps("a"), Steps(wait=wait)], trace.fail, Lines())(exchange)
    )
    await asyncio.sleep(0)
    exchange.mark_gone()
    task.cancel()
    await task

    assert ["enter a", "fail disconnected", "leave a"] == trace.seen


async def test_a_server_that_stops_tells_so() -> None:
    """When the task of an exchange is cancelled, its client is told, and stages are left."""
    trace = Trace()

    async def wait(_exchange: Exchange) -> None:
        await asyncio.Event().wait()

    task = asyncio.ensure_future(
        compile_run([trace.steps("a"), Steps(wait=wait)], trace.fail, Lines())(make_exchange())
    )
    await asyncio.sleep(0)
    task.cancel()
    await task

    assert ["enter a", "fail overloaded", "leave a"] == trace.seen


class Held(dict[str, Any]):
    """A scope that can be watched."""


@pytest.mark.parametrize("waits", [False, True])
async def test_a_refused_exchange_is_let_go_of_at_once(*, waits: bool) -> None:
    """It may be large: nothing of it waits for the collector."""

    def refuse(exchange: Exchange) -> None:
        try:
            int(exchange.id)
        except ValueError:
            raise ApiError("invalid", "no") from None

    async def wait(exchange: Exchange) -> None:
        await settle(1)
        refuse(exchange)

    steps = Steps(wait=wait) if waits else Steps(enter=refuse)
    exchange = make_exchange()
    exchange.scope = Held(headers=[])
    held = weakref.ref(exchange.scope)
    gc.disable()
    try:
        await compile_run([steps], Trace().fail, Lines())(exchange)
        del exchange

        assert held() is None
    finally:
        gc.enable()
