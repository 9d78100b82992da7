"""Snapshot: the numbers of a meter at one moment, read at leisure."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from fakeai.core.metric import Histogram
from fakeai.core.value import Value

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from fakeai.core.metric import Family, Labels, Meter, Metric, Tally

    Children: TypeAlias = list[tuple[Labels, Tally | Histogram]]

#: Children that are copied in one go, which takes two milliseconds.
COPIED_MAX: Final = 10_000


class Numbers(Value):
    """One metric as it stood: the label values of its children, and what they counted."""

    metric: Metric
    labels: list[Labels]
    values: list[float]
    """One child after the other: the number of a tally; the counts and the sum of a histogram."""
    bounds: tuple[float, ...] = ()

    def grouped(self, *by: str) -> dict[Labels, list[int]]:
        """Return the places of the children that have the same values of these labels."""
        columns = [self.metric.labels.index(label) for label in by]
        groups: dict[Labels, list[int]] = {}
        for place, labels in enumerate(self.labels):
            groups.setdefault(tuple([labels[column] for column in columns]), []).append(place)
        return groups

    def total(self, places: Iterable[int]) -> float:
        """Return the sum of some tallies."""
        values = self.values
        return sum([values[place] for place in places])

    def histogram(self, places: Iterable[int]) -> Histogram:
        """Return some histograms as one."""
        values, width = self.values, len(self.bounds) + 2
        rows = [values[place * width : place * width + width] for place in places]
        *counts, total = rows[0] if len(rows) == 1 else map(sum, zip(*rows, strict=True))
        merged = Histogram(self.bounds)
        merged.counts, merged.sum = [int(count) for count in counts], total
        return merged


class Snapshot(dict[str, Numbers]):
    """What has been measured, by the name of the metric."""

    def take(self, meter: Meter) -> Generator[None, None, None]:
        """Copy all numbers, in so many steps that none of them takes long.

        Counters and gauges come first, as a rule in one step. What batches count is of one moment
        throughout: meanwhile, they wait.
        """
        families = sorted(meter.families.values(), key=lambda each: each.metric.kind == "histogram")
        with meter.held():
            steps = chain.from_iterable(self._add(family) for family in families)
            for copied, _ in enumerate(steps, 1):
                if copied % COPIED_MAX == 0:
                    yield

    def _add(self, family: Family[Tally] | Family[Histogram]) -> Iterator[None]:
        """Copy the children of a family, one a step."""
        children: Children = list(family.current())
        numbers = self[family.metric.name] = _empty(family)
        for labels, child in children:
            numbers.labels.append(labels)
            _copy(child, numbers.values)
            yield


def _empty(family: Family[Tally] | Family[Histogram]) -> Numbers:
    child: Any = next(iter(family.children.values()), None)
    bounds = child.bounds if isinstance(child, Histogram) else ()
    return Numbers(family.metric, [], [], bounds)


def _copy(child: Tally | Histogram, values: list[float]) -> None:
    if isinstance(child, Histogram):
        values += child.counts
        values.append(child.sum)
    else:
        values.append(child.value)
