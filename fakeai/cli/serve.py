"""serve: the server itself."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click
from watchfiles import run_process

from fakeai.cli.banner import banner
from fakeai.cli.opening import SCENARIOS, SPEC, fail, open_spec
from fakeai.core.problem import SpecError
from fakeai.engine.dry import dry_engine
from fakeai.engine.server import serve

if TYPE_CHECKING:
    from fakeai.engine.compile import Engine


@click.command("serve")
@SPEC
@SCENARIOS
@click.option("--host", help="Address to listen on; the spec's server.host otherwise.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; 0 takes a free one.")
@click.option("--reload", is_flag=True, help="Start again when a file of the spec changes.")
def command(
    spec: Path | None,
    scenarios: tuple[Path, ...],
    host: str | None,
    port: int | None,
    *,
    reload: bool,
) -> None:
    """Serve a spec: the given file, ./fakeai.yaml, or the built-in one."""
    if reload:
        folders = watched(spec, scenarios)
        run_process(*folders, target=run, args=(spec, scenarios, host, port))
    else:
        run(spec, scenarios, host, port)


def run(spec: Path | None, scenarios: tuple[Path, ...], host: str | None, port: int | None) -> None:
    """Load, compile and serve; a wrong spec is printed and refused."""
    try:
        loaded = open_spec(spec, scenarios)
        dry_engine(loaded)
        serve(loaded, host, port, _announce)
    except SpecError as error:
        fail(error)


def _announce(engine: Engine, address: str) -> None:
    click.echo(banner(engine, address))
    sys.stdout.flush()


def watched(spec: Path | None, scenarios: tuple[Path, ...]) -> set[Path]:
    """Return the folders of the spec's files; those of a broken spec, as far as known."""
    given = {path.resolve().parent for path in (spec, *scenarios) if path is not None}
    try:
        folders = open_spec(spec, scenarios).files.folders
        return given | {folder.resolve() for folder in folders}
    except SpecError:
        return given or {Path.cwd()}
