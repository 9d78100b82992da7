"""Meters: the two ways to hold limits, as pure functions on whole numbers.

A state is two lists with an entry for each limit. It is replaced, never changed, so that the
state after a draw is also its receipt. Whole numbers make a limit exact to the request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from fakeai.stores.port import Amounts, Standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fakeai.stores.port import Limit

TICKS_PER_S: Final = 1_000_000
NEVER: Final = -1

State: TypeAlias = tuple[list[int], list[int]]
"""Where each limit stands; what the two numbers of a limit are is the meter's own affair."""


class Meter(Protocol):
    """How limits fill and empty; time is in ticks."""

    def open(self, tick: int) -> State:
        """Return the state of an account that has drawn nothing."""

    def draw(self, state: State, amounts: Amounts, tick: int) -> State | None:
        """Return the state after the amounts are drawn, None when one of them does not fit."""

    def waits(self, state: State, amounts: Amounts, tick: int) -> list[int]:
        """Return the ticks until each limit has room, `NEVER` over its capacity."""

    def settle(self, state: State, receipt: State, excess: Amounts, tick: int) -> State:
        """Return the state after the draw that left `receipt` is lowered by `excess`."""

    def standings(self, state: State, tick: int) -> tuple[Standing, ...]:
        """Return what is left of each limit."""

    def idle_at(self, state: State) -> float:
        """Return the tick from which the state is as good as a new one."""


def ticks(seconds: float) -> int:
    """Return seconds as the nearest whole tick."""
    return round(seconds * TICKS_PER_S)


