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
    from collections.abc import Callable

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
    identify = keyring_of(build).identify
    spent = _accounts(build)
    spends = build.answers and bool(spent)
    check = _compile_check(config, build, spent if spends else {})

    failures = build.meter.tallies(FAILURES)
    observe = build.meter.histograms(VERIFICATION).child(build.name).observe
    endpoint, now = build.name, build.outside.clock.now

    def enter(exchange: Exchange) -> None:
        before = now()
        try:
            caller = exchange.caller or identify(exchange)
            if check is None:
                exchange.principal = caller.principal
            else:
                check(exchange, caller)
        except ApiError as error:
            failures.child(endpoint, error.kind).add()
            raise
        finally:
            observe(now() - before)

    def leave(exchange: Exchange) -> None:
        caller = identify(exchange)
        if caller.name in spent:
            spent[caller.name] += exchange.cost_usd

    return Steps(enter=enter, leave=leave if spends else None)


def _accounts(build: Build) -> dict[str, Decimal]:
    """Return what each key with a budget has spent."""
    names = [name for name, key in keyring_of(build).keys.items() if key.budget is not None]
    if not names:
        return {}
    where, what = "auth.keys", "what keys have spent"
    return build.shared.keep("spent_usd", where, what, lambda: dict.fromkeys(names, NO_COST))


def _compile_check(
    config: Auth, build: Build, spent: dict[str, Decimal]
) -> Callable[[Exchange, Caller], None] | None:
    """Return what lets a caller in or refuses it, None when every caller may come in."""
    keyring = keyring_of(build)
    keys = keyring.keys
    ends = {name: _unix(key.expires) for name, key in keys.items() if key.expires}
    budgets = {name: Decimal(str(keys[name].budget)) for name in spent}
    required, choosy = config.required, len(keyring) > 0
    if not (required or ends or budgets):
        return None

    def check(exchange: Exchange, caller: Caller) -> None:
        if required:
            _check_known(caller, choosy=choosy)
        if ends.get(caller.name, exchange.wall + 1) <= exchange.wall:
            raise _unknown("expired_key", f"The API key '{caller.name}' has expired.", caller)
        exchange.principal = caller.principal
        if caller.name in budgets and spent[caller.name] >= budgets[caller.name]:
            raise ApiError("quota_exceeded", f"The budget of the key '{caller.name}' is spent.")

    return check


def _check_known(caller: Caller, *, choosy: bool) -> None:
    if not caller.digest:
        raise ApiError("unauthenticated", "The request has no API key.", reason="missing_key")
    if choosy and caller.key is None:
        raise _unknown("wrong_key", f"The API key is not valid ({caller.name}).", caller)


def _unknown(reason: str, message: str, caller: Caller) -> ApiError:
    details = {"key": caller.name}
    return ApiError("unauthenticated", message, reason=reason, details=details)


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
