"""Measures the server beside a bare ASGI app: `make bench`."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

from benchmarks import prefix_cache, specs
from benchmarks.cases import CHAT_PATH, REQUEST_CASES, STREAM_CASES, StreamCase
from benchmarks.footprint import footprint
from benchmarks.measure import Contestant, compare, compare_streams
from benchmarks.report import as_json, as_markdown, as_text, machine
from benchmarks.rows import QUICK, Figures, Plan
from benchmarks.servers import BARE, CLIENT_CORES, fakeai, running
from benchmarks.stages import ALL, price_stages
from fakeai.core.rng import Rng

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
OTHERS: Final = ("stream", "footprint", "stages", "prefix_cache")
CHAT, NEW_CHAT = REQUEST_CASES[:2]
STARTED_S: Final = time.perf_counter()
FIRST: Final = CHAT.requests(CHAT_PATH)[0]


def main() -> None:
    """Measure what was asked for, print it, and write it where it was asked to be."""
    options = _options()
    os.sched_setaffinity(0, CLIENT_CORES)
    figures = Figures(machine=machine())
    with tempfile.TemporaryDirectory() as folder:
        # A server that was started before has its modules as bytecode; no run leaves any behind.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(folder) / "bytecode")
        _measure(figures, options, Path(folder))
    print(as_text(figures))
    if options.json:
        options.json.write_text(as_json(figures), encoding="utf-8")
    if options.write:
        PAGE.write_text(as_markdown(figures), encoding="utf-8")


def _options() -> argparse.Namespace:
    names = [*(case.name for case in REQUEST_CASES), *OTHERS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="every case for a moment only")
    parser.add_argument("--case", action="append", choices=names, help="this case only; repeatable")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to FILE")
    parser.add_argument("--write", action="store_true", help=f"write docs/{PAGE.name}")
    parser.add_argument("--peer", metavar="COMMAND", help="another server: '... --port {port}'")
    parser.add_argument("--peer-path", metavar="PATH", default=CHAT_PATH, help=f"not {CHAT_PATH}")
    options = parser.parse_args()
    if options.write and (options.case or options.quick):
        parser.error("--write needs a whole run")
    options.case = options.case or names
    options.plan = QUICK if options.quick else Plan()
    return options


def _measure(figures: Figures, options: argparse.Namespace, folder: Path) -> None:
    chosen, plan = options.case, options.plan
    paths = {name: specs.write(folder, name, specs.SPECS[name]()) for name in plan.specs}
    if {"stream", *(case.name for case in REQUEST_CASES)} & set(chosen):
        _compare(figures, options, paths)
    if "footprint" in chosen:
        for name, path in paths.items():
            _tell(f"start and memory, {name}")
            figures.footprint.append(footprint(name, path, plan, paced=name != specs.OFF))
    if "stages" in chosen:
        _price_stages(figures, plan, folder)
    if "prefix_cache" in chosen:
        _tell("prefix cache")
        quiet = specs.write(folder, "quiet", specs.quiet())
        figures.prefix_cache += prefix_cache.measure(Rng(1).stream("prompts", 0), quiet)


def _compare(figures: Figures, options: argparse.Namespace, paths: dict[str, Path]) -> None:
    """Run all servers at once; those that are not asked take no CPU."""
    with ExitStack() as stack:
        bare = stack.enter_context(running(BARE, FIRST))
        contestants = [Contestant("bare", bare, CHAT_PATH, "/stream/{tokens}/{itl_ms}")]
        for name, path in paths.items():
            server = stack.enter_context(running(fakeai(path), FIRST))
            contestants.append(Contestant(name, server, CHAT_PATH, CHAT_PATH))
        if options.peer:
            first = CHAT.requests(options.peer_path)[0]
            peer = stack.enter_context(running(tuple(shlex.split(options.peer)), first))
            contestants.append(Contestant("peer", peer, options.peer_path))
        for case in REQUEST_CASES:
            if case.name in options.case:
                _tell(case.name)
                figures.requests += compare(contestants, case, options.plan)
        if "stream" in options.case:
            for streams in _up_to(options.plan.streams_max):
                _tell(f"{streams.concurrent} streams of {streams.tokens} tokens")
                rivals = [c for c in contestants if _can(c, streams)]
                figures.streams += compare_streams(rivals, streams, options.plan)


def _up_to(streams_max: int) -> list[StreamCase]:
    """Return the cases with no more streams than that, and each of them once."""
    cut = [replace(case, concurrent=min(case.concurrent, streams_max)) for case in STREAM_CASES]
    return list(dict.fromkeys(cut))


def _can(contestant: Contestant, case: StreamCase) -> bool:
    """Return whether a server waits between tokens; without `latency`, nothing does."""
    return not case.itl_ms or contestant.name != specs.OFF


def _price_stages(figures: Figures, plan: Plan, folder: Path) -> None:
    _tell("stages")
    spec = specs.write(folder, "stages", specs.stages())
    stages = [ALL, *specs.removable()]
    # Each endpoint has prompts of its own: all but the first would find those of another known.
    asked = {
        stage: NEW_CHAT.renamed(f"{number} ").requests(specs.stage_path(stage))
        for number, stage in enumerate(stages)
    }
    with running(fakeai(spec), asked[ALL][0]) as server:
        figures.stages += price_stages(server, asked, plan)


def _tell(what: str) -> None:
    """Say what is under way, where it does not disturb the tables."""
    print(f"{time.perf_counter() - STARTED_S:6.1f} s  {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