class TokenBucket:
    """Buckets that start full and refill continuously.

    The charges of a bucket lie end to end on a line. The first list says where each line ends;
    elapsed time plus the second list says how far refilling has come, oldest charge first. On
    the line a tick is worth `capacity`, and one of the measure is worth the ticks of the window.

    A refund gives back only what time has not yet restored of that very charge. Otherwise
    requests that settle late would refund into a bucket that has long refilled, and one window
    could see the capacity several times over.
    """

    __slots__ = ("_terms",)

    def __init__(self, limits: Sequence[Limit]) -> None:
        """Keep measure, capacity, window and full depth of each limit."""
        self._terms = [(*_term(limit), limit.capacity * ticks(limit.window_s)) for limit in limits]

    def open(self, tick: int) -> State:
        """Return full buckets."""
        return [tick * capacity for _, capacity, _, _ in self._terms], [0] * len(self._terms)

    def draw(self, state: State, amounts: Amounts, tick: int) -> State | None:
        """Lengthen each line by its charge, unless the bucket holds less."""
        ends, shifts = state
        drawn = []
        for index, (measure, capacity, window, full) in enumerate(self._terms):
            amount = amounts[measure]
            restored = tick * capacity + shifts[index]
            end = ends[index]
            # A comparison takes half the time of `max`, and this is the hot line of every request.
            end = (end if end > restored else restored) + amount * window  # noqa: FURB136
            if end - restored > full and amount:
                return None
            drawn.append(end)
        return drawn, shifts

    def waits(self, state: State, amounts: Amounts, tick: int) -> list[int]:
        """Return how long each bucket takes to refill what it lacks."""
        waits = []
        for index, debt in enumerate(self._debts(state, tick)):
            measure, capacity, window, full = self._terms[index]
            amount = amounts[measure]
            lacking = max(0, debt + amount * window - full) if amount else 0
            waits.append(-(-lacking // capacity) if amount <= capacity else NEVER)
        return waits

    def settle(self, state: State, receipt: State, excess: Amounts, tick: int) -> State:
        """Give back what time has not restored of the charges; an extra charge may overdraw."""
        ends, shifts = list(state[0]), list(state[1])
        for index, (measure, capacity, window, _) in enumerate(self._terms):
            restored = tick * capacity + shifts[index]
            refund = excess[measure] * window
            if refund > 0:
                shifts[index] += min(refund, max(0, receipt[0][index] - restored))
            else:
                ends[index] = max(ends[index], restored) - refund
        return ends, shifts

    def standings(self, state: State, tick: int) -> tuple[Standing, ...]:
        """Return whole amounts left, and the time until each bucket is full."""
        standings = []
        for (_, capacity, window, full), end, shift in zip(self._terms, *state, strict=True):
            debt = end - tick * capacity - shift
            if debt <= 0:
                standings.append(Standing(full // window, 0.0))
            else:
                left = (full - debt) // window
                reset_s = -(-debt // capacity) / TICKS_PER_S
                standings.append(Standing(left if left > 0 else 0, reset_s))  # noqa: FURB136
        return tuple(standings)

    def idle_at(self, state: State) -> float:
        """Return when the last bucket is full."""
        full_at = [
            -((shift - end) // capacity)
            for (_, capacity, _, _), end, shift in zip(self._terms, *state, strict=True)
        ]
        return max(full_at, default=0)

    def _debts(self, state: State, tick: int) -> Iterator[int]:
        for (_, capacity, _, _), end, shift in zip(self._terms, *state, strict=True):
            yield max(0, end - tick * capacity - shift)


class FixedWindow:
    """Counts that start again at every multiple of their window.

    The first list holds what is used, the second the number of the window that it counts in.
    """

    __slots__ = ("_terms",)

    def __init__(self, limits: Sequence[Limit]) -> None:
        """Keep measure, capacity and window of each limit."""
        self._terms = [_term(limit) for limit in limits]

    def open(self, tick: int) -> State:
        """Return unused windows."""
        return [0] * len(self._terms), [tick // window for _, _, window in self._terms]

    def draw(self, state: State, amounts: Amounts, tick: int) -> State | None:
        """Count the amounts in the windows of this tick, unless one has no room."""
        used, numbers = state
        drawn, current = [], []
        for index, (measure, capacity, window) in enumerate(self._terms):
            amount = amounts[measure]
            number = tick // window
            total = amount + (used[index] if numbers[index] == number else 0)
            if total > capacity and amount:
                return None
            drawn.append(total)
            current.append(number)
        return drawn, current

    def waits(self, state: State, amounts: Amounts, tick: int) -> list[int]:
        """Return the time to the end of each window that has no room."""
        waits = []
        for index, (used, end) in enumerate(self._windows(state, tick)):
            measure, capacity, _ = self._terms[index]
            amount = amounts[measure]
            full = amount > 0 and used + amount > capacity
            waits.append(NEVER if amount > capacity else full * (end - tick))
        return waits

    def settle(self, state: State, receipt: State, excess: Amounts, tick: int) -> State:
        """Count more at once, but less only in the window that was charged."""
        used, numbers = [], [tick // window for _, _, window in self._terms]
        for index, (before, _) in enumerate(self._windows(state, tick)):
            change = excess[self._terms[index][0]]
            own = receipt[1][index] == numbers[index]
            used.append(before - change if own or change < 0 else before)
        return used, numbers

    def standings(self, state: State, tick: int) -> tuple[Standing, ...]:
        """Return the amounts left, and the time until each count starts again."""
        return tuple(
            [
                Standing(max(0, capacity - used), (end - tick) / TICKS_PER_S if used else 0.0)
                for (_, capacity, _), (used, end) in zip(
                    self._terms, self._windows(state, tick), strict=True
                )
            ]
        )

    def idle_at(self, state: State) -> float:
        """Return when the last of the used windows ends.

        Windows of all accounts end together, so the share that is used adds part of a tick:
        the account that used less is idle first.
        """
        ends = [
            (number + 1) * window + min(1.0, used / capacity)
            for (_, capacity, window), used, number in zip(self._terms, *state, strict=True)
            if used
        ]
        return max(ends, default=0.0)

    def _windows(self, state: State, tick: int) -> Iterator[tuple[int, int]]:
        for (_, _, window), used, number in zip(self._terms, *state, strict=True):
            current = tick // window
            yield used if number == current else 0, (current + 1) * window


def _term(limit: Limit) -> tuple[int, int, int]:
    return Amounts._fields.index(limit.measure), limit.capacity, ticks(limit.window_s)
