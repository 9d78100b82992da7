"""Recall: what follows from the bytes of a request is worked out once.

Load tests and test suites send the same bodies again and again. A stage whose fields follow from
the body (and from who asks, and from the model that was found) says so with a `Recall`; for a body
that was seen before, what it set then is set again, and the stage does not run.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, TypeVar

from xxhash import xxh3_64_intdigest

from fakeai.pipeline.stage import PASSED, Recall, Steps

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.stage import Stage, Step

    Known = dict[Any, Any]
    Put = Callable[[Exchange, Any], None]

T = TypeVar("T")

ENTRIES_MAX: Final = 256
"""Bodies that an endpoint remembers; the oldest go first."""
BODY_BYTES_MAX: Final = 65_536
"""Larger bodies are not remembered."""
SEEN_MAX: Final = 4096
"""Bodies of which is known only that they came; then all are forgotten."""
TOTAL_BYTES_MAX: Final = 4_000_000
"""Bytes of all bodies that an endpoint remembers."""

#: Where it is recalled as well, two exchanges differ in nothing but their place and time.
_OUTCOME: Final = "outcome"
#: Fields that exchanges which recall the same have in common, so that stages may read them: what
#: is known is known of one body, and its caller and its model are compared.
_COMMON: Final = frozenset({"request", "principal", "model"})


class Memory:
    """What is known of each of the last bodies of one endpoint that came more than once."""

    __slots__ = ("_bytes", "_known", "_seen")

    def __init__(self) -> None:
        """Know nothing yet."""
        self._known: dict[int, tuple[bytes, Known]] = {}
        """Bodies, and what is known of them, by hash; of two with the same, only the first."""
        self._bytes = 0
        self._seen: set[int] = set()
        """Hashes of bodies that came once, as most do: those cost no more than this."""

    def __len__(self) -> int:
        """Return the number of bodies."""
        return len(self._known)

    def of(self, body: bytes) -> Known | None:
        """Return what is known of a body, to which may be added; None of one that is new."""
        if len(body) > BODY_BYTES_MAX:
            return None
        name = xxh3_64_intdigest(body)
        kept = self._known.get(name)
        if kept is not None:
            return kept[1] if kept[0] == body else None
        if name in self._seen:
            return self._remember(name, body)
        if len(self._seen) >= SEEN_MAX:
            self._seen.clear()
        self._seen.add(name)
        return None

    def _remember(self, name: int, body: bytes) -> Known:
        known: Known = {}
        self._known[name] = (body, known)
        self._bytes += len(body)
        while len(self._known) > ENTRIES_MAX or self._bytes > TOTAL_BYTES_MAX:
            oldest = next(iter(self._known))
            self._bytes -= len(self._known.pop(oldest)[0])
        return known


def run_once(planned: Sequence[tuple[Stage, Steps | None]]) -> frozenset[str]:
    """Return the names of the stages of a pipeline that run once for equal bodies.

    All that such a stage reads must be recalled, or in common, or be written by nobody.
    """
    running = [(stage, steps) for stage, steps in planned if steps is not None]
    unsettled: set[str] = set().union(*[stage.writes for stage, _ in running]) - _COMMON
    names: set[str] = set()
    for stage, steps in running:
        lone = steps.wait is None and steps.leave is None and steps.settle is None
        if lone and steps.recall is not None and stage.reads.isdisjoint(unsettled):
            names.add(stage.name)
            unsettled -= stage.writes
        else:
            unsettled |= stage.writes - _COMMON
    return frozenset(names)


def recalled(planned: Sequence[tuple[Stage, Steps | None]]) -> list[Steps]:
    """Return the steps of a pipeline, those that can be recalled behind the question for it.

    Neighbours ask together.
    """
    once = run_once(planned)
    made = [(stage, steps) for stage, steps in planned if steps is not None]
    steps: list[Steps] = []
    for asks, group in groupby(made, lambda each: each[0].name in once):
        neighbours = list(group)
        plain = [each for _, each in neighbours]
        writes: set[str] = set().union(*[stage.writes for stage, _ in neighbours])
        steps += [_asked_together(plain, len(steps), writes)] if asks else plain
    return steps


def _asked_together(group: Sequence[Steps], place: int, writes: Collection[str]) -> Steps:
    # Whoever is asked has both; the type checker does not know.
    both = [(each.enter, each.recall) for each in group if each.enter and each.recall]
    enters, recalls = [enter for enter, _ in both], [recall for _, recall in both]
    return _asked(f"steps {place}", enters, recalls, makes_twins=_OUTCOME in writes)


class _Kept:
    """What a group of steps has set, for whom, and what exchanges share that recall it."""

    __slots__ = ("again", "model", "placement", "principal", "twin")

    def __init__(self, exchange: Exchange, again: Sequence[tuple[Put, Any]]) -> None:
        self.model = exchange.model
        self.principal = exchange.principal
        self.again = again
        self.placement = exchange.placement
        self.twin: Known = {}

    def twin_of(self, exchange: Exchange) -> Known:
        """Return the same for exchanges that are placed alike, too."""
        placement = exchange.placement
        if self.placement is not placement:
            self.placement, self.twin = placement, {}
        return self.twin


def _asked(
    name: str, enters: Sequence[Step], recalls: Sequence[Recall], *, makes_twins: bool
) -> Steps:
    takes = [recall.take for recall in recalls]

    def enter(exchange: Exchange) -> None:
        known = exchange.known
        kept: _Kept | None = None if known is None else known.get(name)
        if (
            kept is not None
            and kept.model is exchange.model
            and kept.principal is exchange.principal
        ):
            for put, value in kept.again:
                put(exchange, value)
            if makes_twins:
                exchange.twin = kept.twin_of(exchange)
            return
        for each in enters:
            each(exchange)
        if known is not None:
            values = [take(exchange) for take in takes]
            if all(value is not None for value in values):
                again = [
                    (recall.put, value)
                    for recall, value in zip(recalls, values, strict=True)
                    if recall is not PASSED
                ]
                known[name] = _Kept(exchange, again)

    return Steps(enter=enter)


def shared(exchange: Exchange, name: str, make: Callable[[Exchange], T]) -> T:
    """Return what follows from all that twins have in common; it is made once for all of them.

    None may not be made, and nobody may change what is returned.
    """
    twin = exchange.twin
    if twin is None:
        return make(exchange)
    value: T | None = twin.get(name)
    if value is None:
        value = twin[name] = make(exchange)
    return value
