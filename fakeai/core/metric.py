"""Metrics: declared as data, kept as numbers, named by who shows them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeAlias, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

Labels: TypeAlias = tuple[str, ...]
Reading: TypeAlias = "Callable[[], Iterable[tuple[Labels, float]]]"
Join: TypeAlias = "Callable[[list[float]], float]"

#: What a label says when its metric has no room for another value.
OTHER: Final = "other"

#: Bucket bounds of times, in seconds: those of common inference engines.
TTFT_BOUNDS_S: Final = (
    *(0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75),
    *(1.0, 2.5, 5.0, 7.5, 10.0, 20.0, 40.0, 80.0, 160.0, 640.0, 2560.0),
)
ITL_BOUNDS_S: Final = (
    *(0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75),
    *(1.0, 2.5, 5.0, 7.5, 10.0, 20.0, 40.0, 80.0),
)
REQUEST_BOUNDS_S: Final = (
    *(0.3, 0.5, 0.8, 1.0, 1.5, 2.0, 2.5, 5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0, 60.0),
    *(120.0, 240.0, 480.0, 960.0, 1920.0, 7680.0),
)
#: Bucket bounds of counts: 1, 2, 5 and so on to a million.
COUNT_BOUNDS: Final = (
    *(float(step * 10**power) for power in range(6) for step in (1, 2, 5)),
    1e6,
)


class Metric(msgspec.Struct, frozen=True, kw_only=True):
    """A declared metric: what is measured, and by what it is told apart."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    labels: Labels = ()
    hidden: Labels = ()
    """Labels, the last ones, that are kept for dialects and not shown under its own name."""
    bounds: tuple[float, ...] = ()
    """Upper bounds of a histogram's buckets."""

    @property
    def shown(self) -> Labels:
        """The labels under its own name."""
        return tuple(label for label in self.labels if label not in self.hidden)


class Tally:
    """One number of a counter or a gauge."""

    __slots__ = ("value",)

    def __init__(self, value: float = 0.0) -> None:
        """Start somewhere, as a rule at zero."""
        self.value = value

    def add(self, amount: float = 1.0) -> None:
        """Count something; only a gauge goes down."""
        self.value += amount

    def set(self, value: float) -> None:
        """Put a gauge where it stands."""
        self.value = value


class Histogram:
    """How often values fell below each of some bounds, and their sum."""

    __slots__ = ("bounds", "counts", "sum")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        """Start empty; the last count is of values above all bounds."""
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def observe(self, value: float, times: int = 1) -> None:
        """Count a value; one that equals a bound lies below it."""
        self.counts[bisect_left(self.bounds, value)] += times
        self.sum += value * times

    def observe_all(self, values: Collection[float]) -> None:
        """Count many values; in their order, all of a bucket cost one look-up."""
        if len(values) <= 1:
            for value in values:
                self.observe(value)
            return
        ordered, bounds, counts = sorted(values), self.bounds, self.counts
        last, counted = bisect_left(bounds, ordered[-1]), 0
        for bucket in range(bisect_left(bounds, ordered[0]), last):
            below = bisect_right(ordered, bounds[bucket], counted)
            counts[bucket] += below - counted
            counted = below
        counts[last] += len(ordered) - counted
        self.sum += sum(ordered)

    def cumulated(self, bounds: tuple[float, ...]) -> list[int]:
        """Return how many values lie below each of these bounds, all of which must be its own."""
        sums: list[int] = []
        total = 0
        for count in self.counts:
            total += count
            sums.append(total)
        return [*(sums[bisect_left(self.bounds, bound)] for bound in bounds), total]


C = TypeVar("C", Tally, Histogram)
R = TypeVar("R")


class Batch(Generic[R]):
    """Records that are counted together: whoever adds one settles a full batch."""

    __slots__ = ("_count", "is_held", "records")

    def __init__(self, count: Callable[[list[R]], None]) -> None:
        """Start empty; `count` puts records into tallies and histograms."""
        self._count = count
        self.records: list[R] = []
        self.is_held = False

    def settle(self) -> None:
        """Count what is there, unless somebody is reading."""
        if self.records and not self.is_held:
            records = self.records.copy()
            self.records.clear()
            self._count(records)


