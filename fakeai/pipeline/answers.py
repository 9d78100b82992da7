"""Answers: the measures of what a generator wrote."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import chain, compress
from operator import itemgetter, sub
from typing import TYPE_CHECKING, Any, Final, TypeAlias, Unpack

from fakeai.core.metric import OTHER
from fakeai.pipeline import measures as m
from fakeai.pipeline.delivery import delivery
from fakeai.pipeline.recall import shared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from fakeai.core.error import ApiError
    from fakeai.core.metric import Histogram, Labels, Meter, Metric
    from fakeai.pipeline.exchange import Exchange

    _Ints: TypeAlias = Sequence[int]
    _Floats: TypeAlias = Sequence[float]

#: The worker of an answer that nobody placed.
LONE_WORKER: Final = "0"
_ENDS: Final = ("stop", "length", "tool_calls", "abort", "error")
_ALONE: Final[dict[str, tuple[str, ...]]] = {end: (end,) for end in _ENDS}
_TOKENS: Final = ("prompt", "cached", "completion", "reasoning")


Counts: TypeAlias = tuple[
    tuple[str, ...],  # how its choices ended
    int,  # prompt tokens
    int,  # those of them that usage tells as cached
    int,  # those of them that the worker had cached
    int,  # completion tokens
    int,  # those of them that are reasoning
    int,  # tokens of the longest choice
    int,  # tokens that came together with the one before
    int,  # choices that were asked for
    "int | None",  # most tokens that were asked for
    Decimal,  # cost in USD
    "int | None",  # preemptions, where an engine decides
]
"""What is counted of an answer."""
Measured: TypeAlias = tuple[
    "Unpack[Counts]",
    float,  # seconds to the end
    float,  # seconds in the queue, if it stayed that long
    float,  # seconds to the first token
    float,  # seconds from there to the last one
]
"""What is measured of an answer, as a row; `Answers.count` reads the columns."""

#: Columns that are counted by key as well.
prompt_tokens, completion_tokens, cost_usd = itemgetter(1), itemgetter(4), itemgetter(10)
_ELAPSED_S: Final = 12


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
        self._e2e, self._queue = bind(m.E2E), bind(m.QUEUE)
        self._generation = bind(m.GENERATION)
        self._from_first = [bind(metric) for metric in (m.TTFT, m.PREFILL, m.DECODE)]
        self._tpot, self._speed = bind(m.TPOT), bind(m.TOKENS_PER_SECOND)
        sources = meter.tallies(m.PROMPT_SOURCES)
        self._computed = sources.child(endpoint, model, "computed", home)
        self._cached = sources.child(endpoint, model, "cached", home)
        self._preemptions = meter.tallies(m.PREEMPTIONS).child(endpoint, model, home)
        self._request_preemptions = bind(m.REQUEST_PREEMPTIONS)
        self._cache = _Cache(meter, endpoint, model, worker) if worker is not None else None

    def measure(self, exchange: Exchange, elapsed_s: float) -> Measured:
        """Return what there is to count of an answer that was begun.

        The times between its tokens may be many: they are counted now.
        """
        schedule, choices = exchange.schedule, exchange.outcome.choices
        if exchange.error is not None or schedule.due_s or len(choices) != 1:
            came = exchange.came or delivery(exchange, elapsed_s)
            came.gaps(self._itl)
            ends = tuple([_end(choice.finish_reason, exchange.error) for choice in choices])
            counts = _counts(exchange, ends, max(came.tokens), 0)
            decode_s = max(0.0, came.last_s - came.first_s)
            return *counts, elapsed_s, schedule.queue_s, came.first_s, decode_s
        # The usual answer, which needs no account of its delivery.
        counts = shared(exchange, "counts", _counts_at_once)
        return *counts, elapsed_s, schedule.queue_s, 0.0, 0.0

    def count(self, rows: Iterable[Measured]) -> None:
        """Count answers, all values of a kind together."""
        columns: Iterable[Any] = zip(*rows, strict=True)
        ends, prompt, told, cached, total, reasoning, longest, at_once, *rest = columns
        choices, max_tokens, exact_costs, preemptions, *times = rest
        self._count_ends(ends)
        for tally, counts in zip(self._tokens, (prompt, told, total, reasoning), strict=True):
            tally.value += sum(counts)
        computed = list(map(sub, prompt, cached))
        self._computed.value += sum(computed)
        self._cached.value += sum(cached)
        for size, counts in zip(self._sizes, (prompt, computed, total, longest), strict=True):
            size.observe_all(counts)
        self._choices.observe_all(choices)
        self._max_tokens.observe_all(_given(max_tokens))
        costs = list(map(float, exact_costs))
        self._cost.value += sum(costs)
        self._request_cost.observe_all(costs)
        if self._cache is not None:
            self._cache.count(prompt, cached)
        preempted = _given(preemptions)
        self._preemptions.value += sum(preempted)
        self._request_preemptions.observe_all(preempted)
        self._itl.observe(0.0, sum(at_once))
        self._time(total, longest, *times)

    def _count_ends(self, ends: tuple[tuple[str, ...], ...]) -> None:
        for reasons in set(ends):
            for reason in reasons:
                self._ends[reason].value += ends.count(reasons)

    def _time(
        self, total: _Ints, longest: _Ints, elapsed_s: _Floats, queue_s: _Floats, *since: _Floats
    ) -> None:
        queued_s = list(map(min, queue_s, elapsed_s))
        self._e2e.observe_all(elapsed_s)
        self._queue.observe_all(queued_s)
        self._generation.observe_all(list(map(sub, elapsed_s, queued_s)))
        first_s, decode_s = since
        from_first = (first_s, list(map(sub, first_s, queued_s)), decode_s)
        for time, values in zip(self._from_first, from_first, strict=True):
            # Without a token there was no first one.
            time.observe_all(list(compress(values, total)))
        speeds = [n / s for n, s in zip(total, elapsed_s, strict=True) if n and s > 0]
        self._speed.observe_all(speeds)
        self._tpot.observe_all(
            [s / (n - 1) for s, n in zip(decode_s, longest, strict=True) if n > 1]
        )


class Abandoned(Answers):
    """Those whose clients left the queue: nothing was made, and all they did was to wait."""

    def count(self, rows: Iterable[Measured]) -> None:
        """Count how they ended, and their time as time in the queue."""
        columns: list[Any] = list(zip(*rows, strict=True))
        self._count_ends(columns[0])
        for time in (self._e2e, self._queue):
            time.observe_all(columns[_ELAPSED_S])


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

    def count(self, prompt: _Ints, cached: _Ints) -> None:
        """Count the look-ups of some prompts."""
        misses = cached.count(0)
        self._hit.value += len(cached) - misses
        self._miss.value += misses
        self._queries.value += sum(prompt)
        self._hits.value += sum(cached)
        self._prefix.observe_all(cached)


def _counts_at_once(exchange: Exchange) -> Counts:
    (choice,) = exchange.outcome.choices
    total = exchange.usage.completion_tokens
    return _counts(exchange, _ALONE[choice.finish_reason], total, max(0, total - 1))


def _counts(exchange: Exchange, ends: tuple[str, ...], longest: int, at_once: int) -> Counts:
    usage, inputs, run = exchange.usage, exchange.inputs, exchange.engine_run
    return (
        ends,
        usage.prompt_tokens,
        usage.cached_tokens,
        exchange.placement.cached_tokens,
        usage.completion_tokens,
        usage.reasoning_tokens,
        longest,
        at_once,
        inputs.n,
        inputs.max_tokens,
        exchange.cost_usd,
        None if run is None else run.preemptions,
    )


def _given(column: Sequence[int | None]) -> list[int]:
    return [value for value in column if value is not None]


def counted_as(exchange: Exchange) -> type[Answers] | None:
    """Return what counts the answer of an exchange that has ended; None where there was none."""
    error = exchange.error
    if not exchange.outcome.choices:
        return None
    if error is None or exchange.came is not None:
        return Answers
    return Abandoned if error.kind == "disconnected" else None


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
    gauges = running, queued = meter.tallies(m.RUNNING), meter.tallies(m.WAITING)
    answers = meter.tallies(m.ANSWERS)

    def read(*, waiting: bool) -> Iterable[tuple[Labels, float]]:
        counts: Counter[Labels] = Counter()
        for exchange in requests:
            if exchange.outcome.choices:
                where = (label(exchange), exchange.placement.worker or LONE_WORKER)
                counts[where] += _is_at_work(exchange, waiting=waiting)
        for _, model, _, worker in answers.children:
            counts.setdefault((model, worker), 0)
        # Answers may have no room for those that were seen running.
        for seen in chain.from_iterable(gauge.children for gauge in gauges):
            counts.setdefault(seen, 0)
        return counts.items()

    running.watch(lambda: read(waiting=False))
    queued.watch(lambda: read(waiting=True))
    return requests


def _is_at_work(exchange: Exchange, *, waiting: bool) -> bool:
    """Tell whether a worker works on an answer, or has it in its queue."""
    run = exchange.engine_run
    if run is None:
        return not waiting
    return run.waiting if waiting else run.running
