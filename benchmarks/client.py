"""A light HTTP/1.1 load client: keep-alive connections on plain protocols."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import uvloop

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LENGTH = b"content-length:"


@dataclass
class Result:
    """What one round gave."""

    requests: int = 0
    errors: int = 0
    seconds: float = 0.0
    client_cpu_s: float = 0.0
    latencies_s: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds if self.seconds else 0.0

    def quantile_ms(self, share: float) -> float:
        """Return a quantile of the latencies, in milliseconds."""
        return quantile(self.latencies_s, share) * 1000


@dataclass(frozen=True)
class Load:
    """How much is sent: as fast as answers come, or at a rate."""

    connections: int
    seconds: float
    rate: float | None = None

    @property
    def interval_s(self) -> float:
        """Time from one request of a connection to its next."""
        return self.connections / self.rate if self.rate else 0.0


def quantile(values: Sequence[float], share: float) -> float:
    """Return a quantile; 0 of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def is_whole(answer: bytes) -> bool:
    """Return whether a response has come to its end."""
    head = answer.find(b"\r\n\r\n")
    if head < 0:
        return False
    lower = answer[:head].lower()
    if b"transfer-encoding: chunked" in lower:
        return answer.endswith(b"0\r\n\r\n")
    start = lower.index(_LENGTH) + len(_LENGTH)
    return len(answer) >= head + 4 + int(lower[start:].split(b"\r\n", 1)[0])


class Connection(asyncio.Protocol):
    """Sends one request after another, at once or every so often."""

    def __init__(self, requests: Iterator[bytes], result: Result, interval_s: float) -> None:
        """Send what `requests` yields, until it ends."""
        self._requests, self._result, self._interval_s = requests, result, interval_s
        self._buffer = b""
        self._sent_s = self._due_s = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport; the load says when to begin."""
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]

    def begin(self) -> None:
        """Send the first request."""
        self._due_s = time.perf_counter()
        self._send()

    def _send(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self._transport.close()
            return
        self._sent_s = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Count a response when it is complete."""
        self._buffer += data
        if not is_whole(self._buffer):
            return
        now = time.perf_counter()
        self._result.requests += 1
        self._result.errors += not self._buffer.startswith(b"HTTP/1.1 200")
        self._result.latencies_s.append(now - self._sent_s)
        self._buffer = b""
        self._due_s += self._interval_s
        if self._due_s <= now or not self._interval_s:
            self._send()
            # A request that had to wait for its connection counts from when it was due.
            self._sent_s = self._due_s if self._interval_s else self._sent_s
        else:
            asyncio.get_running_loop().call_later(self._due_s - now, self._send)

    def connection_lost(self, _error: Exception | None) -> None:
        """End; a connection that breaks before its time is an error."""
        self._result.errors += self._buffer != b""
        if not self.done.done():
            self.done.set_result(None)


def send(port: int, requests: Iterator[bytes], load: Load) -> Result:
    """Send requests in turn over several connections for some seconds; they must not end."""
    return uvloop.run(_send(port, requests, load))


async def _send(port: int, requests: Iterator[bytes], load: Load) -> Result:
    loop, result = asyncio.get_running_loop(), Result()
    ahead = _until(requests, load.seconds)

    def make() -> Connection:
        return Connection(ahead, result, load.interval_s)

    made = [
        (await loop.create_connection(make, "127.0.0.1", port))[1] for _ in range(load.connections)
    ]
    started, cpu = time.perf_counter(), time.process_time()
    for number, connection in enumerate(made):
        loop.call_later(load.interval_s * number / load.connections, connection.begin)
    await asyncio.gather(*(connection.done for connection in made))
    result.seconds = time.perf_counter() - started
    result.client_cpu_s = time.process_time() - cpu
    return result


def _until(requests: Iterator[bytes], seconds: float) -> Iterator[bytes]:
    """Yield requests for some seconds from the first."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        yield next(requests)
