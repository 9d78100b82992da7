"""diff: two specs compared after merging."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from fakeai.cli.command import Command
from fakeai.cli.opening import fail, open_spec
from fakeai.core.document import plain
from fakeai.core.problem import SpecError
from fakeai.spec.standalone import standalone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fakeai.core.document import Node


@click.command("diff", cls=Command)
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
def command(first: Path, second: Path) -> None:
    """Print what differs between two merged specs; exit 1 when anything does."""
    try:
        one, two = open_spec(first), open_spec(second)
    except SpecError as error:
        fail(error)
    lines = list(differences(standalone(one.node), standalone(two.node)))
    for line in lines:
        click.echo(line)
    sys.exit(1 if lines else 0)


def differences(one: Node, two: Node, path: str = "") -> Iterator[str]:
    """Yield a line for each value that was removed (-), added (+) or changed (~)."""
    if isinstance(one.value, dict) and isinstance(two.value, dict):
        for key in {**one.value, **two.value}:
            yield from _entry(one.value.get(key), two.value.get(key), f"{path}.{key}".lstrip("."))
    elif plain(one) != plain(two):
        yield f"~ {path}: {_short(one)} -> {_short(two)}  ({one.place} -> {two.place})"


def _entry(one: Node | None, two: Node | None, path: str) -> Iterator[str]:
    if one is not None and two is not None:
        yield from differences(one, two, path)
    elif one is not None:
        yield f"- {path}: {_short(one)}  ({one.place})"
    elif two is not None:
        yield f"+ {path}: {_short(two)}  ({two.place})"


def _short(node: Node) -> str:
    return msgspec.json.encode(plain(node)).decode()
