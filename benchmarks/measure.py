"""Interleaved rounds over several servers, and what comes out of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import cycle
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.client import Load, Result, quantile, send
from benchmarks.rows import RequestRow, StreamRow
from benchmarks.streams import Watch, watch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.cases import RequestCase, StreamCase
    from benchmarks.rows import Plan
    from benchmarks.servers import Server
    from benchmarks.streams import Seen


@dataclass(frozen=True)
class Contestant:
    """A server, and where it takes requests; the first of several is the yardstick."""

    name: str
    server: Server
    path: str
    stream_path: str | None = None


@dataclass(frozen=True)
class Round:
    """A round, with the CPU seconds that the server spent on it."""

    result: Result
    cpu_s: float

    @property
    def cpu_us(self) -> float:
        """CPU of the server for one request."""
        return self.cpu_s * 1e6 / max(1, self.result.requests)


def once(server: Server, requests: Iterator[bytes], load: Load) -> Round:
    """Send for a while and see what it cost the server."""
    before = server.cpu_s
    result = send(server.port, requests, load)
    return Round(result, server.cpu_s - before)


def compare(contestants: Sequence[Contestant], case: RequestCase, plan: Plan) -> list[RequestRow]:
    """Send a case to one server after another: at their best, then at half of that."""
    # Each round goes on where the last one has ended: what is new to a server stays new.
    asked = [cycle(case.requests(contestant.path)) for contestant in contestants]
    full = Load(plan.connections, plan.seconds)
    for contestant, requests in zip(contestants, asked, strict=True):
        once(contestant.server, requests, Load(plan.connections, plan.seconds / 2))
    rounds = [
        [once(c.server, requests, full) for c, requests in zip(contestants, asked, strict=True)]
        for _ in range(plan.rounds)
    ]
    by_server = list(zip(*rounds, strict=True))
    rates = [median(each.result.rate for each in mine) for mine in by_server]
    halves = _half_loads(contestants, asked, rates, plan)
    return [
        _request_row(case.name, name, mine, by_server[0], half)
        for name, mine, half in zip((c.name for c in contestants), by_server, halves, strict=True)
    ]


def _half_loads(
    contestants: Sequence[Contestant],
    asked: Sequence[Iterator[bytes]],
    rates: Sequence[float],
    plan: Plan,
) -> list[float]:
    """Return the p99 latencies, in ms, of servers at half of what they can do; medians again."""
    tails: list[list[float]] = [[] for _ in contestants]
    for _ in range(plan.rounds):
        for number, contestant in enumerate(contestants):
            load = Load(plan.connections, plan.seconds, rate=max(rates[number], 1) / 2)
            result = once(contestant.server, asked[number], load).result
            tails[number].append(result.quantile_ms(0.99))
    return [median(tail) for tail in tails]


def _request_row(
    case: str, name: str, mine: Sequence[Round], yard: Sequence[Round], half_load_p99_ms: float
) -> RequestRow:
    pairs = list(zip(mine, yard, strict=True))
    seconds = sum(each.result.seconds for each in mine)
    return RequestRow(
        case=case,
        server=name,
        ratio=median(a.result.rate / max(b.result.rate, 1e-9) for a, b in pairs),
        cpu_ratio=median(b.cpu_us / max(a.cpu_us, 1e-9) for a, b in pairs),
        requests_per_s=median(each.result.rate for each in mine),
        cpu_us=median(each.cpu_us for each in mine),
        p50_ms=median(each.result.quantile_ms(0.5) for each in mine),
        p99_ms=median(each.result.quantile_ms(0.99) for each in mine),
        half_load_p99_ms=half_load_p99_ms,
        errors=sum(each.result.errors for each in mine),
        server_busy=sum(each.cpu_s for each in mine) / seconds,
        client_busy=sum(each.result.client_cpu_s for each in mine) / seconds,
    )


def _cpu_s(server: Server) -> float:
    return server.cpu_s


def compare_streams(
    contestants: Sequence[Contestant], case: StreamCase, plan: Plan
) -> list[StreamRow]:
    """Hold streams open on one server after another."""
    life_s = case.tokens * case.itl_ms / 1000
    shape = Watch(case.concurrent, max(plan.settle_s, plan.lives * life_s), plan.window_s)
    rows: list[StreamRow] = []
    for contestant in contestants:
        if contestant.stream_path is None:
            continue
        path = contestant.stream_path.format(tokens=case.tokens, itl_ms=case.itl_ms)
        server = contestant.server
        seen = watch(server.port, case.requests(path), shape, partial(_cpu_s, server))
        server.calm_down()
        yard = rows[0].events_per_s if rows else seen.events / seen.seconds
        rows.append(_stream_row(case, contestant.name, seen, yard))
    return rows


def _stream_row(case: StreamCase, name: str, seen: Seen, yard: float) -> StreamRow:
    rate = seen.events / seen.seconds
    errors_ms = [abs(gap * 1000 - case.itl_ms) for gap in seen.gaps_s] if case.itl_ms else []
    return StreamRow(
        tokens=case.tokens,
        itl_ms=case.itl_ms,
        concurrent=case.concurrent,
        server=name,
        ratio=rate / max(yard, 1e-9),
        events_per_s=rate,
        delivered=rate * case.itl_ms / 1000 / case.concurrent if case.itl_ms else None,
        gap_error_p50_ms=quantile(errors_ms, 0.5) if errors_ms else None,
        gap_error_p99_ms=quantile(errors_ms, 0.99) if errors_ms else None,
        cpu_us_per_event=(seen.probes[1] - seen.probes[0]) * 1e6 / max(1, seen.events),
        errors=seen.errors,
    )
