"""Times in headers: how long to wait, in the forms that clients parse."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NOISE_DIGITS: Final = 6
"""Decimals that count before rounding up; what is below comes of floating point."""


def retry_after(seconds: float) -> str:
    """Return whole seconds, rounded up and at least 1, as `Retry-After` has them."""
    return str(max(1, _up(seconds)))


def duration(seconds: float) -> str:
    """Return a duration such as `12ms`, `1s`, `1m26.4s` or `1h2m3s`, rounded up to 1 ms."""
    milliseconds = max(0, _up(seconds * 1000))
    if 0 < milliseconds < 1000:
        return f"{milliseconds}ms"
    minutes, milliseconds = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    rest = f"{milliseconds / 1000:g}s"
    if hours:
        return f"{hours}h{minutes}m{rest}"
    return f"{minutes}m{rest}" if minutes else rest


def rfc3339(unix_s: float) -> str:
    """Return a moment such as `2026-01-01T00:00:20Z`, rounded up to the second."""
    moment = _EPOCH + timedelta(seconds=_up(unix_s))
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _up(value: float) -> int:
    return math.ceil(round(value, _NOISE_DIGITS))
