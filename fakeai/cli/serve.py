"""serve: the server itself."""

from __future__ import annotations

import gc
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from fakeai.cli.banner import banner
from fakeai.cli.command import Command
from fakeai.cli.opening import SCENARIOS, SPEC, fail, open_spec, tell
from fakeai.cli.reload import keep_running
from fakeai.core.problem import SpecError
from fakeai.engine.dry import dry_engine
from fakeai.engine.server import listen, live_engine, serve
from fakeai.engine.workers import WORKERS_MAX, memories, serve_workers
from fakeai.spec.files import real

if TYPE_CHECKING:
    from socket import socket

    from fakeai.engine.compile import Engine
    from fakeai.engine.server import Connections
    from fakeai.spec.load import Loaded
    from fakeai.spec.model import Server


class Where(NamedTuple):
    """What the command line says about where to serve; None leaves it to the spec."""

    host: str | None = None
    port: int | None = None
    workers: int = 1
    connections: Connections = "own"


@click.command("serve", cls=Command)
@SPEC
@SCENARIOS
@click.option("--host", help="Address to listen on; the spec's server.host otherwise.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; 0 takes a free one.")
@click.option(
    "--workers",
    type=click.IntRange(1, WORKERS_MAX),
    default=1,
    help="Processes; a spec that remembers anything from request to request takes only one.",
)
@click.option(
    "--connections",
    type=click.Choice(["own", "uvicorn"]),
    default="own",
    help="Who speaks HTTP: FakeAI, or uvicorn, slower and without `server.limits` for heads.",
)
@click.option("--reload", is_flag=True, help="Start again when the spec changes and is right.")
def command(
    spec: Path | None, scenarios: tuple[Path, ...], *, reload: bool, **options: Any
) -> None:
    """Serve a spec: the given file, ./fakeai.yaml, or the built-in one."""
    where = Where(**options)
    if reload:
        args = (spec, scenarios, where)
        keep_running(run, args, watched(spec, scenarios), lambda: _is_sound(*args))
    else:
        try:
            run(spec, scenarios, where)
        except KeyboardInterrupt:
            _end_by_interrupt()


def _end_by_interrupt() -> None:
    """End as programs do that are interrupted: whoever started this one can tell."""
    sys.stdout.flush()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGINT)


def run(spec: Path | None, scenarios: tuple[Path, ...], where: Where) -> None:
    """Load, compile and serve; a wrong spec is printed and refused."""
    try:
        loaded = _checked(spec, scenarios, where)
    except SpecError as error:
        fail(error)
    gc.collect()  # what the check has left is in circles, and would stay beside what is made now
    listeners = _listeners(loaded.spec.server, where)
    if where.workers == 1:
        serve(live_engine(loaded), listeners[0], _announce, where.connections)
    else:
        serve_workers(loaded, listeners, _announce, where.connections)


def _checked(spec: Path | None, scenarios: tuple[Path, ...], where: Where) -> Loaded:
    """Load a spec that can be served so; raise SpecError with all that is wrong with it."""
    loaded = open_spec(spec, scenarios)
    kept = memories(dry_engine(loaded))
    if where.workers > 1 and kept:
        raise SpecError(kept, loaded.files.read)
    return loaded


def _is_sound(spec: Path | None, scenarios: tuple[Path, ...], where: Where) -> bool:
    """Tell whether a spec can be served, and print what is wrong."""
    try:
        _checked(spec, scenarios, where)
    except SpecError as error:
        tell(error)
        return False
    return True


def _listeners(server: Server, where: Where) -> list[socket]:
    host = where.host or server.host
    port = server.port if where.port is None else where.port
    try:
        return listen(host, port, where.workers)
    except OSError as error:
        reason = error.strerror or str(error)
        raise click.ClickException(f"cannot listen on {host}:{port}: {reason}") from None


def _announce(engine: Engine, address: str) -> None:
    click.echo(banner(engine, address))
    sys.stdout.flush()


def watched(spec: Path | None, scenarios: tuple[Path, ...]) -> set[Path]:
    """Return the folders of the spec's files; those of a broken spec, as far as known."""
    given = {real(path).parent for path in (spec, *scenarios) if path is not None}
    try:
        folders = open_spec(spec, scenarios).files.folders
        return given | {real(folder) for folder in folders}
    except SpecError:
        return given or {Path.cwd()}
