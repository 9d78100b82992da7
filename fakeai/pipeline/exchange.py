"""Exchange: one request from its first byte to its last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from fakeai.pipeline.outcome import EMPTY, Outcome, Usage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from fakeai.core.error import ApiError

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = "Callable[[], Awaitable[Message]]"
Send = "Callable[[Message], Awaitable[None]]"
Header = tuple[bytes, bytes]


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Who is asking, as the key says."""

    name: str = "anonymous"
    organization: str = "fakeai"
    project: str = "default"
    tier: str = "default"


class Placement(msgspec.Struct, frozen=True, kw_only=True):
    """Where the simulated fleet runs the request, and what it had cached there."""

    worker: str = ""
    cached_tokens: int = 0


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """When each token is due, in seconds from the start of the exchange.

    `gap()` draws the time to the next token of a choice; None means that all is due at once.
    """

    ttft_s: float = 0.0
    gaps_s: list[list[float]] = []
    """A list a choice: the time from each token to the next one."""


ANONYMOUS: Final = Principal()
NO_PLACEMENT: Final = Placement()
IMMEDIATE: Final = Schedule()
