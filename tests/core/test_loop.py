"""asyncio by another door: the same module, loaded late."""

from __future__ import annotations

import asyncio as original

from fakeai.core.loop import asyncio


def test_it_is_asyncio() -> None:
    """What is caught and created through it is what the event loop has."""
    assert original.CancelledError is asyncio.CancelledError
    assert original.get_running_loop is asyncio.get_running_loop
