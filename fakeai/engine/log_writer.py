"""Log writer: a thread of its own writes lines; nobody waits for it."""

from __future__ import annotations

import atexit
from collections import deque
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import BinaryIO

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
        self._waiting: deque[bytes] = deque()
        self._woken, self._closing = Event(), Event()
        self.dropped = 0
        self._thread = Thread(target=self._run, name="log", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def write(self, line: bytes | str) -> None:
        """Queue a line, or a piece of one."""
        if len(self._waiting) >= self._lines_max:
            self.dropped += 1
            return
        self._waiting.append(line if isinstance(line, bytes) else line.encode())
        if not self._woken.is_set():
            self._woken.set()

    def flush(self) -> None:
        """Nothing to do: the thread flushes after each batch."""

    def close(self, timeout_s: float = 2.0) -> None:
        """Write what waits, and end the thread."""
        atexit.unregister(self.close)
        self._closing.set()
        self._woken.set()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._closing.is_set():
            self._woken.wait()
            self._closing.wait(GATHER_S)
            # Cleared before the lines are taken: one that comes later wakes the thread again.
            self._woken.clear()
            self._put(self._take())
        self._put(self._take())

    def _take(self) -> bytes:
        waiting = self._waiting
        return b"".join(waiting.popleft() for _ in range(len(waiting)))

    def _put(self, lines: bytes) -> None:
        if not lines:
            return
        try:
            self._target.write(lines)
            self._target.flush()
        except (OSError, ValueError):  # the terminal has gone, or the disk is full
            self.dropped += 1
