"""kv_cache: the worker that runs a request, and what it has cached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta

from fakeai.pipeline.answers import model_label
from fakeai.pipeline.counters import counters
from fakeai.pipeline.exchange import Placement
from fakeai.pipeline.fleets import make_fleet, watch
from fakeai.pipeline.stage import Build, Stage, Steps
from fakeai.sim.blocks import BlockHasher, KeyedText
from fakeai.sim.router import Router, RouterWeights
from fakeai.spec.model import Section, ref
from fakeai.spec.units import Duration, seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from fakeai.pipeline.exchange import Exchange
    from fakeai.sim.fleet import Fleet

Weight = Annotated[float, Meta(ge=0, le=1_000_000)]

#: Between the texts of a conversation: whitespace, of which no counter makes a token of its own.
_BETWEEN = "\n"
_SESSION_CHARACTERS_MAX = 256


class Weights(Section):
    """What a worker costs: new prefill blocks, blocks in use, and requests on it; lowest wins."""

    overlap_weight: Annotated[
        Weight, Meta(description="Cost of each prompt block that the worker has not cached.")
    ] = 1.0
    load_weight: Annotated[Weight, Meta(description="Cost of each request on the worker.")] = 0.5
    temperature: Annotated[
        float, Meta(ge=0, le=100, description="0: the lowest cost wins; above: chance plays along.")
    ] = 0.0


class Affinity(Section):
    """Requests of one session go to one worker; the first name that the request has decides."""

    headers: Annotated[
        tuple[str, ...], Meta(max_length=16, description="Headers that name the session.")
    ] = ()
    fields: Annotated[
        tuple[str, ...], Meta(max_length=16, description="Fields of the body that name it.")
    ] = ()
    max_sessions: Annotated[
        int, Meta(ge=1, le=1_000_000, description="Sessions remembered; the oldest go first.")
    ] = 10_000


class PromptCache(Section):
    """Which hits a client is told of, and pays less for."""

    minimum: Annotated[
        int, Meta(ge=0, le=1_000_000, description="Fewer cached tokens count as none.")
    ] = 0
    rounding: Annotated[
        int, Meta(ge=1, le=1_000_000, description="Cached tokens are a multiple of this.")
    ] = 1


class Pool(Section):
    """Equal workers behind one router."""

    workers: Annotated[int, Meta(ge=1, le=1024, description="How many.")] = 1
    block_size: Annotated[int, Meta(ge=1, le=4096, description="Tokens of a KV block.")] = 16
    blocks_per_worker: Annotated[
        int, Meta(ge=1, le=10_000_000, description="Blocks that a worker's memory holds.")
    ] = 8192
    ttl: Annotated[
        Duration | None, Meta(description="Blocks unused this long are dropped; absent: never.")
    ] = None
    router: Annotated[Weights, Meta(description="How a worker is chosen.")] = Weights()
    affinity: Annotated[Affinity, Meta(description="What keeps to one worker.")] = Affinity()
    prompt_cache: Annotated[PromptCache, Meta(description="What usage tells.")] = PromptCache()


class Config(Section):
    """The simulated workers and their prefix caches."""

    default: Annotated[
        str | None,
        Meta(
            description="Pool of models that name none; absent: they have no cache.",
            extra_json_schema=ref("kv_cache.pools"),
        ),
    ] = None
    pools: Annotated[dict[str, Pool], Meta(description="Named pools.")] = msgspec.field(
        default_factory=dict
    )


def compile_kv_cache(config: Config | None, build: Build) -> Steps | None:
    """Return the steps that place a prompt, and that keep its blocks or give them back."""
    if config is None or build.row.generate is None or "model" not in build.files.words:
        return None
    fleets = _fleets(config, build)
    serves = build.shared.once("serves", lambda: watch(build.meter, fleets))
    label = model_label(frozenset(build.spec.models))
    by_name = build.shared.once("counters", lambda: counters(build.spec.tokens))
    stream, clock = build.outside.rng.stream, build.outside.clock
    pools, default = config.pools, config.default
    unused = stream("kv_cache", 0)  # one worker leaves nothing to chance
    sessions = {name: session_reader(pool.affinity) for name, pool in pools.items()}
    ttls = {name: None if pool.ttl is None else seconds(pool.ttl) for name, pool in pools.items()}

    def enter(exchange: Exchange) -> None:
        model = exchange.model
        name = None if model is None else model.kv_cache or default
        if model is None or name is None:
            return
        fleet, pool, ttl_s = fleets[name], pools[name], ttls[name]
        if ttl_s is not None:
            fleet.expire(clock.now() - ttl_s)
        cut = by_name[model.tokenizer].blocks
        keyed = exchange.keyed = KeyedText(BlockHasher(model.id), cut, pool.block_size)
        keyed.extend(_BETWEEN.join(exchange.context.shown))
        session, prompt = sessions[name](exchange), exchange.usage.prompt_tokens
        rng = stream("kv_cache", exchange.key) if pool.workers > 1 else unused
        seat = exchange.seat = fleet.place(keyed.keys, prompt, rng, session)
        serves(label(exchange), seat.worker)
        exchange.place(
            Placement(
                pool=name,
                worker=seat.worker.name,
                cached_tokens=seat.cached_tokens,
                reported_min=pool.prompt_cache.minimum,
                reported_step=pool.prompt_cache.rounding,
            )
        )

    def leave(exchange: Exchange) -> None:
        seat, keyed, name = exchange.seat, exchange.keyed, exchange.placement.pool
        if seat is None or keyed is None or name is None:
            return
        complete = exchange.error is None
        # The seat's lease has the same list of keys: it grows by the blocks of the answer.
        for choice in exchange.outcome.choices[:1] if complete else ():
            keyed.extend(_BETWEEN + choice.text)
        fleets[name].leave(seat, clock.now(), keep=complete)

    return Steps(enter=enter, leave=leave)


def session_reader(affinity: Affinity) -> Callable[[Exchange], str]:
    """Return what reads the session that a request names, or nothing."""
    names, fields = [name.lower().encode() for name in affinity.headers], affinity.fields
    wanted = frozenset(names)

    def read(exchange: Exchange) -> str:
        headers = exchange.scope["headers"]
        if not wanted.isdisjoint([name for name, _ in headers]):
            given = (value for name in names for key, value in headers if key == name)
            for value in filter(None, given):
                return str(value[:_SESSION_CHARACTERS_MAX], "latin-1")
        request = exchange.request
        for field in fields:
            value = request.get(field) if isinstance(request, dict) else None
            if isinstance(value, str) and value:
                return value[:_SESSION_CHARACTERS_MAX]
        return ""

    return read


def _fleets(config: Config, build: Build) -> dict[str, Fleet]:
    def make() -> dict[str, Fleet]:
        return {name: _fleet(name, pool) for name, pool in config.pools.items()}

    return build.shared.keep("fleets", "kv_cache", "the blocks in its caches", make)


def _fleet(name: str, pool: Pool) -> Fleet:
    weights = RouterWeights(
        overlap_weight=pool.router.overlap_weight,
        load_weight=pool.router.load_weight,
        temperature=pool.router.temperature,
    )
    router = Router(weights, pool.affinity.max_sessions)
    return make_fleet(name, pool.workers, pool.blocks_per_worker, router, pool.block_size)


STAGE = Stage(
    name="kv_cache",
    summary="Chooses a simulated worker, and finds what it has cached of the prompt.",
    config=Config,
    compile=compile_kv_cache,
    reads=frozenset({"request", "key", "model", "context", "usage.prompt"}),
    writes=frozenset({"placement", "usage.cached"}),
)
