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


def test_a_line_is_made_in_its_place() -> None:
    """Between the lines before and after it, from the values and the time of its event."""
    target = io.BytesIO()
    writer = LogWriter(target)
    times_s = iter([1.0, 2.0])
    write = writer.prepare(lambda time_s, values: f"{time_s} {values}\n".encode(), times_s.__next__)
    write((1,))
    writer.write(b"between\n")
    write(("a", None))
    writer.close()

    assert ["1.0 (1,)", "between", "2.0 ('a', None)"] == target.getvalue().decode().splitlines()


def test_what_cannot_be_encoded_costs_one_line() -> None:
    """The thread goes on."""
    target = io.BytesIO()
    writer = LogWriter(target)
    write = writer.prepare(lambda _, values: str(values[0]).encode(), lambda: 0.0)
    write(("\ud800",))
    write(("next",))
    writer.close()

    assert (1, b"next") == (writer.dropped, target.getvalue())


def test_a_sleeping_thread_is_woken() -> None:
    """By the first line after each batch."""
    written = threading.Event()

    class Target(io.BytesIO):
        def write(self, data: object) -> int:
            written.set()
            return super().write(data)  # type: ignore[arg-type]

    writer = LogWriter(Target())
    for _ in range(5):
        writer.write(b"line")
        assert written.wait(10)
        written.clear()
    writer.close()
