"""A light HTTP/1.1 load client: keep-alive connections on plain protocols."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

import uvloop


@dataclass
class Result:
    """What one round gave."""

    requests: int = 0
    errors: int = 0
    seconds: float = 0.0
    latencies_s: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds if self.seconds else 0.0

    def quantile_ms(self, share: float) -> float:
        """Return a quantile of the latencies, in milliseconds."""
        ordered = sorted(self.latencies_s)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else 0.0


class _Connection(asyncio.Protocol):
    """Sends one request after another; a response is complete when its length has come."""

    def __init__(self, request: bytes, result: Result, end: float) -> None:
        self._request, self._result, self._end = request, result, end
        self._buffer = b""
        self._sent = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._send()

    def _send(self) -> None:
        self._sent = time.perf_counter()
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head = self._buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        lower = self._buffer[:head].lower()
        if b"transfer-encoding: chunked" in lower:
            if not self._buffer.endswith(b"0\r\n\r\n"):
                return
        else:
            start = lower.index(b"content-length:") + 15
            length = int(lower[start:].split(b"\r\n", 1)[0])
            if len(self._buffer) < head + 4 + length:
                return
        self._finish()

    def _finish(self) -> None:
        now = time.perf_counter()
        self._result.requests += 1
        self._result.errors += not self._buffer.startswith(b"HTTP/1.1 200")
        self._result.latencies_s.append(now - self._sent)
        self._buffer = b""
        if now < self._end:
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


def load(port: int, request: bytes, connections: int, seconds: float) -> Result:
    """Send a request again and again over several connections for some seconds."""
    return uvloop.run(_load(port, request, connections, seconds))


async def _load(port: int, request: bytes, connections: int, seconds: float) -> Result:
    loop, result = asyncio.get_running_loop(), Result()
    started = time.perf_counter()
    made = [
        await loop.create_connection(
            lambda: _Connection(request, result, started + seconds), "127.0.0.1", port
        )
        for _ in range(connections)
    ]
    await asyncio.gather(*(protocol.done for _, protocol in made))
    result.seconds = time.perf_counter() - started
    return result


def post(path: str, body: bytes) -> bytes:
    """Return the bytes of a POST of JSON."""
    head = (
        f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
        f"authorization: Bearer sk-benchmark\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
