"""kv_cache: the worker that runs a request, and what it has cached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from fakeai.core.value import Record
from fakeai.pipeline.answers import model_label
from fakeai.pipeline.counters import Hashers, counters_of
from fakeai.pipeline.exchange import Placement
from fakeai.pipeline.fleets import make_fleet, watch
from fakeai.pipeline.keeping import NOTHING
from fakeai.pipeline.media import in_runs, media_counts_of
from fakeai.pipeline.recall import shared
from fakeai.pipeline.session import session_reader
from fakeai.pipeline.stage import Build, Stage, Steps
from fakeai.sim.router import Router, RouterWeights
from fakeai.spec.model import Section, ref
from fakeai.spec.units import Duration, seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.media import Medium
    from fakeai.pipeline.outcome import Choice, Kept
    from fakeai.pipeline.registry import ServedModel
    from fakeai.sim.blocks import BlockHasher, KeyedText
    from fakeai.sim.fleet import Fleet, Seat

Weight = Annotated[float, Meta(ge=0, le=1_000_000)]

#: Names of models whose homes are remembered.
_HOMES_MAX = 1024
#: Placements of a model that are remembered.
_PLACES_MAX = 4096


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
    if config is None or not build.answers or "model" not in build.files.words:
        return None
    fleets = _fleets(config, build)
    serves = build.shared.once("serves", lambda: watch(build.meter, fleets))
    label = model_label(frozenset(build.spec.models))
    make = _maker(config, build, fleets)
    homes: dict[str, _Home] = {}
    default, stream, now = config.default, build.outside.rng.stream, build.outside.clock.now
    unused = stream("kv_cache", 0)  # one worker leaves nothing to chance

    def enter(exchange: Exchange) -> None:
        model = exchange.model
        name = None if model is None else model.kv_cache or default
        if model is None or name is None:
            return
        home = homes.get(model.name)
        if home is None or home.model is not model:
            if len(homes) >= _HOMES_MAX:
                homes.clear()
            home = homes[model.name] = make(model, name)
        fleet = home.fleet
        if home.ttl_s is not None:
            fleet.expire(now() - home.ttl_s)
        keyed = exchange.keyed = _keyed(exchange, home)
        rng = unused if home.is_alone else stream("kv_cache", exchange.key)
        usage, session = exchange.usage, home.session(exchange)
        seat = exchange.seat = fleet.place(keyed.keys, usage.prompt_tokens, rng, session)
        place = home.places.get((seat.worker.name, seat.hit_blocks))
        if place is None:
            serves(label(exchange), seat.worker)
            place = home.place(name, seat)
        exchange.placement, usage.cached_tokens = place
        if usage.asked is not None:
            usage.kept = home.kept(usage.asked, usage.prompt_tokens)
            usage.cached_tokens = exchange.placement.told_tokens(usage.kept)

    return Steps(enter=enter, leave=_leaver(fleets, now))


def _leaver(fleets: dict[str, Fleet], now: Callable[[], float]) -> Callable[[Exchange], None]:
    """Return the step that gives blocks back, and keeps those of a complete answer."""

    def leave(exchange: Exchange) -> None:
        seat, name = exchange.seat, exchange.placement.pool
        if seat is None or name is None:
            return
        keys = None if exchange.error is not None else shared(exchange, "kept keys", _kept_keys)
        fleets[name].leave(seat, now(), keys)

    return leave


def _kept_keys(exchange: Exchange) -> list[int]:
    """Return the keys of the prompt and of the first answer to it."""
    keyed, choices = exchange.keyed, exchange.outcome.choices
    if keyed is None:
        return []
    return keyed.answered(_said(choices[0])).keys if choices else keyed.keys


class _Home(Record, eq=False):
    """What the requests for one model have in common here."""

    model: ServedModel
    fleet: Fleet
    hasher: BlockHasher
    count_media: Callable[[Medium], int] | None
    """None: media have no tokens."""
    session: Callable[[Exchange], str]
    ttl_s: float | None
    reported: PromptCache
    is_alone: bool
    """Whether there is one worker."""
    places: dict[tuple[str, int], tuple[Placement, int]] = {}
    """Placements by worker and hit blocks, with what usage tells of the hit."""

    def place(self, pool: str, seat: Seat) -> tuple[Placement, int]:
        """Make the placement of a seat; equal ones are the same object from now on."""
        placement = Placement(
            pool=pool,
            worker=seat.worker.name,
            cached_tokens=seat.cached_tokens,
            reported_min=self.reported.minimum,
            reported_step=self.reported.rounding,
        )
        if len(self.places) >= _PLACES_MAX:
            self.places.clear()
        place = self.places[seat.worker.name, seat.hit_blocks] = (
            placement,
            placement.reported_tokens,
        )
        return place

    def kept(self, asked: Kept, prompt_tokens: int) -> Kept:
        """Return what the cache keeps of what is asked: no less than the minimum, and a block."""
        size = self.hasher.size
        blocks = min(asked.block_tokens, prompt_tokens - 1) // size
        if asked.tokens < self.reported.minimum or not blocks:
            return NOTHING
        # Some counters find more tokens in a text that is cut than in all of it.
        tokens = min(asked.tokens, prompt_tokens)
        long_tokens = min(asked.long_tokens, tokens)
        return replace(asked, tokens=tokens, long_tokens=long_tokens, hit_tokens=blocks * size)


def _maker(
    config: Config, build: Build, fleets: dict[str, Fleet]
) -> Callable[[ServedModel, str], _Home]:
    """Return what makes the home of a model, given the name of its pool."""
    by_name = counters_of(build)
    media = media_counts_of(build)
    hashers = build.shared.once("hashers", Hashers)
    sessions = {
        name: session_reader(pool.affinity.headers, pool.affinity.fields)
        for name, pool in config.pools.items()
    }

    def make(model: ServedModel, name: str) -> _Home:
        pool = config.pools[name]
        return _Home(
            model=model,
            fleet=fleets[name],
            hasher=hashers.make(model, by_name[model.tokenizer], pool.block_size),
            count_media=media.get(model.media or ""),
            session=sessions[name],
            ttl_s=None if pool.ttl is None else seconds(pool.ttl),
            reported=pool.prompt_cache,
            is_alone=pool.workers == 1,
        )

    return make


def _keyed(exchange: Exchange, home: _Home) -> KeyedText:
    """Return the prompt with its keys, as they are known from an equal request or made."""
    known, context = exchange.known, exchange.context
    if known is None:
        return _cut(exchange, home)
    kept = known.get("kv_cache")
    if kept is None or kept[0] is not home or (kept[1] is not context and kept[1] != context):
        kept = known["kv_cache"] = (home, context, _cut(exchange, home))
    keyed: KeyedText = kept[2]
    return keyed


def _cut(exchange: Exchange, home: _Home) -> KeyedText:
    """Return the prompt with its keys; where it was counted by its blocks, it has them."""
    keyed, context, hasher = exchange.keyed, exchange.context, home.hasher
    if keyed is not None and keyed.hasher is hasher:
        return keyed
    if context.mixed:
        return hasher.mixed(in_runs([*context.definitions, *context.mixed], home.count_media))
    return hasher.prompt(context.shown)


def _said(choice: Choice) -> Sequence[str]:
    """Return the tokens of the visible text."""
    segments = choice.segments
    if len(segments) == 1 and segments[0].kind == "text":
        return segments[0].tokens
    return [token for segment in segments if segment.kind == "text" for token in segment.tokens]


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
