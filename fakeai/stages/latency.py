"""latency: when each token of the answer is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from fakeai.core.error import ApiError
from fakeai.pipeline.answers import LONE_WORKER, model_label
from fakeai.pipeline.chance import Quantity
from fakeai.pipeline.exchange import Schedule
from fakeai.pipeline.fleets import mover
from fakeai.pipeline.measures import REFUSED
from fakeai.pipeline.replica import EngineRun, Replica, step_counter
from fakeai.pipeline.stage import Build, Stage, Steps
from fakeai.sim.batch import StepTiming
from fakeai.sim.formula import FormulaScheduler
from fakeai.sim.latency import LatencyProfile, constant, lognormal
from fakeai.sim.scheduler import StepScheduler
from fakeai.sim.sequence import QueueLimits, Request
from fakeai.spec.model import Section
from fakeai.spec.units import Distribution, Duration, DurationDistribution, seconds
from fakeai.wire.http import cancel_when_gone

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from random import Random

    from fakeai.pipeline.exchange import Exchange

    MakeReplica = Callable[[str], Replica]
    """Takes the worker's name."""


class PromptTime(Distribution, tag="prompt"):
    """Time to first token as work on the prompt."""

    overhead: Annotated[Duration, Meta(description="Fixed part.")] = "0ms"
    per_uncached_token: Annotated[
        Duration, Meta(description="For each prompt token that was not cached.")
    ] = "0ms"


class Queue(Section):
    """How many requests a worker takes."""

    max_num_seqs: Annotated[
        int, Meta(ge=1, le=100_000, description="Requests that run at the same time.")
    ] = 256
    max_waiting: Annotated[
        int, Meta(ge=0, le=1_000_000, description="Requests that wait; more are refused.")
    ] = 1000


class StepModel(Section):
    """Continuous batching: a step computes prompt chunks and a token of each running answer."""

    max_num_batched_tokens: Annotated[
        int, Meta(ge=1, le=10_000_000, description="Tokens that a step computes at most.")
    ] = 8192
    base: Annotated[
        Duration, Meta(description="Each step: reading the weights, starting kernels.")
    ] = "0ms"
    per_prefill_token: Annotated[Duration, Meta(description="Each prompt token computed.")] = "0ms"
    per_attention_pair: Annotated[
        Duration, Meta(description="Each earlier token that a prompt token attends to.")
    ] = "0ms"
    per_decode_seq: Annotated[Duration, Meta(description="Each answer that gets a token.")] = "0ms"
    per_context_token: Annotated[
        Duration, Meta(description="Each token before it that is read from the KV cache.")
    ] = "0ms"
    jitter: Annotated[
        float, Meta(ge=0, le=2, description="Spread of a step's time (lognormal, of mean 1).")
    ] = 0.0


class Profile(Section):
    """How fast a model answers: by the formula of `ttft` and `itl`, or by simulated `steps`."""

    ttft: Annotated[
        PromptTime | DurationDistribution,
        Meta(
            description="Time to first token: work on the prompt, or a distribution.",
            extra_json_schema={"x-untagged": "prompt"},
        ),
    ] = PromptTime()
    itl: Annotated[
        DurationDistribution, Meta(description="Inter-token latency, drawn for every token.")
    ] = "0ms"
    load_factor: Annotated[
        float, Meta(ge=1, le=1000, description="How much slower a worker with no slot left is.")
    ] = 1.0
    steps: Annotated[
        StepModel | None, Meta(description="Simulate the engine step by step instead.")
    ] = None
    queue: Annotated[Queue, Meta(description="How many requests a worker takes.")] = Queue()

    def __post_init__(self) -> None:
        """A key that changes nothing is a mistake."""
        formula = (self.ttft, self.itl, self.load_factor)
        if self.steps is not None and formula != (PromptTime(), "0ms", 1.0):
            raise ValueError("`ttft`, `itl` and `load_factor` have no effect beside `steps`")


class Config(Section):
    """When tokens are due."""

    default: Annotated[
        str | None,
        Meta(
            description="Profile of models that name none; absent: they answer at once.",
            extra_json_schema={"x-ref": "latency.profiles"},
        ),
    ] = None
    profiles: Annotated[dict[str, Profile], Meta(description="Named profiles.")] = msgspec.field(
        default_factory=dict
    )


def compile_latency(config: Config | None, build: Build) -> Steps | None:
    """Return the steps that run an answer on its worker's engine, and that free the slot."""
    if config is None or not build.answers or "model" not in build.files.words:
        return None
    makers = {name: _maker(profile, build) for name, profile in config.profiles.items()}
    default = config.default
    if not any(makers.values()):
        return None
    # One engine for each profile and worker, so the spec bounds how many there are.
    replicas: dict[tuple[str, str], Replica] = build.shared.keep(
        "replicas", "latency", "the queues of its engines", dict
    )
    stream, label = build.outside.rng.stream, model_label(frozenset(build.spec.models))
    refused, move = build.meter.tallies(REFUSED), mover(build)

    def wait(exchange: Exchange) -> Coroutine[Any, Any, None] | None:
        model = exchange.model
        name = default if model is None else model.latency or default
        make = makers.get(name) if name else None
        # Most models of a mock answer at once.
        return None if make is None or name is None else serve(exchange, name, make)

    def find(name: str, worker: str, make: MakeReplica) -> Replica:
        replica = replicas.get((name, worker))
        if replica is None:
            replica = replicas[name, worker] = make(worker)
        return replica

    def serve(exchange: Exchange, name: str, make: MakeReplica) -> Coroutine[Any, Any, None] | None:
        served, worker = label(exchange), exchange.placement.worker or LONE_WORKER
        replica, rng = find(name, worker, make), stream("latency", exchange.key)
        sequence = replica.submit(_request(exchange, served, rng))
        if sequence is None and move(exchange, lambda each: find(name, each, make).has_place()):
            replica = find(name, exchange.placement.worker or LONE_WORKER, make)
            sequence = replica.submit(_request(exchange, served, rng))
        if sequence is None:
            refused.child(served, worker).add()
            message = "All simulated workers are busy, and the queue is full."
            raise ApiError("overloaded", message, retry_after_s=replica.retry_after_s)
        run = exchange.engine_run = EngineRun(replica, sequence)
        if run.waiting:
            return _admitted(exchange, run)
        # Where there is a place, it takes no coroutine.
        _begin(exchange, run)
        return None

    return Steps(wait=wait, leave=_leave)


