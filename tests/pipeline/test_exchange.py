"""Exchanges begin with neutral values."""

from __future__ import annotations

import pytest

from fakeai.pipeline.exchange import IMMEDIATE, Exchange, Placement, Schedule


async def _nothing(*_args: object) -> None:
    """Stand in for a connection."""


def test_an_exchange_needs_no_stage_to_be_read() -> None:
    """Whatever is off, its fields can be read."""
    exchange = Exchange({}, _nothing, _nothing)

    assert (0, "anonymous", False) == (
        exchange.usage.total_tokens,
        exchange.principal.name,
        exchange.gone,
    )
    assert exchange.schedule is IMMEDIATE


def test_usage_is_never_shared() -> None:
    """Counts of one exchange do not show in another."""
    one, other = (Exchange({}, _nothing, _nothing) for _ in range(2))
    one.usage.prompt_tokens = 5

    assert 0 == other.usage.prompt_tokens


@pytest.mark.parametrize(("cached", "reported"), [(99, 0), (100, 64), (112, 64), (128, 128)])
def test_the_minimum_is_that_of_the_hit(cached: int, reported: int) -> None:
    """A hit that is large enough is rounded down, below the minimum if need be."""
    placement = Placement(cached_tokens=cached, reported_min=100, reported_step=64)

    assert reported == placement.reported_tokens


def test_a_schedule_ends_with_its_last_token() -> None:
    """Of all choices; without tokens, with the first one's time."""
    assert 3.0 == Schedule(due_s=[[1.0, 3.0], [2.0]]).end_s
    assert 0.0 == Schedule().end_s
