"""Admin: token-protected routes to look into the server and to steer it.

A page is a row of PAGES: a route below `server.admin.path` and a function of the engine and the
path's parameters. What it returns is sent as JSON; to refuse, it raises ApiError.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from fakeai.core.error import ApiError
from fakeai.core.value import Value
from fakeai.engine.arrival import Arrival
from fakeai.engine.endpoint import compile_app
from fakeai.pipeline.fleets import report
from fakeai.pipeline.keyring import matches, shown
from fakeai.pipeline.refuse import compile_refusal
from fakeai.pipeline.run import compile_run
from fakeai.pipeline.stage import Steps
from fakeai.wire.http import JSON_TYPE, answer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from fakeai.engine.compile import Engine
    from fakeai.engine.endpoint import App
    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.protocol import Protocol
    from fakeai.pipeline.stage import WaitingStep
    from fakeai.stores.bans import MemoryBans
    from fakeai.stores.port import Subject

_HASH_CHARS: Final = 64
_ENCODE: Final = msgspec.json.Encoder().encode


class Page(Value):
    """One admin route."""

    method: str
    path: str
    answer: Callable[[Engine, Mapping[str, str]], object]
    """(engine, parameters of the path) -> what is sent as JSON."""


def list_bans(engine: Engine, _parameters: Mapping[str, str]) -> object:
    """Return the bans in force, the longest first."""
    bans, now = _bans(engine), engine.outside.clock.now()
    speed = engine.loaded.spec.clock.speed
    return {
        "bans": [
            {
                "scope": ban.subject.scope,
                "name": _shown(ban.subject),
                "score": round(ban.score, 3),
                "seconds_left": round((ban.until - now) / speed, 3),
            }
            for ban in (bans.active(now) if bans else ())
        ]
    }


def lift_ban(engine: Engine, parameters: Mapping[str, str]) -> object:
    """Lift the bans of an address or a key, named as the list shows it."""
    bans, now = _bans(engine), engine.outside.clock.now()
    wanted = (parameters["subject"], parameters["name"])
    lifted = [
        ban.subject
        for ban in (bans.active(now) if bans else ())
        if (ban.subject.scope, _shown(ban.subject)) == wanted
    ]
    if bans is None or not lifted:
        raise ApiError("unknown_resource", f"No ban of the {wanted[0]} '{wanted[1]}' is in force.")
    return {"lifted": sum(bans.lift(subject) for subject in lifted)}


def list_errors(engine: Engine, _parameters: Mapping[str, str]) -> object:
    """Return the last errors that `metrics` keeps, the newest first."""
    recent: Any = engine.shared.parts.get("recent_errors", ())
    return {"errors": list(reversed(recent))}


def show_kv_cache(engine: Engine, _parameters: Mapping[str, str]) -> object:
    """Return the simulated fleets: blocks and hits of every worker, the last decisions."""
    fleets: Any = engine.shared.parts.get("fleets", {})
    return report(fleets)


#: All pages; `{name}` takes a part of the path.
PAGES: Final = (
    Page("GET", "/bans", list_bans),
    Page("DELETE", "/bans/{subject}/{name}", lift_ban),
    Page("GET", "/errors", list_errors),
    Page("GET", "/kv-cache", show_kv_cache),
)


def admin_apps(engine: Engine) -> list[tuple[str, str, App]]:
    """Return method, path and application of every admin route; none without a token."""
    admin = engine.loaded.spec.server.admin
    if admin is None:
        return []
    dialect = engine.dialects[engine.loaded.spec.fallback_protocol]
    clock, log = engine.outside.clock, engine.outside.log
    arrival = Arrival(dialect, engine.addresses, engine.outside.rng)
    fail = compile_refusal(dialect, log)
    door = [*engine.admin_steps, Steps(enter=_guard(admin.token))]

    def app(page: Page) -> App:
        steps = [*door, Steps(wait=_show(page, engine, dialect))]
        return compile_app(compile_run(steps, fail, log), clock, arrival)

    return [(page.method, admin.path + page.path, app(page)) for page in PAGES]


def _guard(token: str) -> Callable[[Exchange], None]:
    def enter(exchange: Exchange) -> None:
        if not matches(exchange.credential, token):
            raise ApiError("unauthenticated", "The admin routes need the admin token.")

    return enter


def _show(page: Page, engine: Engine, dialect: Protocol) -> WaitingStep:
    def wait(exchange: Exchange) -> Awaitable[None] | None:
        body = _ENCODE(page.answer(engine, exchange.scope["path_params"]))
        headers = [*dialect.head(exchange), JSON_TYPE]
        exchange.status = 200
        return answer(exchange.scope, exchange.send, 200, headers, body)

    return wait


def _bans(engine: Engine) -> MemoryBans | None:
    found: Any = engine.shared.parts.get("bans")
    return found  # type: ignore[no-any-return]


def _shown(subject: Subject) -> str:
    """A key without a name is known by its hash, of which only the start is shown."""
    unnamed = subject.scope == "key" and len(subject.name) == _HASH_CHARS
    return shown(subject.name) if unnamed else subject.name
