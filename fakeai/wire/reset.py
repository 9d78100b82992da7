"""Times in headers: how long to wait, in the forms that clients parse."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NOISE: Final = 0.5e-6
"""What may be missing to a whole number that is still taken for it: it comes of floating point."""


def retry_after(seconds: float) -> int:
    """Return whole seconds, rounded up, as `Retry-After` has them; 0 would say not to wait."""
    return max(1, _up(seconds))


def duration(seconds: float) -> bytes:
    """Return a duration such as `12ms`, `1s`, `1m26.4s` or `1h2m3s`, rounded up to 1 ms."""
    milliseconds = math.ceil(seconds * 1000 - _NOISE)
    if milliseconds < 1000:
        return b"%dms" % milliseconds if milliseconds > 0 else b"0s"
    minutes, milliseconds = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    rest = b"%gs" % (milliseconds / 1000)
    if hours:
        return b"%dh%dm%b" % (hours, minutes, rest)
    return b"%dm%b" % (minutes, rest) if minutes else rest


def rfc3339(unix_s: float) -> bytes:
    """Return a moment such as `2026-01-01T00:00:20Z`, rounded up to the second."""
    moment = _EPOCH + timedelta(seconds=_up(unix_s))
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()


def _up(value: float) -> int:
    return math.ceil(value - _NOISE)
