"""Times in headers, in each of their forms."""

import pytest

from fakeai.wire.reset import duration, retry_after, rfc3339


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0s"),
        (0.012, "12ms"),
        (0.0001, "1ms"),
        (0.9999, "1s"),
        (1.0, "1s"),
        (8.64, "8.64s"),
        (20.0000000001, "20s"),
        (59.9999, "1m0s"),
        (86.4, "1m26.4s"),
        (360.0, "6m0s"),
        (3723.0, "1h2m3s"),
        (86_400.0, "24h0m0s"),
        (-1.0, "0s"),
    ],
)
def test_durations_read_as_clients_parse_them(seconds: float, text: str) -> None:
    """Milliseconds below a second, then hours, minutes and seconds."""
    assert text == duration(seconds).decode()


@pytest.mark.parametrize(
    ("seconds", "whole"),
    [(0.0, 1), (0.2, 1), (1.0, 1), (1.001, 2), (19.9, 20), (20.0000000001, 20)],
)
def test_retry_after_is_whole_seconds_rounded_up(seconds: float, whole: int) -> None:
    """A client that waits so long is never too early."""
    assert whole == retry_after(seconds)


@pytest.mark.parametrize(
    ("unix_s", "text"),
    [(1_767_225_600.0, "2026-01-01T00:00:00Z"), (1_767_225_619.2, "2026-01-01T00:00:20Z")],
)
def test_moments_are_rfc_3339(unix_s: float, text: str) -> None:
    """A moment in UTC, rounded up to the second."""
    assert text == rfc3339(unix_s).decode()
