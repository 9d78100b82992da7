"""rate_limits: requests and tokens per minute, day, and at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

import msgspec
from msgspec import Meta

from fakeai.core.clock import calendar
from fakeai.core.error import ApiError
from fakeai.core.metric import Metric
from fakeai.pipeline.key_file import keyring_of
from fakeai.pipeline.recall import shared
from fakeai.pipeline.stage import Build, Stage, Steps
from fakeai.pipeline.tallies import Tallies
from fakeai.pipeline.token_estimate import ONE_REQUEST, Estimator
from fakeai.spec.model import Section, ref
from fakeai.spec.units import Count, number
from fakeai.stores.buckets import MemoryBuckets
from fakeai.stores.port import CONCURRENT, NOTHING, Algorithm, Amounts, Limit, Measure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fakeai.core.metric import Family, Tally
    from fakeai.pipeline.exchange import Exchange
    from fakeai.stores.port import Decision, Standing

_LIMITS: Final[dict[str, tuple[Measure, float]]] = {
    "rpm": ("requests", 60.0),
    "tpm": ("tokens", 60.0),
    "input_tpm": ("input_tokens", 60.0),
    "output_tpm": ("output_tokens", 60.0),
    "rpd": ("requests", 86_400.0),
    "tpd": ("tokens", 86_400.0),
}
#: Refusals that are our doing: the request counts for nothing.
_FAILURES: Final = frozenset({"internal", "overloaded"})
#: Callers whose gauges wait for somebody to look.
CALLERS_MAX: Final = 1024


class Tier(Section):
    """Limits of a group of keys; one that is absent does not limit."""

    rpm: Annotated[Count | None, Meta(description="Requests per minute.")] = None
    tpm: Annotated[Count | None, Meta(description="Tokens per minute, in and out.")] = None
    input_tpm: Annotated[Count | None, Meta(description="Prompt tokens per minute.")] = None
    output_tpm: Annotated[Count | None, Meta(description="Completion tokens per minute.")] = None
    rpd: Annotated[Count | None, Meta(description="Requests per day.")] = None
    tpd: Annotated[Count | None, Meta(description="Tokens per day, in and out.")] = None
    concurrent: Annotated[Count | None, Meta(description="Requests at the same time.")] = None

    def __post_init__(self) -> None:
        """A limit that never lets anybody through is a mistake."""
        for name in (*_LIMITS, CONCURRENT):
            capacity = getattr(self, name)
            if capacity is not None and number(capacity) < 1:
                raise ValueError(f"`{name}` is below one request; `null` takes the limit away")


class Config(Section):
    """How much each caller may ask for."""

    default_tier: Annotated[
        str | None,
        Meta(
            description="Tier of callers whose key names none; absent: they have no limits.",
            extra_json_schema=ref("rate_limits.tiers"),
        ),
    ] = None
    tiers: Annotated[dict[str, Tier], Meta(description="Limits by tier.")] = msgspec.field(
        default_factory=dict
    )
    scope: Annotated[
        tuple[Literal["key", "model", "ip"], ...],
        Meta(
            min_length=1,
            description="What has an account of its own; several: each combination. "
            "A caller without a key is known by its address.",
        ),
    ] = ("key", "model")
    algorithm: Annotated[
        Algorithm,
        Meta(description="Continuous refill, or counts that start again with each window."),
    ] = "token_bucket"
    accounts_max: Annotated[
        int,
        Meta(ge=1, le=10_000_000, description="Most accounts of a tier; the idle ones go first."),
    ] = 100_000


def token_limits(tier: Tier) -> Iterator[tuple[str, int]]:
    """Yield the declared limits on tokens."""
    for name, (measure, _) in _LIMITS.items():
        capacity = getattr(tier, name)
        if capacity is not None and measure != "requests":
            yield name, number(capacity)


class _Left(dict[str, "tuple[Standing, ...]"]):
    """What the last request of each caller left of the limits, shown when somebody looks."""

    __slots__ = ("_names", "_remaining")

    def __init__(self, names: list[str], remaining: Family[Tally]) -> None:
        super().__init__()
        self._names = names
        self._remaining = remaining
        remaining.watch(self._read, min)

    def trim(self) -> None:
        """Let the gauges keep what is here, and start anew."""
        self._remaining.current()
        self.clear()

    def _read(self) -> Iterator[tuple[tuple[str, ...], float]]:
        for caller, standings in self.items():
            for name, standing in zip(self._names, standings, strict=True):
                yield (caller, name), standing.remaining


class _Limits:
    """One tier's limits and buckets, shared by all endpoints."""

    __slots__ = ("buckets", "concurrent", "left", "limits", "speed")

    def __init__(self, tier: Tier, config: Config, build: Build) -> None:
        self.speed = build.spec.clock.speed
        self.limits = [
            Limit(name=name, measure=measure, capacity=number(capacity), window_s=window_s)
            for name, (measure, window_s) in _LIMITS.items()
            if (capacity := getattr(tier, name)) is not None
        ]
        self.concurrent = None if tier.concurrent is None else number(tier.concurrent)
        self.buckets = MemoryBuckets(
            self.limits,
            algorithm=config.algorithm,
            keys_max=config.accounts_max,
            concurrent_max=self.concurrent,
        )
        remaining = build.meter.tallies(REMAINING)
        self.left = _Left([limit.name for limit in self.limits], remaining)

    def refusal(self, decision: Decision, asked: Amounts, who: tuple[str, str]) -> ApiError:
        """Return the refusal, with the numbers that the protocol's wording needs."""
        name = decision.limiting or ""
        details: dict[str, object] = {"scope": who[0], "name": who[1], "limiting": name}
        details["never_fits"] = decision.never_fits
        if name == CONCURRENT:
            details |= {"subject": "requests", "limit": self.concurrent}
            details |= {"used": self.concurrent, "requested": 1}
        else:
            index = [limit.name for limit in self.limits].index(name)
            limit, standing = self.limits[index], decision.standings[index]
            subject = "requests" if limit.measure == "requests" else "tokens"
            used = limit.capacity - standing.remaining
            details |= {"subject": subject, "limit": limit.capacity, "used": used}
            details["requested"] = getattr(asked, limit.measure)
        message = f"The limit {name} of {who[0]} '{who[1]}' is {details['limit']}."
        if decision.never_fits:
            message = f"The request is larger than its limit: {details['requested']} > {name}."
        wait_s = decision.retry_after_s
        retry = None if wait_s is None else wait_s / self.speed
        return ApiError("rate_limited", message, retry_after_s=retry, details=details)