def _request(exchange: Exchange, model: str, rng: Random) -> Request:
    """Return what the engine must know; the choices of an answer advance together."""
    seat = exchange.seat
    counts = [choice.token_count for choice in exchange.outcome.choices]
    return Request(
        prompt_tokens=exchange.usage.prompt_tokens,
        output_tokens=max(counts, default=1),
        cached_tokens=exchange.placement.cached_tokens,
        lease=None if seat is None else seat.lease,
        rng=rng,
        model=model,
    )


async def _admitted(exchange: Exchange, run: EngineRun) -> None:
    with cancel_when_gone(exchange.scope, exchange.receive, exchange.mark_gone):
        await run.admitted()
    _begin(exchange, run)


def _begin(exchange: Exchange, run: EngineRun) -> None:
    _note_hit(exchange, run)
    exchange.schedule = _schedule(exchange, run)


def _note_hit(exchange: Exchange, run: EngineRun) -> None:
    """While a request waits, others may drop its cached blocks or add to them: tell what it got."""
    cached, seat = run.sequence.cached_tokens, exchange.seat
    if seat is not None and cached != exchange.placement.cached_tokens:
        seat.worker.hit_tokens += cached - exchange.placement.cached_tokens
        exchange.place(msgspec.structs.replace(exchange.placement, cached_tokens=cached))


def _schedule(exchange: Exchange, run: EngineRun) -> Schedule:
    sequence, choices = run.sequence, len(exchange.outcome.choices)
    if sequence.due_s is None:
        numbers = [range(sequence.output_tokens)] * choices
        return Schedule(due_s=numbers, queue_s=sequence.queue_wait_s, progress=run)
    due_s = sequence.due_s.since(exchange.started)
    return Schedule(due_s=[due_s] * choices, queue_s=sequence.queue_wait_s)


def _leave(exchange: Exchange) -> None:
    if exchange.engine_run is not None:
        exchange.engine_run.end()


def _maker(profile: Profile, build: Build) -> MakeReplica | None:
    """Return what makes an engine of this profile; None when it never makes anybody wait."""
    meter, clock, speed = build.meter, build.outside.clock, build.spec.clock.speed
    rng = build.outside.rng.stream("latency.engine", 0)
    limits = QueueLimits(
        max_num_seqs=profile.queue.max_num_seqs, max_waiting=profile.queue.max_waiting
    )
    steps = profile.steps
    if steps is not None:
        timing, budget = _timing(steps), steps.max_num_batched_tokens

        def make(worker: str) -> Replica:
            count = step_counter(meter, worker)
            return Replica(StepScheduler(limits, timing, rng, budget, count), clock, speed)

        return make
    formula = _formula(profile)
    if formula is None:
        return None
    return lambda _worker: Replica(FormulaScheduler(limits, formula, rng), clock, speed)


def _timing(steps: StepModel) -> StepTiming:
    return StepTiming(
        base_s=seconds(steps.base),
        per_prefill_token_s=seconds(steps.per_prefill_token),
        per_attention_pair_s=seconds(steps.per_attention_pair),
        per_decode_seq_s=seconds(steps.per_decode_seq),
        per_context_token_s=seconds(steps.per_context_token),
        jitter=lognormal(steps.jitter) if steps.jitter else constant,
    )


def _formula(profile: Profile) -> LatencyProfile | None:
    """Return the formula of a profile; a drawn time is a factor of one second."""
    ttft, gap = profile.ttft, Quantity(profile.itl)
    first = None if isinstance(ttft, PromptTime) else Quantity(ttft)
    if isinstance(ttft, PromptTime):
        overhead_s, token_s = seconds(ttft.overhead), seconds(ttft.per_uncached_token)
    else:
        overhead_s, token_s = 1.0, 0.0
    drawn_s = overhead_s + token_s if first is None else first.constant
    if drawn_s == 0 and gap.constant == 0:
        return None
    return LatencyProfile(
        overhead_s=overhead_s,
        per_token_s=token_s,
        ttft_jitter=first or constant,
        itl_s=1.0 if gap.constant is None else gap.constant,
        itl_jitter=gap if gap.constant is None else constant,
        load_factor=profile.load_factor,
        max_num_seqs=profile.queue.max_num_seqs,
    )


STAGE = Stage(
    name="latency",
    summary="Runs the answer on a simulated engine, which sets when each token is due.",
    config=Config,
    compile=compile_latency,
    reads=frozenset({"key", "model", "usage.prompt", "outcome", "placement"}),
    # It may change `usage.cached` for a request whose cached blocks changed while it waited.
    writes=frozenset({"schedule"}),
    refuses=("overloaded",),
)
