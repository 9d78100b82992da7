"""Port: in which words the stages and the stores of limits and bans speak."""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple

import msgspec

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
