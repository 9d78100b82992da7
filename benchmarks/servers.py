"""Servers under measurement: started, pinned to a core, stopped."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_CORES: Final = sorted(os.sched_getaffinity(0))
SERVER_CORES: Final = {_CORES[0]}
CLIENT_CORES: Final = set(_CORES[1:]) or SERVER_CORES

PYTHON: Final = (sys.executable, "-m")
BARE: Final = (*PYTHON, "benchmarks.bare", "{port}")

_START_S_MAX: Final = 30.0


@dataclass
class Server:
    """A running server process."""

    process: subprocess.Popen[bytes]
    port: int
    startup_s: float = 0.0

    @property
    def cpu_s(self) -> float:
        """CPU seconds of the process: the clock that clock_getcpuclockid(3) names."""
        return time.clock_gettime((~self.process.pid << 3) | 2)

    @property
    def rss_mb(self) -> float:
        """Resident memory in MB."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def calm_down(self) -> None:
        """Wait until the server has nothing left to do, but not for ever."""
        for _ in range(50):
            before = self.cpu_s
            time.sleep(0.04)
            if self.cpu_s - before < 0.004:
                return


def fakeai(spec: Path) -> tuple[str, ...]:
    """Return the command that serves a spec."""
    return (*PYTHON, "fakeai", "serve", str(spec), "--port", "{port}")


@contextmanager
def running(command: tuple[str, ...], first: bytes) -> Iterator[Server]:
    """Start a command on the server's core and wait until it answers a first request."""
    port = _free_port()
    started = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own command, or the user's
        [word.replace("{port}", str(port)) for word in command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.sched_setaffinity(process.pid, SERVER_CORES)
    try:
        server = Server(process, port)
        _wait_for_answer(server, first)
        server.startup_s = time.perf_counter() - started
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait_for_answer(server: Server, first: bytes) -> None:
    """Ask again and again, until the answer is 200."""
    end = time.perf_counter() + _START_S_MAX
    answer = b""
    while server.process.poll() is None and time.perf_counter() < end:
        answer = _answer(server.port, first)
        if answer.startswith(b"HTTP/1.1 200"):
            return
        time.sleep(0.005)
    raise RuntimeError(f"no 200 from {server.process.args!r}: {answer[:500]!r}")


def _answer(port: int, request: bytes) -> bytes:
    """Return the beginning of an answer; nothing from a server that does not listen yet."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(request)
            return connection.recv(65_536)
    except OSError:
        return b""
