"""Work begun by hand: what does not wait needs no task to wake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Coroutine, Generator

T = TypeVar("T")


class Done:
    """What is left of work that is done: nothing to wait for."""

    __slots__ = ()

    def __await__(self) -> Generator[None, None, None]:
        """Return at once."""
        yield from ()


DONE: Final[Awaitable[None]] = Done()


class Rest:
    """What is left of a coroutine that has to wait; awaiting it returns its result."""

    __slots__ = ("_coroutine", "_waits_for")

    def __init__(self, coroutine: Coroutine[Any, Any, Any], waits_for: object) -> None:
        """Keep it where it stands."""
        self._coroutine = coroutine
        self._waits_for = waits_for

    def __await__(self) -> Generator[Any, Any, Any]:
        """Wait for what it waits for, then let it go on; interrupted, it is closed."""
        arrived = False
        try:
            yield self._waits_for
            arrived = True
        finally:
            if not arrived:
                self._coroutine.close()
        return (yield from self._coroutine.__await__())


def begin(coroutine: Coroutine[Any, Any, T]) -> T | Rest:
    """Run a coroutine as far as it goes without waiting: return its result, or the rest of it.

    Nothing in it may ask for the current task: there may be none.
    """
    try:
        waits_for = coroutine.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    return Rest(coroutine, waits_for)
