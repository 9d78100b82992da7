"""The log writer: in order, complete, and never in anybody's way."""

from __future__ import annotations

import io
import threading

from fakeai.engine.log_writer import LogWriter


def test_lines_are_written_in_order() -> None:
    """Closing waits for the last one."""
    target = io.BytesIO()
    writer = LogWriter(target)
    for number in range(100):
        writer.write(f"{number}\n")
    writer.write(b"end\n")
    writer.flush()
    writer.close()

    assert [*map(str, range(100)), "end"] == target.getvalue().decode().split()


class Stuck(io.BytesIO):
    """A terminal that has been stopped, until it is released."""

    def __init__(self) -> None:
        """Start stopped."""
        super().__init__()
        self.asked, self.released = threading.Event(), threading.Event()

    def write(self, data: object) -> int:
        """Wait for the release."""
        self.asked.set()
        self.released.wait(10)
        return super().write(data)  # type: ignore[arg-type]


def test_a_stuck_target_costs_lines_and_no_time() -> None:
    """What does not fit into the queue is dropped and counted."""
    target = Stuck()
    writer = LogWriter(target, lines_max=2)
    writer.write(b"1")
    target.asked.wait(10)
    for line in (b"2", b"3", b"4", b"5"):
        writer.write(line)
    target.released.set()
    writer.close()

    assert (2, b"123") == (writer.dropped, target.getvalue())


def test_a_closed_target_is_no_crash() -> None:
    """The lines are lost, the thread is not."""
    target = io.BytesIO()
    target.close()
    writer = LogWriter(target)
    writer.write(b"lost")
    writer.close()

    assert 1 == writer.dropped
