"""Flow: whether a connection is read, and whether it takes more."""

from __future__ import annotations

import asyncio

HIGH_WATER_BYTES = 65_536
"""More of a body than this is not read before somebody has received it."""


class Flow:
    """The flow control of one connection, in both directions."""

    __slots__ = ("_drained", "_transport", "read_paused", "write_paused")

    def __init__(self, transport: asyncio.Transport) -> None:
        """Let everything flow."""
        self._transport = transport
        self._drained: asyncio.Event | None = None
        self.read_paused = False
        self.write_paused = False

    def pause_reading(self) -> None:
        """Leave what comes to the system, which slows the client down."""
        if not self.read_paused:
            self.read_paused = True
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Read again."""
        if self.read_paused:
            self.read_paused = False
            self._transport.resume_reading()

    def pause_writing(self) -> None:
        """The client does not keep up."""
        self.write_paused = True
        self._drained = asyncio.Event()

    def resume_writing(self) -> None:
        """The client has caught up, or is gone."""
        self.write_paused = False
        if self._drained is not None:
            self._drained.set()
            self._drained = None

    async def drain(self) -> None:
        """Wait until the client has caught up."""
        if self._drained is not None:
            await self._drained.wait()
