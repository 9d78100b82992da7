"""Exchanges begin with neutral values."""

from __future__ import annotations

import pytest

from fakeai.pipeline.exchange import IMMEDIATE, Exchange, Placement, Schedule
from fakeai.pipeline.outcome import Kept


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


KEPT = Kept(tokens=2001, long_tokens=1000, block_tokens=2001, hit_tokens=2000)


@pytest.mark.parametrize(
    ("kept", "hit", "told"),
    [
        (None, 2000, (1920, 0, 0)),
        (Kept(), 2000, (0, 0, 0)),
        (KEPT, 0, (0, 2001, 1000)),
        (KEPT, 960, (0, 2001, 1000)),
        (KEPT, 1100, (1024, 977, 0)),
        (KEPT, 2000, (2001, 0, 0)),
        (KEPT, 4000, (2001, 0, 0)),
    ],
)
def test_a_place_says_what_is_read_and_what_is_written(
    kept: Kept | None, hit: int, told: tuple[int, int, int]
) -> None:
    """Without marks a hit is told rounded; with them what is kept is read, or else written."""
    exchange = Exchange({}, _nothing, _nothing)
    usage = exchange.usage
    usage.kept = kept
    exchange.place(Placement(cached_tokens=hit, reported_min=1024, reported_step=128))

    assert told == (
        usage.cached_tokens,
        usage.cache_written_tokens,
        usage.cache_written_long_tokens,
    )
