"""Begin: coroutines that are taken as far as they go without waiting."""

from __future__ import annotations

import asyncio

import pytest

from fakeai.wire.begin import Rest, begin


async def _ready() -> int:
    return 7


def test_what_does_not_wait_has_its_result_at_once() -> None:
    """No task is needed."""
    assert begin(_ready()) == 7


async def test_what_waits_goes_on_when_it_is_awaited() -> None:
    """Where it stood, and its result comes out."""
    told: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def waiting() -> int:
        return await told + 1

    rest = begin(waiting())
    told.set_result(1)

    assert isinstance(rest, Rest)
    assert await rest == 2


def test_a_fault_comes_at_once() -> None:
    """As from a call."""

    async def failing() -> None:
        raise ValueError("at once")

    with pytest.raises(ValueError, match="at once"):
        begin(failing())
