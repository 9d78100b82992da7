"""Looking up and inserting long prompts, and how long the loop is blocked."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

from benchmarks.rows import CacheRow
from fakeai.engine.app import create_app
from fakeai.engine.server import live_engine
from fakeai.engine.table import sections
from fakeai.pipeline.fleets import make_fleet
from fakeai.sim.blocks import BlockHasher
from fakeai.sim.router import Router, RouterWeights
from fakeai.sim.tokens import HeuristicCounter
from fakeai.spec.load import load

if TYPE_CHECKING:
    import random
    from pathlib import Path

_SIZES = (8_000, 128_000)
_ROUNDS = 7
_TICK_S = 0.0005


def measure(rng: random.Random, spec: Path) -> list[CacheRow]:
    """Measure prompts of both sizes; every figure is the best of some rounds, in ms of CPU time.

    That of the loop is all that the process did between two ticks: sleeping takes no CPU time, and
    what other processes do is left out.
    """
    rows = []
    for size in _SIZES:
        text = " ".join([f"w{rng.getrandbits(16):x}," for _ in range(size // 2)])
        lookup_ms, insert_ms = _lookup_and_insert(text, rng)
        rows.append(CacheRow(size, lookup_ms, insert_ms, asyncio.run(_longest_block(text, spec))))
    return rows


def _lookup_and_insert(text: str, rng: random.Random) -> tuple[float, float]:
    """Key a prompt and place it, then keep its blocks."""
    counter = HeuristicCounter()
    tokens = counter.count(text)
    lookups, inserts = [], []
    fleet = make_fleet("bench", 4, 16_384, Router(RouterWeights()), 16)
    for number in range(_ROUNDS):
        hasher = BlockHasher(f"model-{number}", counter, 16)
        start = time.process_time()
        keys = hasher.prompt([text]).keys
        seat = fleet.place(keys, tokens, rng)
        placed = time.process_time()
        fleet.leave(seat, 0.0, keys)
        inserts.append(time.process_time() - placed)
        lookups.append(placed - start)
    return min(lookups) * 1000, min(inserts) * 1000


async def _longest_block(text: str, spec: Path) -> float:
    """Answer the prompt beside a ticking task; return the best round's longest gap."""
    app = create_app(live_engine(load(spec, sections=sections(), environ={})))
    body = json.dumps(
        {"model": "gpt-4.1", "messages": [{"role": "user", "content": text}], "max_tokens": 8}
    ).encode()
    return min([await _gap(app, body) for _ in range(_ROUNDS)]) * 1000


async def _gap(app: Any, body: bytes) -> float:
    gaps: list[float] = []
    ticking = asyncio.create_task(_tick(gaps))
    await asyncio.sleep(_TICK_S * 4)
    await app(_scope(), _receiver(body), _discard)
    await asyncio.sleep(_TICK_S * 4)
    ticking.cancel()
    return max(gaps)


async def _tick(gaps: list[float]) -> None:
    while True:
        start = time.process_time()
        await asyncio.sleep(_TICK_S)
        gaps.append(time.process_time() - start)


def _receiver(body: bytes) -> Any:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _discard(message: dict[str, object]) -> None:
    """Drop what the server sends."""


def _scope() -> dict[str, object]:
    path = "/v1/chat/completions"
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"content-type", b"application/json")],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }
