"""asyncio, loaded by the first request: a check needs no event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.core.later import Later

if TYPE_CHECKING:
    import asyncio
else:
    # It brings sockets and TLS: a tenth of the time that a check takes.
    asyncio = Later("asyncio")

__all__ = ["asyncio"]
