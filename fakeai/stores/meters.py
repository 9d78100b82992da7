"""Meters: the two ways to hold limits, as pure functions on whole numbers.

A state is replaced, never changed, so that the state after a draw is also its receipt. Whole
numbers make a limit exact to the request.
"""

from __future__ import annotations

from math import gcd
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

from fakeai.stores.port import Amounts, Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fakeai.stores.port import Limit

TICKS_PER_S: Final = 1_000_000
NEVER: Final = -1
FIRSTS_MAX: Final = 512
"""Draws on full buckets whose results are remembered, by amounts."""

State: TypeAlias = Any
"""Where each limit stands; how to read it is the meter's own affair."""
Drawn: TypeAlias = tuple[State, tuple[Standing, ...]]
"""The state after a draw, and what it leaves of each limit."""
Charge: TypeAlias = tuple[State, Amounts]
"""The state after a draw, and what was drawn."""


class Meter(Protocol):
    """How limits fill and empty; time is in ticks."""

    def open(self, tick: int) -> State:
        """Return the state of an account that has drawn nothing."""

    def draw(self, state: State, amounts: Amounts, tick: int) -> Drawn | None:
        """Draw the amounts, or return None when one of them does not fit."""

    def waits(self, state: State, amounts: Amounts, tick: int) -> list[int]:
        """Return the ticks until each limit has room, `NEVER` over its capacity."""

    def settle(self, state: State, charge: Charge, actual: Amounts, tick: int) -> State:
        """Return the state after a charge is corrected to what was used."""

    def standings(self, state: State, tick: int) -> tuple[Standing, ...]:
        """Return what is left of each limit."""

    def idle_at(self, state: State) -> float:
        """Return the tick from which the state is as good as a new one."""


def ticks(seconds: float) -> int:
    """Return seconds as the nearest whole tick."""
    return round(seconds * TICKS_PER_S)


Debts: TypeAlias = tuple[int, list[int], list[int], int]
"""A tick, what each bucket lacked at it, all that each was ever given back, and the tick at which
the last of them is full."""
_Refill: TypeAlias = "tuple[Callable[[Amounts], int], int, int, int]"
"""How to read a limit's measure, and its rate, cost and full depth."""
_Added: TypeAlias = tuple[list[int], tuple[Standing, ...], int]
"""What each bucket lacks after a draw, how it stands, and the ticks until the last is full."""


