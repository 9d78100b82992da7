"""Buckets in memory: all limits of a tier, drawn together or not at all."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, TypeAlias

from fakeai.stores.bounded import BoundedTable
from fakeai.stores.meters import NEVER, TICKS_PER_S, FixedWindow, Meter, State, TokenBucket
from fakeai.stores.port import CONCURRENT, Decision

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from fakeai.stores.port import Algorithm, Amounts, Limit

Receipt: TypeAlias = "tuple[Account, State, Amounts]"
"""Whose account was charged, what state that left it in, and how much it was charged."""

METERS: Final[dict[Algorithm, type[TokenBucket | FixedWindow]]] = {
    "token_bucket": TokenBucket,
    "fixed_window": FixedWindow,
}


class Account:
    """What one scope key has drawn and holds."""

    __slots__ = ("key", "meter", "queued_at", "slots", "state")

    def __init__(self, key: Hashable, meter: Meter, state: State) -> None:
        """Start with no slot held."""
        self.key = key
        self.meter = meter
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

    __slots__ = ("_accounts", "_concurrent_max", "_meter", "_names")

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

    def __len__(self) -> int:
        """Return the number of accounts held."""
        return len(self._accounts)

    def take(self, key: Hashable, amounts: Amounts, now: float) -> Decision:
        """Charge every limit and take a concurrency slot, or refuse and charge nothing."""
        tick = round(now * TICKS_PER_S)
        account = self._accounts.get(key)
        known = account is not None
        if account is None:
            account = Account(key, self._meter, self._meter.open(tick))
        drawn = self._meter.draw(account.state, amounts, tick)
        if drawn is None or account.slots >= self._concurrent_max:
            return self._refuse(account, amounts, tick)
        state, standings = drawn
        account.state = state
        account.slots += 1
        if not known:
            self._accounts.add(key, account)
        return Decision((account, state, amounts), standings)

    def settle(self, taken: Decision, actual: Amounts, now: float) -> None:
        """End an allowed request: correct its charge to what it used and free its slot.

        Call it once for each allowed `take`. `NOTHING` gives the whole charge back.
        """
        receipt: Receipt = taken.receipt
        account, state, amounts = receipt
        account.slots -= 1
        tick = round(now * TICKS_PER_S)
        if amounts != actual:
            charge = (state, amounts)
            account.state = self._meter.settle(account.state, charge, actual, tick)
        # What the queue takes for idle by now need not be known to have been so sooner.
        if account.queued_at > tick:
            self._accounts.hasten(account.key, account)

    def _refuse(self, account: Account, amounts: Amounts, tick: int) -> Decision:
        receipt: Receipt = account, account.state, amounts
        standings = self._meter.standings(account.state, tick)
        waits = self._meter.waits(account.state, amounts, tick)
        if NEVER in waits:
            name = self._names[waits.index(NEVER)]
            return Decision(receipt, standings, name, never_fits=True)
        if account.slots >= self._concurrent_max:
            return Decision(receipt, standings, CONCURRENT)
        longest = max(waits)
        name = self._names[waits.index(longest)]
        return Decision(receipt, standings, name, longest / TICKS_PER_S)
