"""Figures as tables, as JSON and as docs/performance.md."""

from __future__ import annotations

import json
import os
import platform
import sys
import sysconfig
from dataclasses import asdict
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from benchmarks.cases import REQUEST_CASES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.rows import Figures, RequestRow, StreamRow

#: What stands between the tables; a line each is what the docs and the terminal can bear.
_INTRO: Final = """\
# Performance

`make bench ARGS=--write` makes this page: it measures the server beside a bare ASGI app, which
reads the body and answers fixed bytes. Both run on uvicorn, uvloop and httptools, the bare app with
uvicorn's own connections and the server with its own. One core is the servers', another the
client's. The servers take turns in short rounds and each figure is the median of its rounds, so
that a noisy machine disturbs both alike: trust the ratios.

- *stages off*: the chat endpoint skips every stage that it can do without
- *built-in*: the built-in spec
- *everything*: as the built-in one, with known keys, JSON log lines and all injection detectors
"""
_REQUESTS: Final = """\
## Requests

`ratio` is requests per second over those of the bare app, `by CPU` the same of requests per second
of CPU. `CPU` is that of the server's process for one request, and `half load` the p99 latency at
half of what the same server can do. The 64 prompts of a case come again and again, as those of most
load tests do, so the server recalls what follows from them; in the second case none comes twice
within what it remembers.
"""
_STREAMS: Final = """\
## Streams

With a delay between tokens, `delivered` is the share of the events that were due, and the error is
that of the time between two tokens of a stream. Each stream has a prompt of its own. At zero delay,
what is due together goes out in one write; the bare app writes each event. At a delay of 1 ms, each
token is a write of its own as well, and what it costs can be told apart from how often it comes.
"""
_FOOTPRINT: Final = """\
## Start and memory

`first answer` is from the command to the first 200; `a stream` is what an open stream holds.
"""
_STAGES: Final = """\
## What a stage costs

One server has the chat endpoint with every stage on, and again without each of the stages; the
difference in CPU for one request of plain chat is what the stage costs. The prompts are new: of
those that come again, most of `schema` to `tokens` is recalled. A stage that hands work to others
pays for less than it causes: without `tokens`, the ones after it have less to do.
"""
_CACHE: Final = """\
## Long prompts in the prefix cache

Four workers of 16,384 blocks; `block` is how long the event loop does nothing else.
"""
#: Below this share of its core, a server was held up by others.
_BUSY: Final = 0.85


def machine() -> dict[str, object]:
    """Return what the figures were taken on."""
    settings = [str(sysconfig.get_config_var(name)) for name in ("CONFIG_ARGS", "PY_CFLAGS_NODIST")]
    return {
        "python": platform.python_version(),
        "build": _build(settings),
        "cpus": os.cpu_count(),
        "platform": f"{sys.platform} {platform.machine()}",
        "uvicorn": version("uvicorn"),
        "uvloop": version("uvloop"),
    }


def _build(settings: Sequence[str]) -> str:
    """Return how the interpreter was built, as far as it says so itself."""
    optimized = any("--enable-optimizations" in each or "-fprofile" in each for each in settings)
    build = "built with PGO" if optimized else "not known to be built with PGO"
    jit = getattr(sys, "_jit", None)
    return f"{build}, its JIT on" if jit is not None and jit.is_enabled() else build


def as_json(figures: Figures) -> str:
    """Return all figures, unrounded."""
    return json.dumps(asdict(figures), indent=2) + "\n"


def as_markdown(figures: Figures) -> str:
    """Return the page of docs."""
    return "\n\n".join([_INTRO.rstrip(), *_parts(figures)]) + "\n"


def as_text(figures: Figures) -> str:
    """Return the tables alone."""
    return "\n\n".join(part for part in _parts(figures) if part[0] in "|OA")


def _parts(figures: Figures) -> list[str]:
    known = figures.machine
    place = (
        f"On Python {known['python']}, {known['build']}, {known['cpus']} CPUs, "
        f"{known['platform']}, uvicorn {known['uvicorn']}, uvloop {known['uvloop']}."
    )
    parts = [place]
    if figures.requests:
        parts += [_REQUESTS.rstrip(), _request_table(figures.requests), _headroom(figures.requests)]
    if figures.streams:
        parts += [_STREAMS.rstrip(), _stream_table(figures.streams)]
    return parts + _other_parts(figures)


