"""Log writer: a thread of its own writes lines; nobody waits for it."""

from __future__ import annotations

import atexit
from collections import deque
from threading import Event, Thread
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from fakeai.engine.log_lines import Render
    from fakeai.pipeline.stage import WriteLine

    Unmade: TypeAlias = tuple[Render, float, tuple[object, ...]]

LINES_MAX: Final = 10_000
"""Lines that wait to be written; more are dropped and counted."""
GATHER_S: Final = 0.02
"""How long the thread waits for more lines; waking it for each would cost more than the line."""


class LogWriter:
    """A stream that never blocks whoever writes to it.

    A slow disk or a stopped terminal delays the lines, and in the end loses some, but no request.
    """

    def __init__(self, target: BinaryIO, lines_max: int = LINES_MAX) -> None:
        """Start the thread; it ends with the process, after the last line."""
        self._target = target
        self._lines_max = lines_max
        self._waiting: deque[bytes | Unmade] = deque()
        self._woken, self._closing = Event(), Event()
        self._asleep = True
        self.dropped = 0
        self._thread = Thread(target=self._run, name="log", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def write(self, line: bytes | str) -> None:
        """Queue a line, or a piece of one."""
        self._queue(line if isinstance(line, bytes) else line.encode())

    def prepare(self, render: Render, wall: Callable[[], float]) -> WriteLine:
        """Return what queues lines by their values; the thread makes the bytes, many at a time."""

        def write_line(values: tuple[object, ...]) -> None:
            self._queue((render, wall(), values))

        return write_line

    def flush(self) -> None:
        """Nothing to do: the thread flushes after each batch."""

    def close(self, timeout_s: float = 2.0) -> None:
        """Write what waits, and end the thread."""
        atexit.unregister(self.close)
        self._closing.set()
        self._woken.set()
        self._thread.join(timeout_s)

    def _queue(self, line: bytes | Unmade) -> None:
        if len(self._waiting) >= self._lines_max:
            self.dropped += 1
            return
        self._waiting.append(line)
        if self._asleep:
            self._asleep = False
            self._woken.set()

    def _run(self) -> None:
        while not self._closing.is_set():
            self._woken.wait()
            self._closing.wait(GATHER_S)
            # Said before the lines are taken: one that comes later wakes the thread again.
            self._woken.clear()
            self._asleep = True
            self._put(self._take())
        self._put(self._take())

    def _take(self) -> bytes:
        waiting = self._waiting
        lines = [waiting.popleft() for _ in range(len(waiting))]
        return b"".join([line if isinstance(line, bytes) else self._made(*line) for line in lines])

    def _made(self, render: Render, time_s: float, values: tuple[object, ...]) -> bytes:
        try:
            return render(time_s, values)
        except ValueError:  # a text that no encoding has
            self.dropped += 1
            return b""

    def _put(self, lines: bytes) -> None:
        if not lines:
            return
        try:
            self._target.write(lines)
            self._target.flush()
        except (OSError, ValueError):  # the terminal has gone, or the disk is full
            self.dropped += 1
