"""Rate-limit headers: the names and forms that a protocol tells limits in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta

from fakeai.spec.model import Section, keys_of
from fakeai.stores.port import Measure, Standing
from fakeai.wire.reset import duration, rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fakeai.pipeline.exchange import Header


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


class Shown(NamedTuple):
    """One limit as it stands."""

    measure: Measure
    capacity: int
    standing: Standing


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

    def write(self, limits: Iterable[Shown], wall: float) -> list[Header]:
        """Return the headers; of two limits of a measure, a spent one goes before the first."""
        chosen: dict[Measure, Shown] = {}
        for shown in limits:
            other = chosen.get(shown.measure)
            if other is None or (other.standing.remaining and not shown.standing.remaining):
                chosen[shown.measure] = shown
        headers: list[Header] = []
        for measure, (_, capacity, standing) in chosen.items():
            names = self._names.get(measure)
            if names is None:
                continue
            reset = rfc3339(wall + standing.reset_s) if self._moment else duration(standing.reset_s)
            values = (b"%d" % capacity, b"%d" % standing.remaining, reset.encode())
            headers += [pair for pair in zip(names, values, strict=True) if pair[0]]
        return headers


def _encoded(name: str | None) -> bytes:
    return name.lower().encode() if name else b""
