"""Events are counted however the connection cuts them."""

from __future__ import annotations

import pytest

from benchmarks.streams import END, TOKEN, Counter

STREAM = b"".join(b"7\r\ndata: {" + TOKEN + b'"x"}}\n\n\r\n' for _ in range(3)) + END


@pytest.mark.parametrize("size", [1, 2, 7, len(TOKEN), 40, len(STREAM)])
def test_pieces_of_any_size_hold_the_same_events(size: int) -> None:
    """A piece may end within the bytes that make an event."""
    counter = Counter(TOKEN)

    counts = [counter.feed(STREAM[at : at + size]) for at in range(0, len(STREAM), size)]

    assert 3 == sum(counts)
    assert counter.ends_with(END)
