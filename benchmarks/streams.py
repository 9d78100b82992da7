"""Many open streams: how many of their events come, and when."""

from __future__ import annotations

import asyncio
import time
from array import array
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

import uvloop

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: What each event of one token holds, and no other.
TOKEN: Final = b'"delta":{"content":'
END: Final = b"0\r\n\r\n"


@dataclass(frozen=True)
class Watch:
    """How long streams are watched: opened one after another in `settle_s`, then counted."""

    concurrent: int
    settle_s: float
    window_s: float


@dataclass
class Seen:
    """What came within the window."""

    open: bool = False
    events: int = 0
    streams: int = 0
    errors: int = 0
    seconds: float = 0.0
    probes: list[float] = field(default_factory=list)
    gaps_s: array[float] = field(default_factory=lambda: array("d"))


class Counter:
    """Counts the occurrences of some bytes in what comes in pieces."""

    __slots__ = ("_needle", "_tail")

    def __init__(self, needle: bytes) -> None:
        """Look for a needle."""
        self._needle, self._tail = needle, b""

    def feed(self, data: bytes) -> int:
        """Return how many end in this piece."""
        rest = len(self._needle) - 1
        across = (self._tail + data[:rest]).count(self._needle)
        self._tail = data[-rest:] if len(data) >= rest else (self._tail + data)[-rest:]
        return data.count(self._needle) + across

    def ends_with(self, end: bytes) -> bool:
        """Return whether the last bytes, of at most a needle's length, are these."""
        return self._tail.endswith(end)


class Stream(asyncio.Protocol):
    """Reads one stream after another over a connection."""

    def __init__(self, request: bytes, seen: Seen) -> None:
        """Send the same request each time."""
        self._request, self._seen = request, seen
        self._counter = Counter(TOKEN)
        self._last_s = 0.0
        self._is_new = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Open the first stream."""
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Count events, and note how far they are from those before."""
        if self._is_new:
            self._is_new = False
            self._seen.errors += not data.startswith(b"HTTP/1.1 200")
        count = self._counter.feed(data)
        if count:
            self._note(count, time.perf_counter())
        if self._counter.ends_with(END):
            self._seen.streams += self._seen.open
            self._last_s, self._is_new = 0.0, True
            self._transport.write(self._request)

    def _note(self, count: int, now: float) -> None:
        if self._seen.open:
            self._seen.events += count
            if self._last_s:
                self._seen.gaps_s.append(now - self._last_s)
            # What comes in one piece comes without a gap.
            self._seen.gaps_s.extend([0.0] * (count - 1))
        self._last_s = now

    def abort(self) -> None:
        """Go away in the middle of a stream, as clients do."""
        self._transport.abort()


def watch(port: int, requests: Sequence[bytes], plan: Watch, probe: Callable[[], float]) -> Seen:
    """Hold streams open, a request each; `probe` reads the server at both ends of the window."""
    return uvloop.run(_watch(port, requests, plan, probe))


async def _watch(
    port: int, requests: Sequence[bytes], plan: Watch, probe: Callable[[], float]
) -> Seen:
    loop, seen = asyncio.get_running_loop(), Seen()
    started = time.perf_counter()
    made = []
    for number in range(plan.concurrent):
        if time.perf_counter() > started + 3 * plan.settle_s:
            break  # so slow that it is not worth the wait: the others were due as well
        # Apart from each other, so that not all of them are due at the same moments.
        due = started + plan.settle_s * number / plan.concurrent
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        make = partial(Stream, requests[number % len(requests)], seen)
        _, stream = await loop.create_connection(make, "127.0.0.1", port)
        made.append(stream)
    await asyncio.sleep(max(0.0, started + plan.settle_s * 1.1 - time.perf_counter()))
    opened = time.perf_counter()
    seen.probes.append(probe())
    seen.open = True
    await asyncio.sleep(plan.window_s)
    seen.open = False
    seen.seconds = time.perf_counter() - opened
    seen.probes.append(probe())
    for stream in made:
        stream.abort()
    return seen
