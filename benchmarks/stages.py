"""What a stage costs: the chat endpoint with all, and without one."""

from __future__ import annotations

import socket
import time
from itertools import count, cycle, islice
from statistics import fmean, median
from typing import TYPE_CHECKING, Final

from benchmarks.client import is_whole
from benchmarks.rows import StageRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from benchmarks.rows import Plan
    from benchmarks.servers import Server

ALL: Final = "nothing"
_BATCH: Final = 100
#: Requests before a batch that count for nothing: the server has just done something else.
_WARM: Final = 20
#: Longer than lines of the log wait to be written: what a batch causes must not fall on the next.
_PAUSE_S: Final = 0.03


def price_stages(
    server: Server, asked: Mapping[str, Sequence[bytes]], plan: Plan
) -> list[StageRow]:
    """Return the cost of each stage, the dearest first.

    Batches are short and close together, and each is compared with the batch of the same
    round that had all stages: what else the machine does falls on both.
    """
    requests = {name: cycle(variants) for name, variants in asked.items()}
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        warm, *rounds = [
            {name: _cpu_us(server, connection, each) for name, each in requests.items()}
            for _ in _rounds(plan.stages_s)
        ]
    rounds = rounds or [warm]
    whole = median(each[ALL] for each in rounds)
    costs = {
        name: _middle([each[ALL] - each[name] for each in rounds]) for name in asked if name != ALL
    }
    rows = [StageRow(name, cost / whole, cost) for name, cost in costs.items()]
    return [*sorted(rows, key=lambda row: -row.cpu_us), StageRow("the whole request", 1.0, whole)]


def _middle(values: list[float]) -> float:
    """Return the mean of all but the extreme tenths.

    Where the kernel counts CPU time in ticks of milliseconds, a batch is some ticks long: their
    median would be a whole number of ticks, their mean is not.
    """
    cut = len(values) // 10
    return fmean(sorted(values)[cut : len(values) - cut])


def _rounds(seconds: float) -> Iterator[int]:
    """Yield the numbers of rounds for some seconds, and one at least."""
    end = time.perf_counter() + seconds
    yield 0
    for number in count(1):
        if time.perf_counter() > end:
            return
        yield number


def _cpu_us(server: Server, connection: socket.socket, requests: Iterator[bytes]) -> float:
    """Return what a request of a batch costs the server."""
    _ask(connection, islice(requests, _WARM))
    time.sleep(_PAUSE_S)
    before = server.cpu_s
    _ask(connection, islice(requests, _BATCH))
    time.sleep(_PAUSE_S)
    return (server.cpu_s - before) * 1e6 / _BATCH


def _ask(connection: socket.socket, requests: Iterable[bytes]) -> None:
    """Send one request after another."""
    for request in requests:
        connection.sendall(request)
        answer = b""
        while not is_whole(answer):
            answer += _received(connection)
        if not answer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(answer[:500].decode(errors="replace"))


def _received(connection: socket.socket) -> bytes:
    data = connection.recv(65_536)
    if not data:
        raise ConnectionError("the server closed the connection")
    return data
