"""Flow: reading and writing pause and go on."""

from __future__ import annotations

import asyncio

from fakeai.engine.flow import Flow


class Pipe(asyncio.Transport):
    """A transport that notes when it is to be read."""

    def __init__(self) -> None:
        """Start without a note."""
        super().__init__()
        self.notes: list[str] = []

    def pause_reading(self) -> None:
        """Note it."""
        self.notes.append("pause")

    def resume_reading(self) -> None:
        """Note it."""
        self.notes.append("resume")


def test_reading_is_paused_once() -> None:
    """The transport is told of changes only."""
    pipe = Pipe()
    flow = Flow(pipe)
    for _ in range(2):
        flow.pause_reading()
    for _ in range(2):
        flow.resume_reading()

    assert ["pause", "resume"] == pipe.notes


async def test_all_who_drain_go_on() -> None:
    """One who gives up takes nobody with it."""
    flow = Flow(Pipe())
    await flow.drain()
    flow.pause_writing()
    waiting = [asyncio.create_task(flow.drain()) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.sleep(0)
    before = [task.done() for task in waiting]
    flow.resume_writing()
    await asyncio.gather(*waiting[1:])

    assert [True, False, False] == before
