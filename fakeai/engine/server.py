"""Serving: the compiled engine behind uvicorn."""

from __future__ import annotations

import asyncio
import gc
import sys
from datetime import datetime
from socket import AF_INET, AF_INET6, SO_REUSEADDR, SO_REUSEPORT, SOL_SOCKET, AddressFamily, socket
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from fakeai.core.clock import RealClock
from fakeai.core.known import Known
from fakeai.core.rng import Rng
from fakeai.engine.app import create_app
from fakeai.engine.base import uvicorn
from fakeai.engine.compile import compile_engine
from fakeai.engine.connection import connection_class
from fakeai.engine.doorway import Doorway
from fakeai.engine.log import make_log
from fakeai.engine.log_writer import LogWriter
from fakeai.pipeline.stage import Outside
from fakeai.sim import (
    faker_corpus,
    instance,  # noqa: F401 # loaded now, so that no request waits for it
)
from fakeai.sim.faker_pools import faker_pools
from fakeai.spec.locales import faker_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from fakeai.engine.compile import Engine
    from fakeai.pipeline.stage import Log
    from fakeai.spec.load import Loaded
    from fakeai.spec.model import Spec

Connections: TypeAlias = Literal["own", "uvicorn"]
"""Whose class speaks HTTP with the clients."""

#: New objects, less those let go, before a pass over all new ones; such passes before one over
#: their survivors; and those before a full one. Streams that end while others begin hardly add to
#: the first number, yet all that began since the last pass are gone through: 20 ms for a thousand.
_COLLECTIONS: Final = (50_000, 10, 10)
#: How long clients are told of the end when time to answer them is over.
_LAST_WORDS_S: Final = 1.0


def live_engine(loaded: Loaded, drawn: int | None = None) -> Engine:
    """Compile a spec against the machine's clock, real chance and a full corpus.

    `drawn` is the seed where the spec leaves it to chance; without one, it is drawn here.
    """
    spec = loaded.spec
    fixed = spec.clock.fixed
    wall = None if fixed is None else datetime.fromisoformat(fixed).timestamp()
    seed = drawn if spec.seed == "random" else spec.seed
    corpus = spec.templates.corpus
    locale = faker_name(corpus.locale)
    outside = Outside(
        clock=RealClock(speed=spec.clock.speed, fixed=wall),
        rng=Rng(seed, spec.determinism),
        log=_log(spec),
        corpus=faker_corpus.fill([locale], seed or 0, corpus.sentences),
        pools=faker_pools(locale, seed=seed or 0),
    )
    engine = compile_engine(loaded, outside)
    Known.forget()
    return engine


def _log(spec: Spec) -> Log:
    """Without request lines, crashes are still told."""
    section: Any = getattr(spec, "request_log", None)
    writer = LogWriter(sys.stderr.buffer)
    if section is None:
        return make_log("error", "console", writer)
    return make_log(section.level, section.format, writer)


def listen(host: str, port: int, count: int = 1) -> list[socket]:
    """Return sockets on one address, among which the system shares out the connections.

    Port 0 takes a free one; OSError says why an address cannot be had.
    """
    family = AF_INET6 if ":" in host else AF_INET
    first = _bound(family, host, port)
    if count == 1:
        return [first]
    # Sockets that share a port would share it with another server as well, so it was tried alone.
    port = first.getsockname()[1]
    first.close()
    return [_bound(family, host, port, shared=True) for _ in range(count)]


def _bound(family: AddressFamily, host: str, port: int, *, shared: bool = False) -> socket:
    listener = socket(family)
    listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    try:
        if shared:
            listener.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def serve(
    engine: Engine,
    listener: socket,
    ready: Callable[[Engine, str], None],
    connections: Connections = "own",
) -> None:
    """Serve an engine until a signal ends it; `ready` is called once it listens."""
    config = settings(engine, connections=connections)
    _calm_collector()
    _Server(config, engine, ready).run([listener])


def _calm_collector() -> None:
    """Keep the garbage collector away from what stays, and seldom let it look at the rest.

    A full pass goes through the state of every open stream: with 600 of them it stops all for
    50 ms. Nothing but failures leaves cycles behind.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTIONS)
    gc.enable()


def settings(
    engine: Engine, loop: Any = "uvloop", connections: Connections = "own"
) -> uvicorn.Config:
    """Return how uvicorn is to serve an engine.

    Its own connections know neither the limits of heads nor the words of the spec's protocol.
    """
    own = connections == "own"
    server = engine.loaded.spec.server
    return uvicorn.Config(
        create_app(engine),
        port=0,
        loop=loop,
        # Said, not guessed: our applications are plain functions that return an awaitable.
        interface="asgi3",
        # Whose address it is says `server.trusted_proxies`, and nobody else.
        proxy_headers=False,
        http=connection_class(server.limits, Doorway(engine)) if own else "httptools",
        ws="none",
        limit_concurrency=server.limits.connections,
        log_config=None,
        # What it warns of is answered, or logged by the pipeline in the spec's own format.
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=5,
    )


class _Server(uvicorn.Server):
    """uvicorn's server, which tells where it listens once it does."""

    def __init__(
        self, config: uvicorn.Config, engine: Engine, ready: Callable[[Engine, str], None]
    ) -> None:
        super().__init__(config)
        self._engine = engine
        self._ready = ready

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # type: ignore[arg-type]
        for server in self.servers:
            for listener in server.sockets:
                host, port = listener.getsockname()[:2]
                self._ready(self._engine, f"http://{host}:{port}")

    async def shutdown(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().shutdown(sockets)  # type: ignore[arg-type]
        if self.server_state.tasks:
            # They are cancelled, and about to tell their clients.
            await asyncio.wait(self.server_state.tasks, timeout=_LAST_WORDS_S)
        # uvicorn ends the process by the signal that it caught, and then nothing runs at exit.
        self._engine.outside.log.close()
