"""The metrics in short: per model, per API key, per endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fakeai.core.metric import Histogram, Tally
from fakeai.pipeline import measures as m

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fakeai.core.metric import Meter, Metric

_QUANTILES: Final = {"p50": 0.5, "p90": 0.9, "p99": 0.99}
_TIMES: Final = {"ttft_ms": m.TTFT, "itl_ms": m.ITL, "e2e_ms": m.E2E, "queue_ms": m.QUEUE}


def summarize(meter: Meter) -> dict[str, Any]:
    """Return what was counted, for people and scripts that do not speak Prometheus."""
    models = {label["model"] for _, label in _tallies(meter, m.TOKENS)}
    keys = {label["key"] for _, label in _tallies(meter, m.KEY_REQUESTS)}
    endpoints = {label["endpoint"] for _, label in _tallies(meter, m.IN_FLIGHT)}
    return {
        "models": {name: _model(meter, name) for name in sorted(models)},
        "keys": {name: _key(meter, name) for name in sorted(keys)},
        "endpoints": {name: _endpoint(meter, name) for name in sorted(endpoints)},
    }


def _model(meter: Meter, name: str) -> dict[str, Any]:
    return {
        "requests": _grouped(meter, m.REQUESTS, "status", model=name),
        "answers": _grouped(meter, m.ANSWERS, "finish_reason", model=name),
        "tokens": _grouped(meter, m.TOKENS, "type", model=name),
        "cost_usd": _total(meter, m.COST, model=name),
        **{time: _time(meter, metric, name) for time, metric in _TIMES.items()},
    }


def _key(meter: Meter, name: str) -> dict[str, Any]:
    return {
        "requests": _total(meter, m.KEY_REQUESTS, key=name),
        "tokens": _grouped(meter, m.KEY_TOKENS, "type", key=name),
        "cost_usd": _total(meter, m.KEY_COST, key=name),
    }


def _endpoint(meter: Meter, name: str) -> dict[str, Any]:
    return {
        "in_flight": _total(meter, m.IN_FLIGHT, endpoint=name),
        "requests": _grouped(meter, m.REQUESTS, "status", endpoint=name),
        "errors": _grouped(meter, m.ERRORS, "kind", endpoint=name),
    }


def _tallies(meter: Meter, metric: Metric) -> Iterator[tuple[Tally, dict[str, str]]]:
    for labels, tally in meter.tallies(metric).current():
        yield tally, dict(zip(metric.labels, labels, strict=True))


def _total(meter: Meter, metric: Metric, **wanted: str) -> float:
    return sum(
        tally.value for tally, labels in _tallies(meter, metric) if wanted.items() <= labels.items()
    )


def _grouped(meter: Meter, metric: Metric, by: str, **wanted: str) -> dict[str, float]:
    sums: dict[str, float] = {}
    for tally, labels in _tallies(meter, metric):
        if wanted.items() <= labels.items():
            sums[labels[by]] = sums.get(labels[by], 0.0) + tally.value
    return {name: value for name, value in sorted(sums.items()) if value}


def _time(meter: Meter, metric: Metric, model: str) -> dict[str, float]:
    """Return the mean, and quantiles as exact as the buckets."""
    family = meter.histograms(metric)
    place = metric.labels.index("model")
    merged: Histogram | None = None
    for labels, child in family.current():
        if labels[place] == model:
            merged = merged or Histogram(child.bounds)
            merged.merge(child)
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
