"""A live server on a free port, for the clients that people really use."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from fakeai.engine.server import live_engine, settings
from fakeai.engine.table import sections
from fakeai.spec.load import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fakeai.engine.server import Connections
    from fakeai.spec.load import Loaded


class _Announcing(uvicorn.Server):
    """uvicorn's server, which tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class LiveServer:
    """uvicorn in a thread, on a free port."""

    def __init__(self, loaded: Loaded, connections: Connections = "own") -> None:
        """Bind the port; requests are answered once `start` returns."""
        config = settings(live_engine(loaded), loop="asyncio", connections=connections)
        self._server = _Announcing(config)
        self._ready = self._server.ready
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> str:
        """Start serving; return the address."""
        self._thread.start()
        assert self._ready.wait(timeout=20)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    @property
    def buffered_bytes(self) -> int:
        """What its connections have not taken yet."""
        connections: Any = list(self._server.server_state.connections)
        return sum(c.transport.get_write_buffer_size() for c in connections if c.transport)

    def stop(self) -> None:
        """Stop serving and wait for the thread."""
        self._server.should_exit = True
        self._thread.join(timeout=20)

    def _run(self) -> None:
        asyncio.run(self._server.serve())


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Return a function that serves an overlay of the built-in spec and gives its address."""
    servers: dict[str, tuple[LiveServer, str]] = {}

    def serve(overlay: str = "") -> str:
        if overlay not in servers:
            path: Path = tmp_path_factory.mktemp("live") / "spec.yaml"
            path.write_text(f"fakeai: 1\nextends: builtin\nrequest_log: false\n{overlay}")
            server = LiveServer(load(path, sections=sections(), environ={}))
            servers[overlay] = (server, server.start())
        return servers[overlay][1]

    yield serve
    for server, _ in servers.values():
        server.stop()


@pytest.fixture(scope="session")
def base_url(live: Callable[[str], str]) -> str:
    """Return the address of the built-in spec's API."""
    return f"{live('')}/v1"
