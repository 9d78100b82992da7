"""Connections to a compiled server, byte by byte, on virtual time."""

from __future__ import annotations

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING, Any

import httptools
from uvicorn.server import ServerState

from fakeai.engine.server import settings
from tests.harness import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    import uvicorn

    from fakeai.core.clock import ManualClock, Timer
    from tests.harness import World


INTERIM = 100
#: Headers that say where an answer ends; without them it ends with the connection.
_FRAMES = {"content-length", "transfer-encoding"}


class Listener:
    """What accepts connections for a world's server, as uvicorn does."""

    def __init__(self, world: World) -> None:
        """Listen; no port is taken."""
        self._world = world
        self._state = ServerState()

    @cached_property
    def _config(self) -> uvicorn.Config:
        return settings(self._world.engine)

    def connect(self) -> Line:
        """Return a new connection."""
        protocol: Any = self._config.http
        clock = self._world.clock
        return Line(clock, protocol(self._config, self._state, {}, _Loop(clock)))


class _Loop:
    """The part of an event loop that a connection uses, with its timers on virtual time."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock

    def call_later(self, delay_s: float, callback: Callable[..., None], *args: object) -> Timer:
        """Set a timer."""
        return self._clock.call_at(self._clock.now() + delay_s, lambda: callback(*args))

    def time(self) -> float:
        """Return virtual time."""
        return self._clock.now()

    def call_soon(self, callback: Callable[..., None], *args: object) -> None:
        """Call in the next turn."""
        asyncio.get_running_loop().call_soon(callback, *args)

    def create_future(self) -> asyncio.Future[None]:
        """Make something to wait for."""
        return asyncio.get_running_loop().create_future()

    def create_task(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start what answers a request."""
        return asyncio.get_running_loop().create_task(work)


class Line(asyncio.Transport):
    """One connection: the server writes here, the client sends and reads what was answered."""

    def __init__(self, clock: ManualClock, protocol: Any) -> None:
        """Connect."""
        super().__init__()
        self.answers: list[Answer] = []
        self.protocol = protocol
        self.ended = False
        """Whether the server has said that it sends no more."""
        self.closed = False
        self.is_read = True
        """Whether the server takes what is sent."""
        self._clock = clock
        self._parser = httptools.HttpResponseParser(self)
        protocol.connection_made(self)

    def send(self, data: bytes) -> None:
        """Send bytes, in the pieces in which a socket gives them out."""
        for start in range(0, len(data), 65536):
            if not self.closed:
                self.protocol.data_received(data[start : start + 65536])

    def end(self) -> None:
        """Say that the client sends no more, as `shutdown` does; it goes on reading."""
        if not self.closed and not self.protocol.eof_received():
            self.close()

    async def answer(self) -> Answer:
        """Return the last answer once the connection has none to wait for."""
        while not self.closed and not (self.answers and self.answers[-1].complete):
            woken = asyncio.Event()
            self._clock.call_at(self._clock.now() + 0.01, woken.set)
            await woken.wait()
        return self.answers[-1] if self.answers else Answer()

    # What the server does with its end of the connection.

    def write(self, data: Any) -> None:
        """Take bytes of an answer."""
        self._parser.feed_data(bytes(data))

    def can_write_eof(self) -> bool:
        """Tell that each direction can be closed by itself."""
        return True

    def write_eof(self) -> None:
        """Take note that nothing more comes."""
        self.ended = True

    def close(self) -> None:
        """Close both directions."""
        if not self.closed:
            self.closed = self.ended = True
            if (
                self.answers
                and self.answers[-1].status
                and not _FRAMES & self.answers[-1].headers.keys()
            ):
                self.answers[-1].complete = True
            asyncio.get_running_loop().call_soon(self.protocol.connection_lost, None)

    def abort(self) -> None:
        """Close at once, whatever has not been read."""
        self.close()

    def is_closing(self) -> bool:
        """Tell whether it is closed."""
        return self.closed

    def pause_reading(self) -> None:
        """Take note; what a test sends comes nevertheless."""
        self.is_read = False

    def resume_reading(self) -> None:
        """Take note."""
        self.is_read = True

    # What the client's parser finds.

    def on_message_begin(self) -> None:
        """Begin an answer."""
        self.answers.append(Answer())

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; none of ours is sent twice, but for the one that may."""
        known, told = name.decode().lower(), self.answers[-1].headers
        assert known == "vary" or known not in told, known
        told[known] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """Keep the status."""
        self.answers[-1].status = self._parser.get_status_code()

    def on_body(self, body: bytes) -> None:
        """Keep a part of the body, with its virtual time."""
        self.answers[-1].parts.append((self._clock.now(), body))

    def on_message_complete(self) -> None:
        """Complete the answer; an interim one means nothing to a client."""
        self.answers[-1].complete = True
        if self.answers[-1].status == INTERIM:
            self.answers.pop()
