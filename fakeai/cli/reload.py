"""Reloading: a server that starts again when files change."""

from __future__ import annotations

import multiprocessing
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from fakeai.core.later import Later

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from multiprocessing.process import BaseProcess
    from pathlib import Path

    import watchfiles
else:
    # Nobody watches files without `--reload`.
    watchfiles = Later("watchfiles")

#: How long a server may take to end: longer than it gives its clients.
_GRACE_S: Final = 10.0
#: Files that are saved together are one change.
_GATHER_MS: Final = 200


def keep_running(
    serve: Callable[..., None],
    args: tuple[Any, ...],
    folders: Iterable[Path],
    is_sound: Callable[[], bool],
) -> None:
    """Run `serve` in a process, in another one after each change that is sound, until a signal."""
    signal.signal(signal.SIGTERM, _interrupt)
    process = _start(serve, args)
    with suppress(KeyboardInterrupt):
        for _changes in watchfiles.watch(*folders, debounce=_GATHER_MS):
            if is_sound():
                _stop(process)
                process = _start(serve, args)
    _stop(process)


def _start(serve: Callable[..., None], args: tuple[Any, ...]) -> BaseProcess:
    process = multiprocessing.get_context("spawn").Process(target=_quietly, args=(serve, *args))
    process.start()
    return process


def _quietly(serve: Callable[..., None], *args: Any) -> None:
    with suppress(KeyboardInterrupt):  # meant for all processes of a terminal
        serve(*args)


def _stop(process: BaseProcess) -> None:
    process.terminate()
    process.join(_GRACE_S)
    process.kill()
    process.join()


def _interrupt(_number: int, _frame: Any) -> None:
    raise KeyboardInterrupt