class TokenBucket:
    """Buckets that start full and refill continuously.

    What a bucket lacks is counted in parts that are whole both for one of the measure and for a
    tick: one of the measure is worth `cost` of them, and each tick restores `rate`.

    A refund gives back only what time has not yet restored of that very charge, oldest charge
    first. Otherwise requests that settle late would refund into a bucket that has long refilled,
    and one window could see the capacity several times over.
    """

    __slots__ = ("_firsts", "_terms")

    def __init__(self, limits: Sequence[Limit]) -> None:
        """Work out how each limit refills."""
        self._terms = [_refill(limit) for limit in limits]
        self._firsts: dict[Amounts, _Added] = {}

    def open(self, tick: int) -> Debts:
        """Return full buckets."""
        nothing = [0] * len(self._terms)
        return tick, nothing, nothing, tick

    def draw(self, state: Debts, amounts: Amounts, tick: int) -> Drawn | None:
        """Add the charge to what each bucket lacks, unless the bucket holds less."""
        since, debts, refunds, full_at = state
        if tick < full_at:
            drawn = self._add(debts, amounts, tick - since)
        else:
            drawn = self._firsts.get(amounts) or self._first(amounts)
        if drawn is None:
            return None
        debts, standings, lasts = drawn
        return (tick, debts, refunds, tick + lasts), standings

    def _first(self, amounts: Amounts) -> _Added | None:
        """Draw on full buckets, which always comes to the same."""
        drawn = self._add([0] * len(self._terms), amounts, 0)
        if drawn is not None:
            if len(self._firsts) >= FIRSTS_MAX:
                self._firsts.clear()
            self._firsts[amounts] = drawn
        return drawn

    def _add(self, debts: list[int], amounts: Amounts, elapsed: int) -> _Added | None:
        added, standings, lasts = [], [], 0
        for (measured, rate, cost, full), before in zip(self._terms, debts, strict=True):
            amount = measured(amounts)
            # Comparisons take half the time of `max`, and every request under load passes here.
            debt = before - elapsed * rate
            debt = (debt if debt > 0 else 0) + amount * cost  # noqa: FURB136
            if debt > full and amount:
                return None
            wait = -(-debt // rate)
            left = (full - debt) // cost if debt < full else 0
            added.append(debt)
            standings.append(Standing(left, wait / TICKS_PER_S))
            lasts = wait if wait > lasts else lasts  # noqa: FURB136
        return added, tuple(standings), lasts

    def waits(self, state: Debts, amounts: Amounts, tick: int) -> list[int]:
        """Return how long each bucket takes to refill what it lacks."""
        waits = []
        for debt, (measured, rate, cost, full) in self._debts(state, tick):
            charge = measured(amounts) * cost
            lacking = max(0, debt + charge - full) if charge else 0
            waits.append(-(-lacking // rate) if charge <= full else NEVER)
        return waits

    def settle(self, state: Debts, charge: Charge, actual: Amounts, tick: int) -> Debts:
        """Give back what time has not restored of the charges; an extra charge may overdraw."""
        (charged_at, charged, refunded, _), amounts = charge
        since, debts, refunds, full_at = state
        if tick >= full_at:
            for measured, _, _, _ in self._terms:
                if measured(actual) > measured(amounts):
                    break
            else:  # time has restored every charge, and nothing was used beyond this one
                return state
        elapsed, open_for = tick - since, tick - charged_at
        settled, lasts = [], 0
        for index, (measured, rate, cost, _) in enumerate(self._terms):
            debt = debts[index] - elapsed * rate
            debt = debt if debt > 0 else 0  # noqa: FURB136  # as in `_add`
            change = (measured(actual) - measured(amounts)) * cost
            if change > 0:
                debt += change
            elif change and debt:
                restored = open_for * rate + refunds[index] - refunded[index]
                refund = min(-change, max(0, charged[index] - restored))
                refunds = refunds.copy()
                refunds[index] += refund
                debt -= refund
            settled.append(debt)
            if debt:
                lasts = max(lasts, -(-debt // rate))
        return tick, settled, refunds, tick + lasts

    def standings(self, state: Debts, tick: int) -> tuple[Standing, ...]:
        """Return whole amounts left, and the time until each bucket is full."""
        return tuple(
            [
                Standing(max(0, full - debt) // cost, -(-debt // rate) / TICKS_PER_S)
                for debt, (_, rate, cost, full) in self._debts(state, tick)
            ]
        )

    def idle_at(self, state: Debts) -> float:
        """Return when the last bucket is full."""
        return state[3]

    def _debts(self, state: Debts, tick: int) -> Iterator[tuple[int, _Refill]]:
        since, debts, _, _ = state
        for debt, term in zip(debts, self._terms, strict=True):
            yield max(0, debt - (tick - since) * term[1]), term


Counts: TypeAlias = tuple[list[int], list[int]]
"""What is used of each limit, and the number of the window that it counts in."""


class FixedWindow:
    """Counts that start again at every multiple of their window.

    A state holds what is used, and the numbers of the windows that it counts in.
    """

    __slots__ = ("_terms",)

    def __init__(self, limits: Sequence[Limit]) -> None:
        """Keep how to read its measure, capacity and window of each limit."""
        self._terms = [_term(limit) for limit in limits]

    def open(self, tick: int) -> Counts:
        """Return unused windows."""
        return [0] * len(self._terms), [tick // window for _, _, window in self._terms]

    def draw(self, state: Counts, amounts: Amounts, tick: int) -> Drawn | None:
        """Count the amounts in the windows of this tick, unless one has no room."""
        used, current, standings = [], [], []
        for (measured, capacity, window), before, number in zip(self._terms, *state, strict=True):
            amount = measured(amounts)
            now = tick // window
            total = amount + (before if number == now else 0)
            left = capacity - total
            if left < 0:
                if amount:
                    return None
                left = 0
            used.append(total)
            current.append(now)
            reset_s = ((now + 1) * window - tick) / TICKS_PER_S if total else 0.0
            standings.append(Standing(left, reset_s))
        return (used, current), tuple(standings)

    def waits(self, state: Counts, amounts: Amounts, tick: int) -> list[int]:
        """Return the time to the end of each window that has no room."""
        waits = []
        for index, (used, end) in enumerate(self._windows(state, tick)):
            measured, capacity, _ = self._terms[index]
            amount = measured(amounts)
            full = amount > 0 and used + amount > capacity
            waits.append(NEVER if amount > capacity else full * (end - tick))
        return waits

    def settle(self, state: Counts, charge: Charge, actual: Amounts, tick: int) -> Counts:
        """Count more at once, but less only in the window that was charged."""
        used, current = [], []
        (_, charged), amounts = charge
        for (measured, _, window), before, number, own in zip(
            self._terms, *state, charged, strict=True
        ):
            now = tick // window
            excess = measured(amounts) - measured(actual)
            counted = before if number == now else 0
            used.append(counted - excess if own == now or excess < 0 else counted)
            current.append(now)
        return used, current

    def standings(self, state: Counts, tick: int) -> tuple[Standing, ...]:
        """Return the amounts left, and the time until each count starts again."""
        return tuple(
            [
                Standing(max(0, capacity - used), (end - tick) / TICKS_PER_S if used else 0.0)
                for (_, capacity, _), (used, end) in zip(
                    self._terms, self._windows(state, tick), strict=True
                )
            ]
        )

    def idle_at(self, state: Counts) -> float:
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

    def _windows(self, state: Counts, tick: int) -> Iterator[tuple[int, int]]:
        for (_, _, window), used, number in zip(self._terms, *state, strict=True):
            current = tick // window
            yield used if number == current else 0, (current + 1) * window


def _refill(limit: Limit) -> _Refill:
    measured, capacity, window = _term(limit)
    shared = gcd(capacity, window)
    rate, cost = capacity // shared, window // shared
    return measured, rate, cost, capacity * cost


def _term(limit: Limit) -> tuple[Callable[[Amounts], int], int, int]:
    return attrgetter(limit.measure), limit.capacity, ticks(limit.window_s)
