"""Metrics as Prometheus text: the same numbers under each dialect's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from fakeai.core.metric import Histogram, Labels, Tally

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prometheus_client.metrics_core import Metric as Exposed

    from fakeai.core.metric import Family, Meter
    from fakeai.wire.face import Face


_NUMBERS: Final[dict[str, type[CounterMetricFamily | GaugeMetricFamily]]] = {
    "counter": CounterMetricFamily,
    "gauge": GaugeMetricFamily,
}


class Exposition(Collector):
    """Shows one meter under the names of some dialects."""

    def __init__(self, meter: Meter, faces: Sequence[Face]) -> None:
        """Keep both; nothing is computed yet."""
        self._meter = meter
        self._faces = faces

    def collect(self) -> Iterator[Exposed]:
        """Yield every metric that is measured, in the order of the faces."""
        for face in self._faces:
            family = self._meter.families.get(face.metric.name)
            if family is not None:
                yield _exposed(face, family)

    def encode(self, accept: str) -> tuple[bytes, str]:
        """Return the text in the format that an `Accept` header asks for, and its media type."""
        encoder, media_type = choose_encoder(accept)
        return encoder(self), media_type


def _exposed(face: Face, family: Family[Tally] | Family[Histogram]) -> Exposed:
    names = [*face.labels, *face.fixed]
    if face.metric.kind == "histogram":
        shown = HistogramMetricFamily(face.name, face.help, labels=names)
        les = [*map(floatToGoString, face.bounds), "+Inf"]
        for labels, histogram in _histograms(face, family).items():
            counts = histogram.cumulated(face.bounds)
            shown.add_metric(labels, list(zip(les, counts, strict=True)), histogram.sum)
        return shown
    numbers: CounterMetricFamily | GaugeMetricFamily = _NUMBERS[face.metric.kind](
        face.name, face.help, labels=names
    )
    for labels, value in _numbers(face, family).items():
        numbers.add_metric(labels, value)
    return numbers


def _numbers(face: Face, family: Family[Tally] | Family[Histogram]) -> dict[Labels, float]:
    sums: dict[Labels, float] = {}
    for labels, child in _shown(face, family):
        if isinstance(child, Tally):
            sums[labels] = sums.get(labels, 0.0) + child.value
    return sums


def _histograms(face: Face, family: Family[Tally] | Family[Histogram]) -> dict[Labels, Histogram]:
    sums: dict[Labels, Histogram] = {}
    for labels, child in _shown(face, family):
        if isinstance(child, Histogram):
            sums.setdefault(labels, Histogram(child.bounds)).merge(child)
    return sums


def _shown(
    face: Face, family: Family[Tally] | Family[Histogram]
) -> Iterator[tuple[Labels, Tally | Histogram]]:
    """Yield the children that a face shows, under its own label values."""
    position = {label: index for index, label in enumerate(face.metric.labels)}
    wanted = [(position[label], value) for label, value in face.where.items()]
    columns = [position[label] for label in face.labels.values()]
    fixed = tuple(face.fixed.values())
    for labels, child in family.current():
        if all(labels[index] == value for index, value in wanted):
            values = (labels[index] for index in columns)
            yield (*(face.rename.get(value, value) for value in values), *fixed), child
