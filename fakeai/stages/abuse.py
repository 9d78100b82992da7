"""abuse: strikes for refusals, and bans for those who earn too many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta

from fakeai.core.error import ApiError
from fakeai.core.metric import Metric
from fakeai.pipeline.key_file import keyring_of
from fakeai.pipeline.stage import Build, Stage, Steps
from fakeai.pipeline.tallies import Tallies
from fakeai.spec.model import Section, keys_of
from fakeai.spec.units import Duration, seconds
from fakeai.stores.bans import MemoryBans
from fakeai.stores.port import Rung, Subject

if TYPE_CHECKING:
    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.keyring import Keyring

Punishable = Literal[
    "malformed",
    "invalid",
    "injection",
    "unauthenticated",
    "unknown_route",
    "unknown_model",
    "unknown_resource",
    "wrong_method",
    "too_large",
    "body_timeout",
    "wrong_media_type",
    "rate_limited",
]


class Step(Section, kw_only=True):
    """A rung of the ladder of bans."""

    at: Annotated[float, Meta(gt=0, description="Strikes that lead to it.")]
    for_: Annotated[Duration, Meta(description="How long the ban lasts.")] = msgspec.field(
        name="for"
    )


class Config(Section):
    """What counts as abuse, and what becomes of those who go on."""

    scope: Annotated[
        tuple[Literal["ip", "key"], ...],
        Meta(min_length=1, description="Who earns strikes and bans: addresses, keys."),
    ] = ("ip", "key")
    strikes: Annotated[
        dict[Punishable, Annotated[float, Meta(ge=0)]],
        Meta(
            description="Strikes by kind of refusal; a kind that is absent earns none.",
            extra_json_schema=keys_of(Punishable),
        ),
    ] = msgspec.field(default_factory=dict)
    decay: Annotated[Duration, Meta(description="Time in which half of the strikes fade.")] = "10m"
    bans: Annotated[tuple[Step, ...], Meta(description="The ladder; the highest rung counts.")] = ()
    subjects_max: Annotated[
        int,
        Meta(ge=1, le=10_000_000, description="Most addresses and keys watched; idle ones go."),
    ] = 100_000

    def __post_init__(self) -> None:
        """Fading takes time."""
        if seconds(self.decay) <= 0:
            raise ValueError("`decay` must be longer than no time")


CHECKS = Metric(
    name="ban_checks",
    kind="counter",
    help="Addresses and keys that were looked up among the banned.",
    labels=("scope",),
)
STRIKES = Metric(
    name="strikes", kind="counter", help="Strikes by kind of refusal.", labels=("scope", "kind")
)
BANS = Metric(name="bans", kind="counter", help="Bans that began.", labels=("scope",))


def compile_abuse(config: Config | None, build: Build) -> Steps | None:
    """Return the steps that keep the banned out, and count strikes when an exchange ends.

    The admin routes count the wrong tokens of an address by themselves as well, and only these
    shut it out there: whoever was banned elsewhere can still lift the ban, with the token.
    """
    if config is None or not config.bans or not config.strikes:
        return None
    bans = build.shared.keep("bans", "abuse", "strikes and bans", lambda: _bans(config))
    clock, keyring = build.outside.clock, keyring_of(build)
    speed = build.spec.clock.speed
    strikes: dict[Any, float] = {kind: each for kind, each in config.strikes.items() if each}
    watched = ("admin",) if build.admin else config.scope
    struck = (*config.scope, "admin") if build.admin else config.scope
    checks, begun = build.meter.tallies(CHECKS), build.meter.tallies(BANS)
    counted = build.meter.tallies(STRIKES)
    passed = Tallies[bool](
        checks, lambda keyed: [(scope,) for scope in watched if keyed or scope != "key"]
    )

    def check(exchange: Exchange) -> None:
        now = clock.now()
        for subject in _subjects(exchange, keyring, watched):
            checks.child(subject.scope).add()
            until = bans.banned_until(subject, now)
            if until is not None:
                raise _banned(subject, (until - now) / speed)

    def enter(exchange: Exchange) -> None:
        # Whatever has ended when an exchange starts shuts nobody out of it later.
        if exchange.started < bans.latest_end:
            check(exchange)
            return
        for tally in passed[exchange.credential != b""]:
            tally.value += 1

    def leave(exchange: Exchange) -> None:
        error = exchange.error
        weight = None if error is None else strikes.get(error.kind)
        if error is None or not weight:
            return
        now = clock.now()
        for subject in _subjects(exchange, keyring, struck):
            counted.child(subject.scope, error.kind).add(weight)
            banned = bans.banned_until(subject, now) is not None
            if bans.strike(subject, weight, now) is not None and not banned:
                begun.child(subject.scope).add()

    return Steps(enter=enter, leave=leave)


def _bans(config: Config) -> MemoryBans:
    ladder = [Rung(at=step.at, for_s=seconds(step.for_)) for step in config.bans]
    return MemoryBans(ladder, decay_s=seconds(config.decay), subjects_max=config.subjects_max)


def _subjects(exchange: Exchange, keyring: Keyring, scope: tuple[str, ...]) -> list[Subject]:
    subjects = []
    if "ip" in scope:
        subjects.append(Subject("ip", exchange.client_ip))
    if "admin" in scope:
        subjects.append(Subject("admin", exchange.client_ip))
    if "key" in scope and exchange.credential:
        caller = keyring.identify(exchange)
        subjects.append(Subject("key", caller.name if caller.key else caller.digest))
    return subjects


def _banned(subject: Subject, left_s: float) -> ApiError:
    scope = "key" if subject.scope == "key" else "ip"
    what = "API key" if scope == "key" else "address"
    message = f"This {what} is banned for {left_s:.0f} more seconds: too many bad requests."
    details = {"scope": scope}
    return ApiError("banned", message, retry_after_s=left_s, details=details)


STAGE = Stage(
    name="abuse",
    summary="Keeps out addresses and keys with too many bad requests.",
    config=Config,
    compile=compile_abuse,
    refuses=("banned",),
    metrics=(CHECKS, STRIKES, BANS),
    outer=True,
    gate=True,
)
