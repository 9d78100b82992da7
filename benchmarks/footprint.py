"""What a server takes: time to start, memory idle and with streams."""

from __future__ import annotations

import os
import subprocess
import time
from itertools import cycle
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.cases import CHAT_PATH, REQUEST_CASES, StreamCase
from benchmarks.client import Load, send
from benchmarks.rows import FootprintRow
from benchmarks.servers import PYTHON, SERVER_CORES, fakeai, running
from benchmarks.streams import Watch, watch

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.rows import Plan
    from benchmarks.servers import Server


def footprint(name: str, spec: Path, plan: Plan, *, paced: bool) -> FootprintRow:
    """Start a server some times, and use the last one; not all can hold a stream open."""
    requests = REQUEST_CASES[0].requests(CHAT_PATH)
    starts = []
    for _ in range(plan.starts - 1):
        with running(fakeai(spec), requests[0]) as server:
            starts.append(server.startup_s)
    with running(fakeai(spec), requests[0]) as server:
        starts.append(server.startup_s)
        idle_mb = server.rss_mb
        kb_per_stream = _kb_per_stream(server, plan) if paced else None
        done = 0
        again = cycle(requests)
        while done < plan.requests:
            done += send(server.port, again, Load(plan.connections, plan.seconds)).requests
        return FootprintRow(
            server=name,
            first_answer_ms=median(starts) * 1000,
            validate_ms=median(_validate_s(spec) for _ in range(plan.starts)) * 1000,
            rss_idle_mb=idle_mb,
            rss_after_mb=server.rss_mb,
            rss_after_requests=done,
            kb_per_stream=kb_per_stream,
        )


def _kb_per_stream(server: Server, plan: Plan) -> float:
    """Return what an open stream adds to a server that has not had any but one."""
    case = StreamCase(512, 20, plan.open_streams)
    requests = case.requests(CHAT_PATH)
    watch(server.port, requests, Watch(1, 0.05, 0.1), lambda: server.rss_mb)
    before = server.rss_mb
    shape = Watch(plan.open_streams, plan.settle_s, plan.window_s)
    seen = watch(server.port, requests, shape, lambda: server.rss_mb)
    server.calm_down()
    return (seen.probes[1] - before) * 1000 / plan.open_streams


def _validate_s(spec: Path) -> float:
    """Return how long a check of the spec takes, from the command to its end."""
    started = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*PYTHON, "fakeai", "validate-config", str(spec)], stdout=subprocess.DEVNULL
    )
    os.sched_setaffinity(process.pid, SERVER_CORES)
    if process.wait():
        raise RuntimeError(f"{spec} is not valid")
    return time.perf_counter() - started
