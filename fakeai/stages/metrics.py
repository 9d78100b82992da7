"""metrics: counts and times every exchange."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
from msgspec import Meta

from fakeai.core.metric import ITL_BOUNDS_S, REQUEST_BOUNDS_S, TTFT_BOUNDS_S
from fakeai.pipeline import measures as m
from fakeai.pipeline.answers import counted_as, in_progress, model_label
from fakeai.pipeline.endings import BATCH_MAX, Endings, ended_requests
from fakeai.pipeline.recall import shared
from fakeai.pipeline.stage import Build, Stage, Steps
from fakeai.spec.model import Section
from fakeai.spec.units import Duration, seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from fakeai.core.error import ApiError
    from fakeai.pipeline.endings import Ending
    from fakeai.pipeline.exchange import Exchange


_MESSAGE_CHARACTERS_MAX: Final = 1000


class ErrorRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One error, as it is remembered for a while."""

    time: float
    kind: str
    status: int
    endpoint: str
    request_id: str
    message: str


Bounds = Annotated[tuple[Duration, ...], Meta(min_length=1, max_length=100)]


def _durations(bounds_s: tuple[float, ...]) -> tuple[str, ...]:
    return tuple(f"{bound:g}s" if bound >= 1 else f"{bound * 1000:g}ms" for bound in bounds_s)


class Buckets(Section):
    """Upper bounds of the buckets of times; `+Inf` is added."""

    time_to_first_token: Annotated[Bounds, Meta(description="From the request's start.")] = (
        _durations(TTFT_BOUNDS_S)
    )
    inter_token_latency: Annotated[Bounds, Meta(description="From a token to the next.")] = (
        _durations(ITL_BOUNDS_S)
    )
    e2e_request_latency: Annotated[Bounds, Meta(description="From start to end.")] = _durations(
        REQUEST_BOUNDS_S
    )

    def __post_init__(self) -> None:
        """Each bound must lie above the one before."""
        for bounds in self.bounds_s.values():
            if list(bounds) != sorted(set(bounds)):
                raise ValueError("the bounds of buckets must rise")

    @property
    def bounds_s(self) -> dict[str, tuple[float, ...]]:
        """The bounds in seconds, by the name of the metric."""
        given = {
            m.TTFT.name: self.time_to_first_token,
            m.ITL.name: self.inter_token_latency,
            m.E2E.name: self.e2e_request_latency,
        }
        return {name: tuple(map(seconds, bounds)) for name, bounds in given.items()}


class Config(Section):
    """Numbers about all exchanges, to be scraped; without this section there are none."""

    path: Annotated[
        str,
        Meta(
            pattern=r"^/[A-Za-z0-9._~/-]*[A-Za-z0-9_~-]$",
            description="Where the text is; `<path>.json` has a summary.",
            examples=["/metrics"],
            extra_json_schema={"x-form": "a path"},
        ),
    ] = "/metrics"
    dialects: Annotated[
        tuple[str, ...],
        Meta(
            min_length=1,
            description="Names under which the numbers are shown: `fakeai`, or a file of "
            "`templates/metrics/`.",
        ),
    ] = ("fakeai",)
    token: Annotated[
        Annotated[str, Meta(min_length=1)] | None,
        Meta(
            description="What a scraper must send as bearer token, plain or as `sha256:…`; "
            "absent: nothing.",
        ),
    ] = None
    max_series: Annotated[
        int,
        Meta(
            ge=1,
            le=100_000,
            description="Most sets of label values of one metric; later ones count as `other`.",
        ),
    ] = 1000
    recent_errors: Annotated[
        int, Meta(ge=0, le=10_000, description="How many of the last errors are kept.")
    ] = 100
    buckets: Annotated[Buckets, Meta(description="Buckets of the `fakeai` dialect.")] = Buckets()


def compile_metrics(config: Config | None, build: Build) -> Steps | None:
    """Return the steps that count an exchange while it runs and when it ends."""
    if config is None:
        return None
    meter, name, now = build.meter, build.name, build.outside.clock.now
    label = model_label(frozenset(build.spec.models))
    running = build.shared.once("in_progress", lambda: in_progress(meter, label))
    batch = build.shared.once("ended_requests", lambda: ended_requests(meter))
    in_flight = meter.tallies(m.IN_FLIGHT).child(name)
    last = meter.tallies(m.LAST_REQUEST).child(name)
    begin, end, note, waiting = running.add, running.discard, batch.records.append, batch.records
    count_error = _errors(config, build)
    endings = Endings(meter, name)

    def ending_of(exchange: Exchange) -> Ending:
        worker, kind = exchange.placement.worker, counted_as(exchange)
        return endings[label(exchange), worker, exchange.status, kind]

    def enter(exchange: Exchange) -> None:
        in_flight.value += 1
        last.value = exchange.wall
        begin(exchange)

    def leave(exchange: Exchange) -> None:
        in_flight.value -= 1
        end(exchange)
        elapsed_s = now() - exchange.started
        if exchange.error is not None:
            count_error(exchange, exchange.error)
        ending = shared(exchange, "ending", ending_of)
        answers, key = ending.answers, exchange.principal.name
        measured = None if answers is None else answers.measure(exchange, elapsed_s)
        note((ending, key, elapsed_s, exchange.request_bytes, measured))
        if len(waiting) >= BATCH_MAX:
            batch.settle()

    return Steps(enter=enter, leave=leave)


def _errors(config: Config, build: Build) -> Callable[[Exchange, ApiError], None]:
    errors = build.meter.tallies(m.ERRORS)
    recent = build.shared.keep(
        "recent_errors",
        "metrics",
        "what was counted",
        lambda: deque[ErrorRecord](maxlen=config.recent_errors),
    )
    name = build.name

    def count(exchange: Exchange, error: ApiError) -> None:
        errors.child(name, error.kind).add()
        recent.append(
            ErrorRecord(
                time=exchange.wall,
                kind=error.kind,
                status=exchange.status,
                endpoint=name,
                request_id=exchange.request_id,
                message=error.message[:_MESSAGE_CHARACTERS_MAX],
            )
        )

    return count


STAGE = Stage(
    name="metrics",
    summary="Counts and times every exchange.",
    config=Config,
    compile=compile_metrics,
    metrics=m.METRICS,
    outer=True,
)
