"""Rate-limit headers: names, forms, and which of two limits is shown."""

from __future__ import annotations

from fakeai.pipeline.rate_headers import HeaderNames, RateHeaders, RateWords, Shown
from fakeai.stores.port import Standing

NAMES = HeaderNames(limit="X-Limit", remaining="x-left", reset="x-reset")


def test_a_reset_is_a_duration_or_a_moment() -> None:
    """The protocol chooses."""
    limits = [Shown("requests", 3, Standing(2, 20.0))]
    written = [
        dict(RateHeaders(RateWords(reset=form, headers={"requests": NAMES})).write(limits, 0.0))
        for form in ("duration", "rfc3339")
    ]

    assert {b"x-limit": b"3", b"x-left": b"2", b"x-reset": b"20s"} == written[0]
    assert b"1970-01-01T00:00:20Z" == written[1][b"x-reset"]


def test_what_has_no_name_is_left_out() -> None:
    """Neither a measure nor a single header."""
    words = RateWords(headers={"tokens": HeaderNames(limit="x-limit")})
    limits = [Shown("requests", 3, Standing(2, 0.0)), Shown("tokens", 9, Standing(8, 0.0))]

    assert [(b"x-limit", b"9")] == RateHeaders(words).write(limits, 0.0)


def test_a_spent_limit_is_shown_before_another_of_its_measure() -> None:
    """Otherwise the first one declared."""
    headers = RateHeaders(RateWords(headers={"requests": NAMES}))
    minute, day = Shown("requests", 3, Standing(2, 1.0)), Shown("requests", 9, Standing(0, 9.0))

    assert b"9" == dict(headers.write([minute, day], 0.0))[b"x-limit"]
    assert b"3" == dict(headers.write([minute, minute], 0.0))[b"x-limit"]
