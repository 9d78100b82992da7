"""Workers: several processes for a spec that remembers nothing."""

from __future__ import annotations

import multiprocessing
import os
import signal
from contextlib import suppress
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Final

from fakeai.core.document import locate
from fakeai.core.problem import Problem
from fakeai.core.rng import ENTROPY
from fakeai.engine.server import live_engine, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.process import BaseProcess
    from socket import socket

    from fakeai.engine.compile import Engine
    from fakeai.engine.server import Connections
    from fakeai.spec.load import Loaded

WORKERS_MAX: Final = 64
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
#: What is there whether a spec says so or not.
_WAYS_OUT: Final = {
    "unknown_models": "say `unknown_models: reject`",
    "determinism": "say `determinism: request`",
}
_GRACE_S: Final = 10.0
_SEED_BITS: Final = 63


def memories(engine: Engine) -> list[Problem]:
    """Return what keeps a spec from being served by several processes, a problem each.

    Each process would remember its own part only, and clients would see which one they met.
    """
    spec = engine.loaded.spec
    kept = dict(engine.shared.kept)
    if engine.registry.creates:
        kept["unknown_models"] = "the models made on first use"
    if spec.determinism == "sequence":
        kept["determinism"] = "how many requests there were"
    return [_memory(engine.loaded, path, what) for path, what in kept.items()]


def _memory(loaded: Loaded, path: str, what: str) -> Problem:
    node = locate(loaded.node, path.split("."))
    return Problem(
        code="FA051",
        place=node.key_place or node.place,
        path=path,
        message=f"several workers cannot share {what}",
        hint=f"{_WAYS_OUT.get(path, f'take `{path}` out of the spec')}, or serve with one worker",
    )


def serve_workers(
    loaded: Loaded,
    listeners: Sequence[socket],
    ready: Callable[[Engine, str], None],
    connections: Connections = "own",
) -> None:
    """Serve a spec by a process a socket, until a signal or the end of one ends them all."""
    seed = ENTROPY.getrandbits(_SEED_BITS) if loaded.spec.seed == "random" else None
    # Forked before any thread or event loop is there, so that nothing is half copied.
    context = multiprocessing.get_context("fork")
    crew: list[BaseProcess] = []
    for number, listener in enumerate(listeners):
        tell = _silent if number else ready
        process = context.Process(target=_work, args=(loaded, seed, listener, tell, connections))
        process.start()
        crew.append(process)
    ended_by = _watch(crew)
    if isinstance(ended_by, str):
        raise SystemExit(ended_by)
    signal.signal(ended_by, signal.SIG_DFL)
    os.kill(os.getpid(), ended_by)


def _work(loaded: Loaded, seed: int | None, *served: Any) -> None:
    with suppress(KeyboardInterrupt):  # meant for all processes of a terminal
        serve(live_engine(loaded, seed), *served)


def _silent(_engine: Engine, _address: str) -> None:
    """One worker speaks for all."""


def _watch(crew: list[BaseProcess]) -> int | str:
    """Wait for a signal or for a worker that ends; end the others; return which it was."""
    caught: list[int] = []

    def catch(number: int, _frame: Any) -> None:
        caught.append(number)
        for process in crew:
            process.terminate()

    for number in _SIGNALS:
        signal.signal(number, catch)
    ended = wait([process.sentinel for process in crew])
    first = next(process for process in crew if process.sentinel in ended)
    first.join()
    for process in crew:
        process.terminate()
    for process in crew:
        process.join(_GRACE_S)
        process.kill()
    return caught[0] if caught else _obituary(first)


def _obituary(process: BaseProcess) -> str:
    """Return which worker ended without being told to, and how."""
    code = process.exitcode or 0
    how = f"by a signal ({signal.strsignal(-code)})" if code < 0 else f"with the code {code}"
    return f"the worker {process.pid} ended {how}, and the server with it"