class Family(Generic[C]):
    """A metric with a child for each set of label values; a full one counts as `other`."""

    __slots__ = ("_join", "_limit", "_make", "_readings", "_settle", "children", "metric")

    def __init__(
        self, metric: Metric, make: Callable[[], C], limit: int, settle: Callable[[], None]
    ) -> None:
        """Make children with `make`, at most `limit` of them and one for all others.

        `settle` counts what is still to be counted, before somebody looks.
        """
        self.metric = metric
        self.children: dict[Labels, C] = {}
        self._make: Callable[[], C] = make
        self._limit = limit
        self._settle = settle
        self._readings: list[Reading] = []
        self._join: Join = sum

    def child(self, *labels: str) -> C:
        """Return the child of these label values."""
        found = self.children.get(labels)
        if found is not None:
            return found
        if len(self.children) >= self._limit:
            labels = (OTHER,) * len(labels)
            if labels in self.children:
                return self.children[labels]
        made = self.children[labels] = self._make()
        return made

    def watch(self, read: Reading, join: Join = sum) -> None:
        """Let numbers be read when somebody looks; what is read replaces the child.

        `join` makes one number of those that count as `other`.
        """
        self._readings.append(read)
        self._join = join

    def current(self) -> Iterator[tuple[Labels, C]]:
        """Return every child with its label values."""
        self._settle()
        found: dict[C, list[float]] = {}
        for read in self._readings:
            for labels, value in read():
                found.setdefault(self.child(*labels), []).append(value)
        for child, values in found.items():
            if isinstance(child, Tally):
                child.set(self._join(values))
        return iter(self.children.items())


class Meter:
    """All metrics of one engine; stages take their part of it when they compile."""

    __slots__ = ("_batches", "_bounds", "_families", "_limit")

    def __init__(
        self, max_series: int, bounds: Mapping[str, tuple[float, ...]] | None = None
    ) -> None:
        """Keep at most `max_series` sets of label values a metric; `bounds` replace declared ones.

        With none at all, everything that is measured falls together, and nobody looks.
        """
        self._families: dict[str, Family[Tally] | Family[Histogram]] = {}
        self._batches: list[Batch[Any]] = []
        self._limit = max_series
        self._bounds = bounds or {}

    @property
    def families(self) -> dict[str, Family[Tally] | Family[Histogram]]:
        """All that has been measured, by the name of the metric."""
        self._settle()
        return self._families

    def batch(self, count: Callable[[list[R]], None]) -> Batch[R]:
        """Return a place for records, which are counted before anybody looks at a number."""
        batch = Batch(count)
        self._batches.append(batch)
        return batch

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let batches wait: what they count stands still."""
        self._settle()
        self._hold(held=True)
        try:
            yield
        finally:
            self._hold(held=False)

    def _hold(self, *, held: bool) -> None:
        for batch in self._batches:
            batch.is_held = held

    def _settle(self) -> None:
        for batch in self._batches:
            batch.settle()

    def tallies(self, metric: Metric) -> Family[Tally]:
        """Return the family of a counter or a gauge, the same one for every caller."""
        family = self._families.get(metric.name)
        if family is None:
            family = self._families[metric.name] = Family(metric, Tally, self._limit, self._settle)
        return family  # type: ignore[return-value]  # a metric's kind says which family it has

    def histograms(self, metric: Metric) -> Family[Histogram]:
        """Return the family of a histogram, the same one for every caller."""
        family = self._families.get(metric.name)
        if family is None:
            bounds = self._bounds.get(metric.name, metric.bounds)
            family = self._families[metric.name] = Family(
                metric, lambda: Histogram(bounds), self._limit, self._settle
            )
        return family  # type: ignore[return-value]  # as above
