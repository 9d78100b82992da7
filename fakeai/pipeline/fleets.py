"""The simulated fleets of a spec, one a pool, made once for an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec.structs import replace

from fakeai.pipeline.answers import model_label
from fakeai.pipeline.measures import KV_BLOCKS, KV_EVICTED, KV_INFO, KV_USAGE
from fakeai.sim.fleet import Fleet, Worker
from fakeai.sim.radix import PrefixTree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from fakeai.core.metric import Labels, Meter
    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.stage import Build
    from fakeai.sim.fleet import HasPlace
    from fakeai.sim.router import Decision, Router

Serves: TypeAlias = "Callable[[str, Worker], None]"
"""Notes that a worker serves a model."""

#: How many routing decisions a pool remembers.
DECISIONS_MAX = 100


def make_fleet(name: str, workers: int, blocks: int, router: Router, block_size: int) -> Fleet:
    """Return a pool of equal workers, named after it and numbered."""
    return Fleet(
        [Worker(name=f"{name}-{n}", tree=PrefixTree(blocks)) for n in range(workers)],
        router,
        block_size,
        decisions_max=DECISIONS_MAX,
    )


def watch(meter: Meter, fleets: Mapping[str, Fleet]) -> Serves:
    """Let the blocks of every worker be read; return what notes that it serves a model."""
    workers = [worker for fleet in fleets.values() for worker in fleet.workers]
    # A name of a declared model (or the one for all others) and of a worker: the spec bounds them.
    served: dict[Labels, Worker] = {}

    def blocks() -> Iterator[tuple[Labels, float]]:
        for worker in workers:
            stats = worker.tree.stats()
            free = stats.capacity_blocks - stats.used_blocks - stats.idle_blocks
            yield (worker.name, "used"), stats.used_blocks
            yield (worker.name, "cached"), stats.idle_blocks
            yield (worker.name, "free"), free

    def note(model: str, worker: Worker) -> None:
        served[model, worker.name] = worker

    info = meter.tallies(KV_INFO)
    for fleet in fleets.values():
        for worker in fleet.workers:
            capacity = str(worker.tree.capacity_blocks)
            info.child(worker.name, str(fleet.block_size), capacity).set(1)
    meter.tallies(KV_BLOCKS).watch(blocks)
    # Shares do not add up: of those that fall together, the fullest is shown.
    meter.tallies(KV_USAGE).watch(lambda: [(w, served[w].tree.stats().usage) for w in served], max)
    meter.tallies(KV_EVICTED).watch(
        lambda: [((worker.name,), worker.tree.stats().evicted_blocks) for worker in workers]
    )
    return note


def mover(build: Build) -> Callable[[Exchange, HasPlace], bool]:
    """Return what moves an exchange to a worker of its pool that has a place, if there is one."""
    shared, now, stream = build.shared, build.outside.clock.now, build.outside.rng.stream
    label = model_label(frozenset(build.spec.models))

    def move(exchange: Exchange, has_place: HasPlace) -> bool:
        seat, placement = exchange.seat, exchange.placement
        parts: dict[str, Any] = shared.parts
        fleet: Fleet | None = parts.get("fleets", {}).get(placement.pool or "")
        if seat is None or fleet is None:
            return False
        rng = stream("kv_cache.move", exchange.key)
        moved = fleet.move(seat, exchange.usage.prompt_tokens, rng, now(), has_place)
        if moved is None:
            return False
        exchange.seat, worker = moved, moved.worker
        serves: Serves | None = parts.get("serves")
        if serves is not None:
            serves(label(exchange), worker)
        cached = moved.cached_tokens
        exchange.place(replace(placement, worker=worker.name, cached_tokens=cached))
        return True

    return move


def report(fleets: Mapping[str, Fleet]) -> dict[str, Any]:
    """Return what an onlooker wants to know: pools, workers, blocks, hits, decisions."""
    return {"pools": {name: _pool(fleet) for name, fleet in fleets.items()}}


def _pool(fleet: Fleet) -> dict[str, Any]:
    workers = fleet.workers
    return {
        "block_size": fleet.block_size,
        **_hits(workers),
        "workers": {worker.name: _worker(worker) for worker in workers},
        "decisions": [_decision(decision) for decision in reversed(fleet.decisions)],
    }


def _worker(worker: Worker) -> dict[str, Any]:
    stats = worker.tree.stats()
    return {
        "active": worker.active,
        "placed": worker.placed,
        **_hits((worker,)),
        "blocks": {
            "capacity": stats.capacity_blocks,
            "used": stats.used_blocks,
            "cached": stats.idle_blocks,
            "evicted": stats.evicted_blocks,
        },
    }


def _hits(workers: tuple[Worker, ...]) -> dict[str, Any]:
    queried = sum(worker.prompt_tokens for worker in workers)
    hit = sum(worker.hit_tokens for worker in workers)
    return {
        "prompt_tokens": queried,
        "cached_tokens": hit,
        "hit_rate": round(hit / queried, 6) if queried else 0.0,
    }


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "worker": decision.winner.worker,
        "reason": decision.reason,
        "candidates": {
            candidate.worker: {
                "overlap_blocks": candidate.overlap_blocks,
                "prefill_blocks": candidate.prefill_blocks,
                "decode_blocks": candidate.decode_blocks,
                "active": candidate.active,
                "cost": round(candidate.cost, 6),
            }
            for candidate in decision.candidates
        },
    }
