"""Ports: what the stages ask of stored state, whoever keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Hashable

Algorithm = Literal["token_bucket", "fixed_window"]
Measure = Literal["requests", "tokens", "input_tokens", "output_tokens"]

CONCURRENT: Final = "concurrent"
"""Name under which a refusal for want of a concurrency slot is reported."""


class Amounts(msgspec.Struct, frozen=True, gc=False):
    """What one request draws, by measure; the field names are those of `Measure`."""

    requests: int = 0
    tokens: int = 0
    input_tokens: int = 0
    output_tokens: int = 0


NOTHING: Final = Amounts()
"""Settling with this gives everything back."""


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """At most `capacity` of a measure in `window_s` seconds."""

    name: str
    measure: Measure
    capacity: int
    window_s: float

    def __post_init__(self) -> None:
        """Refuse a limit that could never refill."""
        if self.capacity < 1 or self.window_s <= 0:
            message = f"limit {self.name}: capacity and window_s must be positive"
            raise ValueError(message)


class Standing(msgspec.Struct, frozen=True, gc=False):
    """What is left of a limit, and the time until it is whole again."""

    remaining: int
    reset_s: float


class Decision(msgspec.Struct, frozen=True, gc=False):
    """The answer to `take`, and the receipt that `settle` wants back."""

    receipt: Any
    """What the store needs to know again; it means nothing to others."""
    standings: tuple[Standing, ...]
    """How it left each declared limit, in the order of declaration."""
    limiting: str | None = None
    """The limit that takes longest to give way, None when allowed."""
    retry_after_s: float | None = None
    """When the same request would pass if nobody else came; None when no time is known."""
    never_fits: bool = False
    """The request is larger than the limit's capacity: waiting does not help."""

    @property
    def allowed(self) -> bool:
        """Whether the request may go on."""
        return self.limiting is None


class Buckets(Protocol):
    """The limits of one tier, with one account for each scope key."""

    def take(self, key: Hashable, amounts: Amounts, now: float) -> Decision:
        """Charge every limit and take a concurrency slot, or refuse and charge nothing."""

    def settle(self, taken: Decision, actual: Amounts, now: float) -> None:
        """End an allowed request: correct its charge to what it used and free its slot.

        Call it once for each allowed `take`. `NOTHING` gives the whole charge back.
        """


class Rung(msgspec.Struct, frozen=True, kw_only=True):
    """A step of the ban ladder: a score of `at` strikes bans for `for_s` seconds."""

    at: float
    for_s: float


class Subject(NamedTuple):
    """Who is watched: an address, a key, or an address at the admin routes."""

    scope: Literal["ip", "key", "admin"]
    name: str


class Ban(msgspec.Struct, frozen=True):
    """A subject that is shut out until a moment."""

    subject: Subject
    score: float
    until: float


class Bans(Protocol):
    """Strikes that fade, and the bans that they lead to."""

    @property
    def latest_end(self) -> float:
        """A moment from which no ban is in force unless one begins; never before any ban."""

    def strike(self, subject: Subject, weight: float, now: float) -> Ban | None:
        """Add strikes and return the ban that is then in force, if any."""

    def banned_until(self, subject: Subject, now: float) -> float | None:
        """Return the end of the ban that is in force, if any."""

    def lift(self, subject: Subject) -> bool:
        """Forget the subject's ban and strikes; False when it had neither."""

    def active(self, now: float) -> list[Ban]:
        """Return the bans in force, the longest first."""
