"""Lines: first lines and names, made once."""

from __future__ import annotations

import pytest

from fakeai.engine.lines import Openings, line_start


def test_first_lines_follow_the_servers_headers() -> None:
    """The date changes every second, and the lines with it."""
    openings = Openings()
    first = [(b"date", b"today")]

    before = [openings.lines(status, first) for status in (200, 404, 200)]
    after = openings.lines(200, [(b"date", b"tomorrow")])

    assert [b"HTTP/1.1 200 OK\r\ndate: today\r\n", b"HTTP/1.1 404 Not Found\r\n"] == [
        before[2],
        before[1].replace(b"date: today\r\n", b""),
    ]
    assert b"HTTP/1.1 200 OK\r\ndate: tomorrow\r\n" == after


@pytest.mark.parametrize("name", [b"a b", b"a\r\nb", b"a:"])
def test_what_is_no_name_is_refused(name: bytes) -> None:
    """Nothing of it reaches the connection."""
    with pytest.raises(RuntimeError):
        line_start(name)
