"""session: under which name a request keeps to its worker."""

from __future__ import annotations

import pytest

from fakeai.pipeline.exchange import Exchange
from fakeai.pipeline.session import session_reader


async def _nothing(*_args: object) -> None:
    """Stand in for a connection."""


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ([], {}, ""),
        ([], None, ""),
        ([(b"x-second", b"two")], {"user": "me"}, "two"),
        ([(b"x-second", b"two"), (b"x-first", b"one")], {}, "one"),
        ([(b"x-first", b"")], {"user": "me"}, "me"),
        ([], {"user": 1, "session": "s" * 300}, "s" * 256),
    ],
)
def test_the_first_name_decides(
    headers: list[tuple[bytes, bytes]], body: object, expected: str
) -> None:
    """Headers come before fields, empty names are none, and long ones are cut."""
    exchange = Exchange({"headers": headers}, _nothing, _nothing)
    exchange.received, exchange.request = dict(headers), body

    assert expected == session_reader(["X-First", "x-second"], ["user", "session"])(exchange)
