"""auth: who is asking, and whether that key may ask."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from fakeai.core.error import ApiError
from fakeai.core.metric import Metric
from fakeai.pipeline.exchange import NO_COST
from fakeai.pipeline.key_file import keyring_of
from fakeai.pipeline.keyring import Auth
from fakeai.pipeline.stage import Build, Stage, Steps

if TYPE_CHECKING:
    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.keyring import Caller


FAILURES = Metric(
    name="auth_failures",
    kind="counter",
    help="Requests whose key was missing, wrong, expired or out of budget.",
    labels=("endpoint", "kind"),
)
VERIFICATION = Metric(
    name="key_verification_seconds",
    kind="histogram",
    help="Time that it took to find out who is asking.",
    labels=("endpoint",),
    bounds=(0.000001, 0.00001, 0.0001, 0.001, 0.01, 0.1),
)


def compile_auth(config: Auth | None, build: Build) -> Steps | None:
    """Return the steps that tell the principal, and keep the account of its budget."""
    if config is None:
        return None
    keyring = keyring_of(build)
    keys = keyring.keys
    ends = {name: _unix(key.expires) for name, key in keys.items() if key.expires}
    budgets = {n: Decimal(str(k.budget)) for n, k in keys.items() if k.budget is not None}
    spent: dict[str, Decimal] = {}
    if budgets:
        spent = build.shared.keep(
            "spent_usd",
            "auth.keys",
            "what keys have spent",
            lambda: dict.fromkeys(budgets, NO_COST),
        )
    spends = build.row.generate is not None and bool(budgets)
    required, choosy = config.required, len(keyring) > 0

    failures = build.meter.tallies(FAILURES)
    took = build.meter.histograms(VERIFICATION).child(build.name)
    endpoint, now = build.name, build.outside.clock.now

    def enter(exchange: Exchange) -> None:
        before = now()
        try:
            verify(exchange)
        except ApiError as error:
            failures.child(endpoint, error.kind).add()
            raise
        finally:
            took.observe(now() - before)

    def verify(exchange: Exchange) -> None:
        caller = keyring.identify(exchange)
        if required:
            _check_known(caller, choosy=choosy)
        if ends.get(caller.name, exchange.wall + 1) <= exchange.wall:
            raise ApiError("unauthenticated", f"The API key '{caller.name}' has expired.")
        exchange.principal = caller.principal
        if spends and caller.name in budgets and spent[caller.name] >= budgets[caller.name]:
            raise ApiError("quota_exceeded", f"The budget of the key '{caller.name}' is spent.")

    def leave(exchange: Exchange) -> None:
        caller = keyring.identify(exchange)
        if caller.name in spent:
            spent[caller.name] += exchange.cost_usd

    return Steps(enter=enter, leave=leave if spends else None)


def _check_known(caller: Caller, *, choosy: bool) -> None:
    if not caller.digest:
        raise ApiError("unauthenticated", "You didn't provide an API key.")
    if choosy and caller.key is None:
        raise ApiError("unauthenticated", f"Incorrect API key provided ({caller.name}).")


def _unix(timestamp: str) -> float:
    return datetime.fromisoformat(timestamp).timestamp()


STAGE = Stage(
    name="auth",
    summary="Tells who is asking; refuses keys that are wrong, expired or out of budget.",
    config=Auth,
    compile=compile_auth,
    writes=frozenset({"principal"}),
    refuses=("unauthenticated", "quota_exceeded"),
    metrics=(FAILURES, VERIFICATION),
    gate=True,
)
