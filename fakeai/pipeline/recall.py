"""Recall: what follows from the bytes of a request is worked out once.

Load tests and test suites send the same bodies again and again. A stage whose fields follow from
the body (and from who asks, and from the model that was found) says so with a `Recall`; for a body
that was seen before, what it set then is set again, and the stage does not run.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from fakeai.pipeline.stage import PASSED, Recall, Steps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.stage import Stage, Step

    Known = dict[str, Any]

ENTRIES_MAX: Final = 256
"""Bodies that an endpoint remembers; the oldest go first."""
BODY_BYTES_MAX: Final = 65_536
"""Larger bodies are not remembered."""
SEEN_MAX: Final = 4096
"""Bodies of which is known only that they came; then all are forgotten."""
TOTAL_BYTES_MAX: Final = 4_000_000
"""Bytes of all bodies that an endpoint remembers."""

#: Fields that a remembered value is checked against, so that stages may read them.
_CHECKED: Final = frozenset({"request", "principal", "model"})


class Memory:
    """What is known of each of the last bodies of one endpoint that came more than once."""

    __slots__ = ("_bytes", "_known", "_seen")

    def __init__(self) -> None:
        """Know nothing yet."""
        self._known: dict[bytes, Known] = {}
        self._bytes = 0
        self._seen: set[int] = set()
        """Hashes of bodies that came once, as most do: those cost no more than this."""

    def __len__(self) -> int:
        """Return the number of bodies."""
        return len(self._known)

    def of(self, body: bytes) -> Known | None:
        """Return what is known of a body, to which may be added; None of one that is new.

        A large body is not even looked up: to hash it takes as long as to decode it.
        """
        if len(body) > BODY_BYTES_MAX:
            return None
        known = self._known.get(body)
        if known is None:
            name = hash(body)
            if name in self._seen:
                return self._remember(body)
            if len(self._seen) >= SEEN_MAX:
                self._seen.clear()
            self._seen.add(name)
        return known

    def _remember(self, body: bytes) -> Known:
        known: Known = {}
        self._known[body] = known
        self._bytes += len(body)
        while len(self._known) > ENTRIES_MAX or self._bytes > TOTAL_BYTES_MAX:
            oldest = next(iter(self._known))
            del self._known[oldest]
            self._bytes -= len(oldest)
        return known


def run_once(planned: Sequence[tuple[Stage, Steps | None]]) -> frozenset[str]:
    """Return the names of the stages of a pipeline that run once for equal bodies.

    All that such a stage reads must be recalled, or compared, or be written by nobody.
    """
    running = [stage for stage, steps in planned if steps is not None]
    fixed: set[str] = set(_CHECKED).union(*[stage.reads for stage in running])
    fixed -= set().union(*[stage.writes for stage in running]) - _CHECKED
    names: set[str] = set()
    for stage, steps in planned:
        if steps is None:
            continue
        lone = steps.wait is None and steps.leave is None
        if lone and steps.recall is not None and stage.reads <= fixed:
            names.add(stage.name)
            fixed |= stage.writes
        else:
            fixed -= stage.writes - _CHECKED
    return frozenset(names)


def recalled(planned: Sequence[tuple[Stage, Steps | None]]) -> list[Steps]:
    """Return the steps of a pipeline, those that can be recalled behind the question for it.

    Neighbours ask together.
    """
    once = run_once(planned)
    made = [(stage.name in once, steps) for stage, steps in planned if steps is not None]
    steps: list[Steps] = []
    for asks, group in groupby(made, itemgetter(0)):
        neighbours = [each for _, each in group]
        steps += [_asked_together(neighbours, len(steps))] if asks else neighbours
    return steps


def _asked_together(group: Sequence[Steps], place: int) -> Steps:
    enters = [steps.enter for steps in group if steps.enter is not None]
    recalls = [steps.recall for steps in group if steps.recall is not None]
    return _asked(f"steps {place}", enters, recalls)


def _asked(name: str, enters: Sequence[Step], recalls: Sequence[Recall]) -> Steps:
    takes = [recall.take for recall in recalls]

    def enter(exchange: Exchange) -> None:
        known = exchange.known
        kept = None if known is None else known.get(name)
        if kept is not None and kept[0] is exchange.model and kept[1] is exchange.principal:
            for put, value in kept[2]:
                put(exchange, value)
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
                known[name] = (exchange.model, exchange.principal, again)

    return Steps(enter=enter)
