"""Buckets in memory: all limits of a tier, drawn together or not at all."""

from __future__ import annotations

import math
from itertools import count
from typing import TYPE_CHECKING, Final, TypeAlias

from fakeai.stores.bounded import BoundedTable
from fakeai.stores.meters import NEVER, TICKS_PER_S, FixedWindow, Meter, State, TokenBucket
from fakeai.stores.port import CONCURRENT, Amounts, Decision, Standing

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from fakeai.stores.port import Algorithm, Limit

Receipt: TypeAlias = tuple[int, State, Amounts, int]
"""What a decision was made on: whose account, in what state, for how much, and when."""

METERS: Final[dict[Algorithm, type[TokenBucket | FixedWindow]]] = {
    "token_bucket": TokenBucket,
    "fixed_window": FixedWindow,
}


class Account:
    """What one scope key has drawn and holds."""

    __slots__ = ("meter", "number", "queued_at", "slots", "state")

    def __init__(self, meter: Meter, number: int, state: State) -> None:
        """Start with no slot held."""
        self.meter = meter
        self.number = number
        self.state = state
        self.slots = 0
        self.queued_at = 0.0

    def idle_at(self) -> float:
        """Return the tick at which every limit is whole: never while a slot is held."""
        return math.inf if self.slots else self.meter.idle_at(self.state)


class MemoryBuckets:
    """The limits of one tier in this process, for at most `keys_max` scope keys.

    A key that was evicted starts again whole, and its open requests settle nothing.
    """

    __slots__ = ("_accounts", "_concurrent_max", "_meter", "_names", "_numbers")

    def __init__(
        self,
        limits: Sequence[Limit],
        *,
        algorithm: Algorithm = "token_bucket",
        keys_max: int,
        concurrent_max: int | None = None,
    ) -> None:
        """Start with no accounts."""
        self._names = [limit.name for limit in limits]
        self._meter = METERS[algorithm](limits)
        self._concurrent_max = math.inf if concurrent_max is None else concurrent_max
        self._accounts: BoundedTable[Hashable, Account] = BoundedTable(keys_max)
        self._numbers = count()

    def __len__(self) -> int:
        """Return the number of accounts held."""
        return len(self._accounts)

    def take(self, key: Hashable, amounts: Amounts, now: float) -> Decision:
        """Charge every limit and take a concurrency slot, or refuse and charge nothing."""
        tick = round(now * TICKS_PER_S)
        account = self._accounts.get(key)
        known = account is not None
        if account is None:
            account = Account(self._meter, next(self._numbers), self._meter.open(tick))
        state = self._meter.draw(account.state, amounts, tick)
        if state is None or account.slots >= self._concurrent_max:
            return self._refuse(account, amounts, tick)
        account.state = state
        account.slots += 1
        if not known:
            self._accounts.add(key, account)
        return Decision((account.number, state, amounts, tick))

    def standings(self, taken: Decision) -> tuple[Standing, ...]:
        """Return how a decision left each limit."""
        receipt: Receipt = taken.receipt
        _, state, _, tick = receipt
        return self._meter.standings(state, tick)

    def settle(self, key: Hashable, taken: Decision, actual: Amounts, now: float) -> None:
        """Correct the charge to what was used and free the slot."""
        receipt: Receipt = taken.receipt
        number, state, amounts, _ = receipt
        account = self._accounts.get(key)
        if account is None or account.number != number:
            return
        account.slots -= 1
        if amounts != actual:
            excess = Amounts(*map(int.__sub__, amounts, actual))
            tick = round(now * TICKS_PER_S)
            account.state = self._meter.settle(account.state, state, excess, tick)
        self._accounts.hasten(key, account)

    def _refuse(self, account: Account, amounts: Amounts, tick: int) -> Decision:
        receipt: Receipt = account.number, account.state, amounts, tick
        waits = self._meter.waits(account.state, amounts, tick)
        if NEVER in waits:
            return Decision(receipt, self._names[waits.index(NEVER)], never_fits=True)
        if account.slots >= self._concurrent_max:
            return Decision(receipt, CONCURRENT)
        longest = max(waits)
        return Decision(receipt, self._names[waits.index(longest)], longest / TICKS_PER_S)
