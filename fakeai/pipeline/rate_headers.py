"""Rate-limit headers: the names and forms that a protocol tells limits in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Literal, NamedTuple, TypeAlias

import msgspec
from msgspec import Meta

from fakeai.spec.model import Section, keys_of
from fakeai.stores.port import Measure, Standing
from fakeai.wire.reset import duration, rfc3339

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fakeai.pipeline.exchange import Header
    from fakeai.stores.port import Limit

Standings: TypeAlias = tuple[Standing, ...]
Write: TypeAlias = "Callable[[Standings, float], tuple[Header, ...]]"
"""(standings, wall time) -> the headers"""

WRITTEN_MAX: Final = 256
"""Headers that are remembered, by the standings that they tell."""


class HeaderNames(Section):
    """The headers of one measure; one without a name is not sent."""

    limit: Annotated[str | None, Meta(description="Capacity of the limit.")] = None
    remaining: Annotated[str | None, Meta(description="What is left of it.")] = None
    reset: Annotated[str | None, Meta(description="When it is whole again.")] = None


class RequestFields(Section):
    """Where a request says what it will draw."""

    model: Annotated[str | None, Meta(description="Field that names the model.")] = None
    output_tokens: Annotated[
        tuple[str, ...], Meta(description="Fields with the longest answer; the first set counts.")
    ] = ()


class RateWords(Section):
    """How a protocol speaks of limits."""

    reset: Annotated[
        Literal["duration", "rfc3339"], Meta(description="A time to wait, or a moment.")
    ] = "duration"
    headers: Annotated[
        dict[Measure, HeaderNames],
        Meta(description="Names by measure.", extra_json_schema=keys_of(Measure)),
    ] = msgspec.field(default_factory=dict)
    request: Annotated[RequestFields, Meta(description="What requests say.")] = RequestFields()


class _Row(NamedTuple):
    """One measure: where its limits stand among the declared ones, and its headers."""

    first: int
    others: tuple[int, ...]
    capacities: dict[int, Header]
    """The header that tells the capacity, by position of the limit."""
    remaining: bytes
    reset: bytes


class RateHeaders:
    """Writes the headers of limits; what a protocol has no name for is left out."""

    __slots__ = ("_moment", "_names")

    def __init__(self, words: RateWords) -> None:
        """Encode the names once."""
        self._moment = words.reset == "rfc3339"
        self._names = {
            measure: tuple(_encoded(name) for name in (names.limit, names.remaining, names.reset))
            for measure, names in words.headers.items()
        }

    def writer(self, limits: Sequence[Limit], speed: float = 1.0) -> Write:
        """Return what writes the headers of these limits as they stand.

        Of several limits of a measure, a spent one is shown before the first. The standings are
        those of a clock that runs `speed` times as fast as the client's.
        """
        rows = list(self._rows(limits))
        nameless = any(not all(names) for names in self._names.values())
        moment = self._moment

        def write(standings: Standings, wall: float) -> tuple[Header, ...]:
            headers: list[Header] = []
            for first, others, capacities, remaining, reset in rows:
                shown = first
                if others and standings[first].remaining:
                    shown = next((each for each in others if not standings[each].remaining), first)
                standing = standings[shown]
                reset_s = standing.reset_s
                headers += (
                    capacities[shown],
                    (remaining, b"%d" % standing.remaining),
                    (reset, rfc3339(wall + reset_s) if moment else duration(reset_s)),
                )
            return tuple([header for header in headers if header[0]] if nameless else headers)

        told = write if speed == 1 else _slowed(write, speed)
        return told if moment else _remembering(told)

    def _rows(self, limits: Sequence[Limit]) -> Iterator[_Row]:
        measures = [limit.measure for limit in limits]
        for measure in dict.fromkeys(measures):
            if measure not in self._names:
                continue
            limit, remaining, reset = self._names[measure]
            first, *others = [place for place, each in enumerate(measures) if each == measure]
            capacities = {i: (limit, b"%d" % limits[i].capacity) for i in (first, *others)}
            yield _Row(first, tuple(others), capacities, remaining, reset)


def _slowed(write: Write, speed: float) -> Write:
    """Return what writes the times of a faster clock as those of the client's."""

    def slowed(standings: Standings, wall: float) -> tuple[Header, ...]:
        return write(
            tuple([Standing(each.remaining, each.reset_s / speed) for each in standings]), wall
        )

    return slowed


def _remembering(write: Write) -> Write:
    """Return what writes the same headers once: limits that nobody presses stand the same."""
    written: dict[Standings, tuple[Header, ...]] = {}

    def recall(standings: Standings, wall: float) -> tuple[Header, ...]:
        headers = written.get(standings)
        if headers is None:
            if len(written) >= WRITTEN_MAX:
                written.clear()
            headers = written[standings] = write(standings, wall)
        return headers

    return recall


def _encoded(name: str | None) -> bytes:
    return name.lower().encode() if name else b""