REFUSALS = Metric(
    name="rate_limit_refusals",
    kind="counter",
    help="Requests that a limit refused.",
    labels=("key", "limit"),
)
REMAINING = Metric(
    name="rate_limit_remaining",
    kind="gauge",
    help="What the last request of a key left of its limit.",
    labels=("key", "limit"),
)
CONSUMED = Metric(
    name="rate_limit_consumed",
    kind="counter",
    help="Requests and tokens that were charged, settled with what was really used.",
    labels=("key", "measure"),
)


class _Desk:
    """One tier as one endpoint sees it, with all that it needs at hand."""

    __slots__ = ("left", "limits", "settle", "take", "write")

    def __init__(self, limits: _Limits, build: Build) -> None:
        self.limits, self.left = limits, limits.left
        self.take, self.settle = limits.buckets.take, limits.buckets.settle
        self.write = build.dialect.rate_headers.writer(limits.limits, limits.speed)


def _desks(config: Config, build: Build) -> dict[str | None, _Desk]:
    tiers = build.shared.keep(
        "rate_limits",
        "rate_limits",
        "what each caller has drawn",
        lambda: {name: _Limits(tier, config, build) for name, tier in config.tiers.items()},
    )
    return {name: _Desk(tier, build) for name, tier in tiers.items()}


def _time(config: Config, build: Build) -> Callable[[], float]:
    """Return the time that accounts are kept in, which is the same for all endpoints."""
    clock = build.outside.clock
    if config.algorithm == "token_bucket":
        return clock.now
    return build.shared.once("calendar", lambda: calendar(clock))


def compile_rate_limits(config: Config | None, build: Build) -> Steps | None:
    """Return the steps that charge an estimate, and settle it with what was really used."""
    if config is None or not config.tiers:
        return None
    desks = _desks(config, build)
    default, scope = config.default_tier, config.scope
    by_key, by_model, by_ip = "key" in scope, "model" in scope, "ip" in scope
    now, identify = _time(config, build), keyring_of(build).identify
    read_asked = Estimator(build).asked
    refusals = build.meter.tallies(REFUSALS)
    consumed = Tallies[str](
        build.meter.tallies(CONSUMED), lambda caller: [(caller, "requests"), (caller, "tokens")]
    )
    #: Charges in flight, at most one for each open exchange.
    open_: dict[Exchange, tuple[_Desk, Decision, str]] = {}

    def enter(exchange: Exchange) -> None:
        caller = exchange.caller or identify(exchange)
        desk = desks.get(caller.principal.tier or default)
        if desk is None:
            return
        name, ip = caller.name, exchange.client_ip
        model, asked = read_asked(exchange)
        key = (caller.digest or ip) if by_key else ""
        where = key, model if by_model else "", ip if by_ip else ""
        decision = desk.take(where, asked, now())
        standings = decision.standings
        if len(desk.left) >= CALLERS_MAX:
            desk.left.trim()
        desk.left[name] = standings
        exchange.headers += desk.write(standings, exchange.wall)
        if decision.limiting is not None:
            refusals.child(name, decision.limiting).add()
            label = {"key": name, "model": model, "ip": ip}[scope[0]]
            raise desk.limits.refusal(decision, asked, (scope[0], label))
        open_[exchange] = desk, decision, name

    def leave(exchange: Exchange) -> None:
        charge = open_.pop(exchange, None)
        if charge is None:
            return
        desk, decision, name = charge
        used = _used(exchange)
        desk.settle(decision, used, now())
        requests, tokens = consumed[name]
        requests.value += used.requests
        tokens.value += used.tokens

    return Steps(enter=enter, leave=leave)


def _used(exchange: Exchange) -> Amounts:
    """Return what an exchange really drew.

    Whoever was refused has drawn a request, but no tokens; our own failures cost nothing, unless an
    answer had begun.
    """
    error = exchange.error
    if error is None or exchange.came is not None:
        return shared(exchange, "used", _tokens_used)
    return NOTHING if error.kind in _FAILURES else ONE_REQUEST


def _tokens_used(exchange: Exchange) -> Amounts:
    prompt, completion = exchange.usage.prompt_tokens, exchange.usage.completion_tokens
    return Amounts(1, prompt + completion, prompt, completion)


STAGE = Stage(
    name="rate_limits",
    summary="Limits requests and tokens per caller; tells the limits in headers.",
    config=Config,
    compile=compile_rate_limits,
    refuses=("rate_limited",),
    metrics=(REFUSALS, REMAINING, CONSUMED),
    gate=True,
)
