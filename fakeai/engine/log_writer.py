"""Log writer: a thread of its own writes lines; nobody waits for it."""

from __future__ import annotations

import atexit
from queue import Empty, Full, Queue
from threading import Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import BinaryIO

LINES_MAX: Final = 10_000
"""Lines that wait to be written; more are dropped and counted."""


class LogWriter:
    """A stream that never blocks whoever writes to it.

    A slow disk or a stopped terminal delays the lines, and in the end loses some, but no request.
    """

    def __init__(self, target: BinaryIO, lines_max: int = LINES_MAX) -> None:
        """Start the thread; it ends with the process, after the last line."""
        self._target = target
        self._waiting: Queue[bytes | None] = Queue(lines_max)
        self.dropped = 0
        self._thread = Thread(target=self._run, name="log", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def write(self, line: bytes | str) -> None:
        """Queue a line, or a piece of one."""
        try:
            self._waiting.put_nowait(line if isinstance(line, bytes) else line.encode())
        except Full:
            self.dropped += 1

    def flush(self) -> None:
        """Nothing to do: the thread flushes after each batch."""

    def close(self, timeout_s: float = 2.0) -> None:
        """Write what waits, and end the thread."""
        atexit.unregister(self.close)
        try:
            self._waiting.put(None, timeout=timeout_s)
        except Full:
            return
        self._thread.join(timeout_s)

    def _run(self) -> None:
        going = True
        while going:
            batch = [self._waiting.get()]
            going = self._gather(batch) and batch[0] is not None
            self._put(b"".join(line for line in batch if line is not None))

    def _put(self, lines: bytes) -> None:
        try:
            self._target.write(lines)
            self._target.flush()
        except (OSError, ValueError):  # the terminal has gone, or the disk is full
            self.dropped += 1

    def _gather(self, batch: list[bytes | None]) -> bool:
        """Add what else is waiting; False when the last line is among it."""
        try:
            while batch[-1] is not None:
                batch.append(self._waiting.get_nowait())
        except Empty:
            return True
        return False