def _other_parts(figures: Figures) -> list[str]:
    parts = []
    if figures.footprint:
        names = ["server", "first answer ms", "validate-config ms", "RSS MB idle"]
        names += ["RSS MB after", "requests", "kB a stream"]
        cells = [
            [
                row.server,
                f"{row.first_answer_ms:,.0f}",
                f"{row.validate_ms:,.0f}",
                f"{row.rss_idle_mb:.1f}",
                f"{row.rss_after_mb:.1f}",
                f"{row.rss_after_requests:,}",
                "" if row.kb_per_stream is None else f"{row.kb_per_stream:.1f}",
            ]
            for row in figures.footprint
        ]
        parts += [_FOOTPRINT.rstrip(), table(names, cells)]
    if figures.stages:
        cells = [[s.stage, f"{s.share:.1%}", f"{s.cpu_us:.1f}"] for s in figures.stages]
        parts += [_STAGES.rstrip(), table(["stage", "share", "CPU µs"], cells)]
    if figures.prefix_cache:
        names = ["tokens", "lookup ms", "insert ms", "block ms"]
        cells = [
            [
                f"{row.tokens:,}",
                f"{row.lookup_ms:.2f}",
                f"{row.insert_ms:.2f}",
                f"{row.longest_block_ms:.1f}",
            ]
            for row in figures.prefix_cache
        ]
        parts += [_CACHE.rstrip(), table(names, cells)]
    return parts


def _request_table(rows: Sequence[RequestRow]) -> str:
    names = ["case", "server", "ratio", "by CPU", "requests/s", "CPU µs", "p50 ms", "p99 ms"]
    names += ["half load p99 ms", "errors"]
    whats = {case.name: case.what for case in REQUEST_CASES}
    cells = [
        [
            whats[row.case],
            row.server,
            f"{row.ratio:.3f}",
            f"{row.cpu_ratio:.3f}",
            f"{row.requests_per_s:,.0f}",
            f"{row.cpu_us:.0f}",
            f"{row.p50_ms:.2f}",
            f"{row.p99_ms:.2f}",
            f"{row.half_load_p99_ms:.2f}",
            str(row.errors),
        ]
        for row in rows
    ]
    return table(names, cells)


def _headroom(rows: Sequence[RequestRow]) -> str:
    """Say whether the client was fast enough for the fastest server."""
    first = rows[0]
    said = (
        f"At the {first.server} app's best the server had {first.server_busy:.0%} of its core, "
        f"the client {first.client_busy:.0%} of its own."
    )
    if first.server_busy < _BUSY:
        said += " Something else used the machine: trust `by CPU` more than `ratio`."
    return said


def _stream_table(rows: Sequence[StreamRow]) -> str:
    names = ["tokens", "delay ms", "streams", "server", "ratio", "events/s", "delivered"]
    names += ["error p50 ms", "p99 ms", "CPU µs an event", "errors"]
    cells = [
        [
            str(row.tokens),
            str(row.itl_ms),
            f"{row.concurrent:,}",
            row.server,
            f"{row.ratio:.2f}",
            f"{row.events_per_s:,.0f}",
            _share(row.delivered),
            _ms(row.gap_error_p50_ms),
            _ms(row.gap_error_p99_ms),
            f"{row.cpu_us_per_event:.1f}",
            str(row.errors),
        ]
        for row in rows
    ]
    return table(names, cells)


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"


def _ms(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def table(names: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """Return a table that reads well as Markdown and in a terminal."""
    lines = [names, *cells]
    widths = [max(len(line[column]) for line in lines) for column in range(len(names))]
    texts = [all(not row[column][:1].isdigit() for row in cells) for column in range(len(names))]

    def shown(line: Sequence[str]) -> str:
        padded = [
            cell.ljust(width) if text else cell.rjust(width)
            for cell, width, text in zip(line, widths, texts, strict=True)
        ]
        return f"| {' | '.join(padded)} |"

    rule = [
        "-" * width if text else "-" * (width - 1) + ":"
        for width, text in zip(widths, texts, strict=True)
    ]
    return "\n".join([shown(names), f"| {' | '.join(rule)} |", *(shown(row) for row in cells)])
