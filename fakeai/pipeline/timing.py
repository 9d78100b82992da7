"""Timing: what a client is told of how long its answer took."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from fakeai.pipeline.delivery import delivery

if TYPE_CHECKING:
    from fakeai.pipeline.delivery import Delivery
    from fakeai.pipeline.exchange import Exchange


class Timing:
    """The simulated engine's account of one answer; read at its end, when all of it is known."""

    __slots__ = ("_exchange",)

    def __init__(self, exchange: Exchange) -> None:
        """Compute nothing before somebody asks."""
        self._exchange = exchange

    @property
    def queue_ms(self) -> float:
        """The wait before the engine began."""
        return _ms(self._exchange.schedule.queue_s)

    @property
    def ttft_ms(self) -> float:
        """From the end of the queue to the first token."""
        return _ms(self._came().first_s - self._exchange.schedule.queue_s)

    @property
    def decode_ms(self) -> float:
        """From the first token to the last one."""
        came = self._came()
        return _ms(came.last_s - came.first_s)

    @property
    def itl_ms(self) -> float | None:
        """The mean time from a token to the next one; null when there is no next one."""
        came = self._came()
        gaps = max(came.tokens, default=0) - 1
        return _ms((came.last_s - came.first_s) / gaps) if gaps > 0 else None

    @property
    def tokens_per_second(self) -> float | None:
        """All tokens over the time since the queue; null when they took none."""
        came = self._came()
        worked_s = came.last_s - self._exchange.schedule.queue_s
        return round(came.total / worked_s, 3) if worked_s > 0 else None

    def _came(self) -> Delivery:
        return delivery(self._exchange, math.inf)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)
