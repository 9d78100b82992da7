"""The metrics in short: per model, per API key, per endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

from fakeai.core.snapshot import Numbers
from fakeai.pipeline import measures as m

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fakeai.core.metric import Histogram, Metric
    from fakeai.core.snapshot import Snapshot

Read: TypeAlias = "Callable[[Numbers, list[int]], Any]"
"""(a metric, the places of some children) -> what is told of them"""
Columns: TypeAlias = "dict[str, tuple[Metric, Read]]"

_QUANTILES: Final = {"p50": 0.5, "p90": 0.9, "p99": 0.99}


def summarize(snapshot: Snapshot) -> Iterator[bytes]:
    """Yield what was counted, for people and scripts that do not speak Prometheus.

    It is one JSON text; after each step towards it, nothing is yielded.
    """
    summary: dict[str, dict[str, dict[str, Any]]] = {}
    for section, (label, named_by, columns) in _SECTIONS.items():
        names = sorted(_of(snapshot, named_by).grouped(label))
        entries: dict[str, dict[str, Any]] = {name: {} for (name,) in names}
        for column, (metric, read) in columns.items():
            numbers = _of(snapshot, metric)
            groups = numbers.grouped(label)
            for name, entry in entries.items():
                entry[column] = read(numbers, groups.get((name,), []))
            yield b""
        summary[section] = entries
    yield msgspec.json.encode(summary)


def _of(snapshot: Snapshot, metric: Metric) -> Numbers:
    return snapshot.get(metric.name) or Numbers(metric, [], [])


def _by(label: str) -> Read:
    """Return what adds up tallies apart by a label."""

    def read(numbers: Numbers, places: list[int]) -> dict[str, float]:
        column = numbers.metric.labels.index(label)
        sums: dict[str, float] = {}
        for place in places:
            value = numbers.labels[place][column]
            sums[value] = sums.get(value, 0.0) + numbers.values[place]
        return {name: value for name, value in sorted(sums.items()) if value}

    return read


def _time(numbers: Numbers, places: list[int]) -> dict[str, float]:
    """Return the mean, and quantiles as exact as the buckets."""
    merged = numbers.histogram(places) if places else None
    count = sum(merged.counts) if merged else 0
    if merged is None or not count:
        return {"count": 0}
    times = {name: _quantile(merged, count * share) * 1000 for name, share in _QUANTILES.items()}
    return {"count": count, "mean": merged.sum / count * 1000, **times}


def _quantile(histogram: Histogram, rank: float) -> float:
    """Return the value at a rank, as if values lay evenly within each bucket."""
    below, low = 0, 0.0
    for bound, count in zip(histogram.bounds, histogram.counts, strict=False):
        if count and below + count >= rank:
            return low + (bound - low) * (rank - below) / count
        below, low = below + count, bound
    return low


_MODEL: Final[Columns] = {
    "requests": (m.REQUESTS, _by("status")),
    "answers": (m.ANSWERS, _by("finish_reason")),
    "tokens": (m.TOKENS, _by("type")),
    "cost_usd": (m.COST, Numbers.total),
    "ttft_ms": (m.TTFT, _time),
    "itl_ms": (m.ITL, _time),
    "e2e_ms": (m.E2E, _time),
    "queue_ms": (m.QUEUE, _time),
}
_KEY: Final[Columns] = {
    "requests": (m.KEY_REQUESTS, Numbers.total),
    "tokens": (m.KEY_TOKENS, _by("type")),
    "cost_usd": (m.KEY_COST, Numbers.total),
}
_ENDPOINT: Final[Columns] = {
    "in_flight": (m.IN_FLIGHT, Numbers.total),
    "requests": (m.REQUESTS, _by("status")),
    "errors": (m.ERRORS, _by("kind")),
}
#: Entries by the values of a label; the metric that has all of these, and what each entry tells.
_SECTIONS: Final = {
    "models": ("model", m.TOKENS, _MODEL),
    "keys": ("key", m.KEY_REQUESTS, _KEY),
    "endpoints": ("endpoint", m.IN_FLIGHT, _ENDPOINT),
}
