"""rate_limits: requests and tokens per minute, day, and at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal

import msgspec
from msgspec import Meta

from fakeai.core.error import ApiError
from fakeai.core.metric import Metric
from fakeai.pipeline.key_file import keyring_of
from fakeai.pipeline.rate_headers import Shown
from fakeai.pipeline.stage import Build, Stage, Steps
from fakeai.pipeline.token_estimate import Estimator
from fakeai.spec.model import Section, ref
from fakeai.spec.units import Count, number
from fakeai.stores.buckets import MemoryBuckets
from fakeai.stores.port import CONCURRENT, NOTHING, Algorithm, Amounts, Limit, Measure

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from fakeai.core.metric import Meter
    from fakeai.pipeline.exchange import Exchange
    from fakeai.stores.port import Decision

_LIMITS: Final[dict[str, tuple[Measure, float]]] = {
    "rpm": ("requests", 60.0),
    "tpm": ("tokens", 60.0),
    "input_tpm": ("input_tokens", 60.0),
    "output_tpm": ("output_tokens", 60.0),
    "rpd": ("requests", 86_400.0),
    "tpd": ("tokens", 86_400.0),
}
#: Refusals that are our doing: the request counts for nothing.
_FAILURES: Final = frozenset({"internal", "overloaded", "injected"})
#: Ends of an answer that had begun: what was made is paid for.
_BROKEN_OFF: Final = frozenset({"disconnected", "timeout"})


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


class _Limits:
    """One tier's limits and buckets, shared by all endpoints."""

    __slots__ = ("buckets", "concurrent", "limits")

    def __init__(self, tier: Tier, config: Config) -> None:
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

    def shown(self, decision: Decision) -> list[Shown]:
        """Return each limit as the decision left it."""
        standings = self.buckets.standings(decision)
        return [
            Shown(limit.measure, limit.capacity, standing)
            for limit, standing in zip(self.limits, standings, strict=True)
        ]

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
            limit, standing = self.limits[index], self.buckets.standings(decision)[index]
            subject = "requests" if limit.measure == "requests" else "tokens"
            used = limit.capacity - standing.remaining
            details |= {"subject": subject, "limit": limit.capacity, "used": used}
            details["requested"] = getattr(asked, limit.measure)
        message = f"The limit {name} of {who[0]} '{who[1]}' is {details['limit']}."
        if decision.never_fits:
            message = f"The request is larger than its limit: {details['requested']} > {name}."
        retry = decision.retry_after_s
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


class _Counts:
    """What the limits did, counted."""

    __slots__ = ("_consumed", "_refusals", "_remaining")

    def __init__(self, meter: Meter) -> None:
        self._refusals = meter.tallies(REFUSALS)
        self._remaining = meter.tallies(REMAINING)
        self._consumed = meter.tallies(CONSUMED)

    def take(self, key: str, tier: _Limits, decision: Decision, shown: list[Shown]) -> None:
        """Count a refusal, and show what is left of each limit."""
        if decision.limiting is not None:
            self._refusals.child(key, decision.limiting).add()
        for limit, each in zip(tier.limits, shown, strict=True):
            self._remaining.child(key, limit.name).set(each.standing.remaining)

    def settle(self, key: str, used: Amounts) -> None:
        """Count what was charged in the end."""
        self._consumed.child(key, "requests").add(used.requests)
        self._consumed.child(key, "tokens").add(used.tokens)


def compile_rate_limits(config: Config | None, build: Build) -> Steps | None:
    """Return the steps that charge an estimate, and settle it with what was really used."""
    if config is None or not config.tiers:
        return None
    tiers = build.shared.keep(
        "rate_limits",
        "rate_limits",
        "what each caller has drawn",
        lambda: {name: _Limits(tier, config) for name, tier in config.tiers.items()},
    )
    clock, headers = build.outside.clock, build.dialect.rate_headers
    keyring, scope = keyring_of(build), config.scope
    estimate = Estimator(build)
    default, counts = config.default_tier, _Counts(build.meter)
    #: Charges in flight, at most one for each open exchange.
    open_: dict[Exchange, tuple[_Limits, Hashable, Decision, Amounts]] = {}

    def enter(exchange: Exchange) -> None:
        caller = keyring.identify(exchange)
        tier = tiers.get(caller.principal.tier or default or "")
        if tier is None:
            return
        names = {
            "key": caller.digest or exchange.client_ip,
            "model": estimate.model(exchange),
            "ip": exchange.client_ip,
        }
        account = tuple([names[part] for part in scope])
        asked = estimate.amounts(exchange)
        decision = tier.buckets.take(account, asked, clock.now())
        shown = tier.shown(decision)
        counts.take(caller.name, tier, decision, shown)
        exchange.headers += headers.write(shown, exchange.wall)
        if not decision.allowed:
            label = caller.name if scope[0] == "key" else names[scope[0]]
            raise tier.refusal(decision, asked, (scope[0], label))
        open_[exchange] = (tier, account, decision, asked)

    def leave(exchange: Exchange) -> None:
        charge = open_.pop(exchange, None)
        if charge is not None:
            tier, account, decision, _ = charge
            used = _used(exchange)
            tier.buckets.settle(account, decision, used, clock.now())
            counts.settle(keyring.identify(exchange).name, used)

    return Steps(enter=enter, leave=leave)


def _used(exchange: Exchange) -> Amounts:
    """Return what an exchange really drew.

    Whoever was refused has drawn a request, but no tokens; our own failures cost nothing.
    """
    error, usage = exchange.error, exchange.usage
    if error is not None and error.kind in _FAILURES:
        return NOTHING
    broken_off = error is None or error.kind in _BROKEN_OFF
    if exchange.first_sent is None or not broken_off:
        return Amounts(requests=1)
    prompt, completion = usage.prompt_tokens, usage.completion_tokens
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
