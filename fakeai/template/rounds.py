"""Rounds: what a `$for` goes through, and what `loop` says of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Round:
    """One round of a `$for`; in an expression it is `loop`."""

    __slots__ = ("first", "index", "index0", "last", "length")

    index: int
    index0: int
    first: bool
    last: bool
    length: int

    def __init__(self, index0: int, length: int) -> None:
        """`index0` counts from 0."""
        self.index0 = index0
        self.index = index0 + 1
        self.first = index0 == 0
        self.last = self.index == length
        self.length = length


def each(values: Any) -> Sequence[Any]:
    """Return the members of a list; null has none."""
    if isinstance(values, list | tuple):
        return values
    if values is None:
        return ()
    raise TypeError(f"`$for` goes through a list, not through a {type(values).__name__}")


def rounds(members: Sequence[Any]) -> Iterator[tuple[Round, Any]]:
    """Yield each member with its round."""
    length = len(members)
    for position, member in enumerate(members):
        yield Round(position, length), member
