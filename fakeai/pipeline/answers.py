"""Answers: the measures of what a generator wrote."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from fakeai.core.metric import OTHER
from fakeai.pipeline import measures as m
from fakeai.pipeline.delivery import delivery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fakeai.core.error import ApiError
    from fakeai.core.metric import Histogram, Labels, Meter, Metric
    from fakeai.pipeline.delivery import Delivery
    from fakeai.pipeline.exchange import Exchange

#: The worker of an answer that nobody placed.
LONE_WORKER: Final = "0"
_ENDS: Final = ("stop", "length", "tool_calls", "content_filter", "abort", "error")
_TOKENS: Final = ("prompt", "cached", "completion", "reasoning")


class Answers:
    """The measures of one endpoint's answers by one model on one worker, bound once."""

    def __init__(self, meter: Meter, endpoint: str, model: str, worker: str | None) -> None:
        """Take all children from the meter; they show zeros from now on."""
        home = worker or LONE_WORKER

        def bind(metric: Metric) -> Histogram:
            return meter.histograms(metric).child(endpoint, model, home)

        ends, tokens = meter.tallies(m.ANSWERS), meter.tallies(m.TOKENS)
        self._ends = {end: ends.child(endpoint, model, end, home) for end in _ENDS}
        self._tokens = [tokens.child(endpoint, model, kind, home) for kind in _TOKENS]
        self._cost = meter.tallies(m.COST).child(endpoint, model)
        self._request_cost = meter.histograms(m.REQUEST_COST).child(endpoint, model)
        self._max_tokens = bind(m.MAX_TOKENS)
        self._itl = bind(m.ITL)
        self._choices = bind(m.CHOICES)
        self._sizes = [bind(metric) for metric in (m.PROMPT_TOKENS, m.COMPUTED_TOKENS)]
        self._sizes += [bind(metric) for metric in (m.COMPLETION_TOKENS, m.CHOICE_TOKENS)]
        self._whole = [bind(metric) for metric in (m.E2E, m.QUEUE, m.GENERATION)]
        self._from_first = [bind(metric) for metric in (m.TTFT, m.PREFILL, m.DECODE)]
        self._tpot, self._speed = bind(m.TPOT), bind(m.TOKENS_PER_SECOND)
        sources = meter.tallies(m.PROMPT_SOURCES)
        self._computed = sources.child(endpoint, model, "computed", home)
        self._cached = sources.child(endpoint, model, "cached", home)
        self._preemptions = meter.tallies(m.PREEMPTIONS).child(endpoint, model, home)
        self._request_preemptions = bind(m.REQUEST_PREEMPTIONS)
        self._cache = _Cache(meter, endpoint, model, worker) if worker is not None else None

    def count(self, exchange: Exchange, elapsed_s: float) -> None:
        """Count an answer that was begun."""
        usage, error = exchange.usage, exchange.error
        came = delivery(exchange, elapsed_s)
        for choice in exchange.outcome.choices:
            self._ends[_end(choice.finish_reason, error)].add()
        total = came.total
        reasoning = min(usage.reasoning_tokens, total)
        counts = (usage.prompt_tokens, usage.cached_tokens, total, reasoning)
        for tally, count in zip(self._tokens, counts, strict=True):
            tally.value += count
        cached = exchange.placement.cached_tokens
        computed = usage.prompt_tokens - cached
        self._computed.add(computed)
        self._cached.add(cached)
        sizes = (usage.prompt_tokens, computed, total, max(came.tokens))
        for size, count in zip(self._sizes, sizes, strict=True):
            size.observe(count)
        self._choices.observe(exchange.inputs.n)
        if exchange.inputs.max_tokens is not None:
            self._max_tokens.observe(exchange.inputs.max_tokens)
        cost = float(exchange.cost_usd)
        self._cost.add(cost)
        self._request_cost.observe(cost)
        if self._cache is not None:
            self._cache.count(usage.prompt_tokens, cached)
        if exchange.engine_run is not None:
            self._preemptions.add(exchange.engine_run.preemptions)
            self._request_preemptions.observe(exchange.engine_run.preemptions)
        self._time(exchange, came, elapsed_s)

    def _time(self, exchange: Exchange, came: Delivery, elapsed_s: float) -> None:
        schedule = exchange.schedule
        queue_s = min(schedule.queue_s, elapsed_s)
        for time, value in zip(self._whole, (elapsed_s, queue_s, elapsed_s - queue_s), strict=True):
            time.observe(value)
        total = came.total
        if not total:
            return
        first_s = came.first_s
        decode_s = max(0.0, came.last_s - first_s)
        for time, value in zip(
            self._from_first, (first_s, first_s - queue_s, decode_s), strict=True
        ):
            time.observe(value)
        came.gaps(self._itl)
        if elapsed_s > 0:
            self._speed.observe(total / elapsed_s)
        longest = max(came.tokens)
        if longest > 1:
            self._tpot.observe(decode_s / (longest - 1))


class _Cache:
    """The measures of a prefix cache that was asked."""

    def __init__(self, meter: Meter, endpoint: str, model: str, worker: str) -> None:
        where = (endpoint, model, worker)
        lookups = meter.tallies(m.CACHE_LOOKUPS)
        self._hit = lookups.child(endpoint, model, "hit")
        self._miss = lookups.child(endpoint, model, "miss")
        self._queries = meter.tallies(m.CACHE_QUERIES).child(*where)
        self._hits = meter.tallies(m.CACHE_HITS).child(*where)
        self._prefix = meter.histograms(m.CACHED_PREFIX).child(*where)

    def count(self, prompt: int, cached: int) -> None:
        """Count the look-up of one prompt."""
        (self._hit if cached else self._miss).add()
        self._queries.add(prompt)
        self._hits.add(cached)
        self._prefix.observe(cached)


def was_begun(exchange: Exchange) -> bool:
    """Tell whether an answer was on its way: refused before its first byte, there was none."""
    error = exchange.error
    if not exchange.outcome.choices:
        return False
    return error is None or error.kind == "disconnected" or exchange.status == 200


def _end(finish_reason: str, error: ApiError | None) -> str:
    if error is None:
        return finish_reason
    return "abort" if error.kind == "disconnected" else "error"


def model_label(declared: frozenset[str]) -> Callable[[Exchange], str]:
    """Return what names an exchange's model; those that are not declared fall together."""

    def label(exchange: Exchange) -> str:
        model = exchange.model
        if model is None:
            return ""
        return model.id if model.id in declared else OTHER

    return label


def in_progress(meter: Meter, label: Callable[[Exchange], str]) -> set[Exchange]:
    """Return the set of requests in progress; running and waiting ones are counted when asked."""
    requests: set[Exchange] = set()

    def read(*, waiting: bool) -> Iterable[tuple[Labels, float]]:
        counts: Counter[Labels] = Counter()
        for exchange in requests:
            if exchange.outcome.choices:
                where = (label(exchange), exchange.placement.worker or LONE_WORKER)
                counts[where] += _is_at_work(exchange, waiting=waiting)
        for _, model, _, worker in meter.tallies(m.ANSWERS).children:
            counts.setdefault((model, worker), 0)
        return counts.items()

    meter.tallies(m.RUNNING).watch(lambda: read(waiting=False))
    meter.tallies(m.WAITING).watch(lambda: read(waiting=True))
    return requests


def _is_at_work(exchange: Exchange, *, waiting: bool) -> bool:
    """Tell whether a worker works on an answer, or has it in its queue."""
    run = exchange.engine_run
    if run is None:
        return not waiting
    return run.waiting if waiting else run.running
