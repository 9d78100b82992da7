"""Rate-limit headers: names, forms, and which of two limits is shown."""

from __future__ import annotations

import pytest

from fakeai.pipeline.rate_headers import WRITTEN_MAX, HeaderNames, RateHeaders, RateWords
from fakeai.stores.port import Limit, Measure, Standing

NAMES = HeaderNames(limit="X-Limit", remaining="x-left", reset="x-reset")
WORDS = RateWords(headers={"requests": NAMES})


def limit(measure: Measure, capacity: int) -> Limit:
    """Return a limit of a minute."""
    return Limit(name="any", measure=measure, capacity=capacity, window_s=60)


def test_a_reset_is_a_duration_or_a_moment() -> None:
    """The protocol chooses."""
    words = [RateWords(reset=form, headers={"requests": NAMES}) for form in ("duration", "rfc3339")]
    writers = [RateHeaders(each).writer([limit("requests", 3)]) for each in words]
    written = [dict(write((Standing(2, 20.0),), 0.0)) for write in writers]

    assert {b"x-limit": b"3", b"x-left": b"2", b"x-reset": b"20s"} == written[0]
    assert b"1970-01-01T00:00:20Z" == written[1][b"x-reset"]


def test_a_moment_goes_on_while_the_limits_stand_still() -> None:
    """The same standings a second later are another moment, but the same duration."""
    moments = RateHeaders(RateWords(reset="rfc3339", headers={"requests": NAMES}))
    standings = (Standing(2, 20.0),)
    durations, write = (
        each.writer([limit("requests", 3)]) for each in (RateHeaders(WORDS), moments)
    )

    assert durations(standings, 0.0) == durations(standings, 1.0)
    assert b"1970-01-01T00:00:20Z" == dict(write(standings, 0.0))[b"x-reset"]
    assert b"1970-01-01T00:00:21Z" == dict(write(standings, 1.0))[b"x-reset"]


def test_clients_are_told_real_seconds() -> None:
    """Where the simulation runs ten times faster, its 20 seconds are two of theirs."""
    words = [RateWords(reset=form, headers={"requests": NAMES}) for form in ("duration", "rfc3339")]
    writers = [RateHeaders(each).writer([limit("requests", 3)], 10.0) for each in words]
    written = [dict(write((Standing(2, 20.0),), 0.0)) for write in writers]

    assert {b"x-limit": b"3", b"x-left": b"2", b"x-reset": b"2s"} == written[0]
    assert b"1970-01-01T00:00:02Z" == written[1][b"x-reset"]


def test_what_has_no_name_is_left_out() -> None:
    """Neither a measure nor a single header."""
    words = RateWords(headers={"tokens": HeaderNames(limit="x-limit")})
    write = RateHeaders(words).writer([limit("requests", 3), limit("tokens", 9)])

    assert ((b"x-limit", b"9"),) == write((Standing(2, 0.0), Standing(8, 0.0)), 0.0)


@pytest.mark.parametrize(("minute", "day", "shown"), [(2, 0, b"9"), (2, 2, b"3"), (0, 0, b"3")])
def test_a_spent_limit_is_shown_before_another_of_its_measure(
    minute: int, day: int, shown: bytes
) -> None:
    """Otherwise the first one declared."""
    write = RateHeaders(WORDS).writer([limit("requests", 3), limit("requests", 9)])
    headers = dict(write((Standing(minute, 1.0), Standing(day, 9.0)), 0.0))

    assert shown == headers[b"x-limit"]
    assert (b"9s" if shown == b"9" else b"1s") == headers[b"x-reset"]


def test_any_number_of_standings_can_be_told() -> None:
    """What was written before is told again, and never for other standings."""
    write = RateHeaders(WORDS).writer([limit("requests", 1000)])
    for _ in range(2):
        for left in range(2 * WRITTEN_MAX):
            assert b"%d" % left == dict(write((Standing(left, 1.0),), 0.0))[b"x-left"]
