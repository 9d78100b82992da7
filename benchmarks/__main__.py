"""The plain chat endpoint against a bare ASGI app, in turn."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import sysconfig
from pathlib import Path

from benchmarks.client import Result, load, post
from benchmarks.servers import Server, running

_PROMPT = (
    "You are reviewing a pull request. Summarise what the change does, list two risks and "
    "propose one test. The change replaces a polling loop by a subscription. "
) * 6
_BODY = json.dumps(
    {
        "model": "gpt-4o",
        "messages": [
            {"role": "system", "content": "You are a helpful assistant."},
            {"role": "user", "content": _PROMPT},
        ],
        "max_tokens": 64,
        "temperature": 0.2,
    }
).encode()
REQUEST = post("/v1/chat/completions", _BODY)


def main() -> None:
    """Run the rounds and print the ratio first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--spec", type=Path, help="spec to serve; the built-in one otherwise")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    spec = [str(options.spec)] if options.spec else []
    os.sched_setaffinity(0, set(range(1, os.cpu_count() or 1)) or {0})
    with (
        running(["-m", "benchmarks.bare", "{port}"]) as bare,
        running(["-m", "fakeai", "serve", *spec, "--port", "{port}"]) as ours,
    ):
        figures = _measure(bare, ours, options)
    print(_table(figures))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


def _measure(bare: Server, ours: Server, options: argparse.Namespace) -> dict[str, object]:
    load(ours.port, REQUEST, options.connections, 0.5)
    load(bare.port, REQUEST, options.connections, 0.5)
    rounds: list[tuple[Result, Result, float]] = []
    for _ in range(options.rounds):
        yard = load(bare.port, REQUEST, options.connections, options.seconds)
        before = ours.cpu_s
        mine = load(ours.port, REQUEST, options.connections, options.seconds)
        rounds.append((yard, mine, (ours.cpu_s - before) / mine.requests))
    return {
        "ratio": statistics.median(mine.rate / yard.rate for yard, mine, _ in rounds),
        "bare_rps": statistics.median(yard.rate for yard, _, _ in rounds),
        "fakeai_rps": statistics.median(mine.rate for _, mine, _ in rounds),
        "fakeai_cpu_us": statistics.median(cpu * 1e6 for _, _, cpu in rounds),
        "fakeai_p50_ms": statistics.median(mine.quantile_ms(0.5) for _, mine, _ in rounds),
        "fakeai_p99_ms": statistics.median(mine.quantile_ms(0.99) for _, mine, _ in rounds),
        "errors": sum(yard.errors + mine.errors for yard, mine, _ in rounds),
        "fakeai_rss_mb": ours.rss_mb,
        "python": sys.version.split()[0],
        "optimized_build": "--enable-optimizations"
        in (sysconfig.get_config_var("CONFIG_ARGS") or ""),
    }


def _table(figures: dict[str, object]) -> str:
    def shown(value: object) -> str:
        return f"{value:,.3f}" if isinstance(value, float) else str(value)

    lines = ["plain chat completion, 1 kB in, 64 tokens out, one core for the server", ""]
    lines += [f"{name:<16} {shown(value)}" for name, value in figures.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
