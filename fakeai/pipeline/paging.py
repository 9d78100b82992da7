"""Paging: the part of an ordered list that a request asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fakeai.pipeline.inputs import ListQuery

T = TypeVar("T")


def page(
    entries: Sequence[tuple[int, T]], asked: ListQuery, place_of: Callable[[str], int | None]
) -> tuple[list[T], bool]:
    """Return one page of entries with ascending places, and whether more lie beyond it.

    `place_of` gives the place of an id. Behind or before an id that it does not know lies nothing.
    """
    sign = 1 if asked.order == "asc" else -1
    found = [(sign * place, entry) for place, entry in entries][::sign]
    if asked.after is not None:
        edge = place_of(asked.after)
        found = [] if edge is None else [each for each in found if each[0] > sign * edge]
    if asked.before is not None:
        edge = place_of(asked.before)
        found = [] if edge is None else [each for each in found if each[0] < sign * edge]
    beyond = max(0, len(found) - asked.limit)
    backwards = asked.before is not None and asked.after is None
    kept = found[beyond:] if backwards else found[: asked.limit]
    return [entry for _, entry in kept], beyond > 0


def fits(value: object, wanted: object) -> bool:
    """Say whether a value has all that is wanted of it; null wants nothing."""
    if isinstance(wanted, dict):
        return isinstance(value, dict) and all(fits(value.get(k), v) for k, v in wanted.items())
    return wanted is None or value == wanted
