"""Metrics as Prometheus text: the same numbers under each dialect's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from prometheus_client.metrics_core import Metric as Exposed

    from fakeai.core.metric import Labels
    from fakeai.core.snapshot import Numbers, Snapshot
    from fakeai.wire.face import Face

    Groups: TypeAlias = Sequence[tuple[Labels, list[int]]]
    """Label values as they are shown, and the places of the children that have them."""

#: Lines that are written in one go, which takes about two milliseconds.
LINES_MAX: Final = 250
#: Lines of each family before its samples: what it is, and of which type.
_HEADER_LINES: Final = 2
_END: Final = b"# EOF\n"

_NUMBERS: Final[Mapping[str, type[CounterMetricFamily | GaugeMetricFamily]]] = {
    "counter": CounterMetricFamily,
    "gauge": GaugeMetricFamily,
}


def exposition(
    snapshot: Snapshot, faces: Sequence[Face], accept: str
) -> tuple[Iterator[bytes], str]:
    """Return the text in the format that an `Accept` header asks for, and its media type.

    The text comes in pieces that are made when they are asked for. Every metric that is measured
    is in it, in the order of the faces.
    """
    encode, media_type = choose_encoder(accept)
    end = encode(_Few([]))

    def pieces() -> Iterator[bytes]:
        lines = 0
        text: list[bytes] = []
        for face in faces:
            numbers = snapshot.get(face.metric.name)
            if numbers is None:
                continue
            header = True
            for few, count in _exposed(face, numbers):
                part = encode(_Few([few])).removesuffix(_END)
                text.append(part if header else part.split(b"\n", _HEADER_LINES)[-1])
                header = False
                lines += count
                if lines >= LINES_MAX:
                    yield b"".join(text)
                    lines = 0
                    text.clear()
        yield b"".join(text) + end

    return pieces(), media_type


class _Few(Collector):
    """A part of what there is, as the library wants it."""

    def __init__(self, families: Iterable[Exposed]) -> None:
        self._families = families

    def collect(self) -> Iterable[Exposed]:
        """Return them."""
        return self._families


def _exposed(face: Face, numbers: Numbers) -> Iterator[tuple[Exposed, int]]:
    """Yield a face with a part of its samples at a time, and how many these are."""
    histogram = face.metric.kind == "histogram"
    groups = list(_groups(face, numbers).items())
    each = len(face.bounds) + 3 if histogram else 1
    size = max(1, LINES_MAX // each)
    for start in range(0, max(1, len(groups)), size):
        few = groups[start : start + size]
        expose = _histograms if histogram else _numbers
        yield expose(face, numbers, few), len(few) * each


def _numbers(face: Face, numbers: Numbers, groups: Groups) -> Exposed:
    shown = _NUMBERS[face.metric.kind](face.name, face.help, labels=_names(face))
    for labels, places in groups:
        shown.add_metric(labels, numbers.total(places))
    return shown


def _histograms(face: Face, numbers: Numbers, groups: Groups) -> Exposed:
    shown = HistogramMetricFamily(face.name, face.help, labels=_names(face))
    les = [*map(floatToGoString, face.bounds), "+Inf"]
    for labels, places in groups:
        histogram = numbers.histogram(places)
        counts = histogram.cumulated(face.bounds)
        shown.add_metric(labels, list(zip(les, counts, strict=True)), histogram.sum)
    return shown


def _names(face: Face) -> list[str]:
    return [*face.labels, *face.fixed]


def _groups(face: Face, numbers: Numbers) -> dict[Labels, list[int]]:
    """Return the children that a face shows, by its own label values: those alike are one."""
    labels = face.metric.labels
    wanted = [(labels.index(label), value) for label, value in face.where.items()]
    columns = [labels.index(label) for label in face.labels.values()]
    fixed, word = tuple(face.fixed.values()), face.rename
    groups: dict[Labels, list[int]] = {}
    for place, given in enumerate(numbers.labels):
        if all(given[column] == value for column, value in wanted):
            values = [word.get(given[column], given[column]) for column in columns]
            groups.setdefault((*values, *fixed), []).append(place)
    return groups
