"""Answers: what is counted of an answer that a worker of the fleet gave."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fakeai.core.error import ApiError
from fakeai.core.metric import Meter, Tally
from fakeai.pipeline.answers import Abandoned, Answers, counted_as, in_progress
from fakeai.pipeline.delivery import Delivery
from fakeai.pipeline.exchange import Exchange, Placement, Schedule
from fakeai.pipeline.inputs import Inputs
from fakeai.pipeline.outcome import Choice, Outcome, Segment, Usage
from fakeai.pipeline.replica import EngineRun
from fakeai.sim.sequence import Request, Sequence, State


def placed(cached: int = 32, queue_s: float = 0.5) -> Exchange:
    """Return an exchange on worker 3: 40 prompt tokens, three tokens of answer."""
    exchange = Exchange({}, None, None)  # type: ignore[arg-type]
    exchange.outcome = Outcome(choices=[Choice(segments=[Segment(tokens=["a", "b", "c"])])])
    exchange.usage = Usage(
        prompt_tokens=40, completion_tokens=3, cached_tokens=cached, reasoning_tokens=2
    )
    exchange.placement = Placement(worker="3", cached_tokens=cached)
    exchange.schedule = Schedule(due_s=[[1.5, 1.75, 2.0]], queue_s=queue_s)
    return exchange


def count(*exchanges: Exchange) -> Meter:
    """Return a meter that has counted the exchanges."""
    meter = Meter(1000)
    answers = Answers(meter, "chat", "m", "3")
    answers.count([answers.measure(exchange, 2.0) for exchange in exchanges])
    return meter


def tallies(meter: Meter, name: str) -> dict[tuple[str, ...], float]:
    """Return the children of a counter that are not zero."""
    return {
        labels: child.value
        for labels, child in meter.families[name].children.items()
        if isinstance(child, Tally) and child.value
    }


def sums(meter: Meter, name: str) -> list[float]:
    """Return the sums of a histogram's children."""
    return [getattr(child, "sum", -1.0) for child in meter.families[name].children.values()]


def test_the_prefix_cache_is_counted_in_tokens() -> None:
    """Queries are all prompt tokens, hits those that were found."""
    meter = count(placed(), placed(cached=0))

    assert {("chat", "m", "hit"): 1, ("chat", "m", "miss"): 1} == tallies(
        meter, "prefix_cache_lookups"
    )
    assert {("chat", "m", "3"): 80} == tallies(meter, "prefix_cache_queries")
    assert {("chat", "m", "3"): 32} == tallies(meter, "prefix_cache_hits")
    assert [32] == sums(meter, "cached_prefix_tokens")
    assert [48] == sums(meter, "computed_prompt_tokens")


def test_reasoning_and_cached_tokens_are_parts() -> None:
    """Told apart by type, on the worker that gave the answer."""
    assert {
        ("chat", "m", "prompt", "3"): 40,
        ("chat", "m", "cached", "3"): 32,
        ("chat", "m", "completion", "3"): 3,
        ("chat", "m", "reasoning", "3"): 2,
    } == tallies(count(placed()), "tokens")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("time_to_first_token_seconds", 1.5),
        ("queue_time_seconds", 0.5),
        ("prefill_time_seconds", 1.0),
        ("generation_time_seconds", 1.5),
        ("decode_time_seconds", 0.5),
        ("time_per_output_token_seconds", 0.25),
    ],
)
def test_the_queue_belongs_to_the_first_token(name: str, expected: float) -> None:
    """It is part of TTFT, and no part of the engine's own time."""
    assert [expected] == sums(count(placed()), name)


def test_a_meter_without_a_fleet_has_no_cache() -> None:
    """Nobody was asked, so nothing was missed."""
    meter = Meter(1000)
    Answers(meter, "chat", "m", None)

    assert "prefix_cache_lookups" not in meter.families


def test_an_answer_was_begun_abandoned_or_refused() -> None:
    """What came tells whether there was any; who left without it had been in the queue."""
    exchange = placed()
    assert Answers is counted_as(exchange)

    exchange.error = ApiError("overloaded", "full")
    assert counted_as(exchange) is None

    exchange.error = ApiError("disconnected", "gone")
    assert Abandoned is counted_as(exchange)

    exchange.came = Delivery([0], [[]])
    assert Answers is counted_as(exchange)
    assert counted_as(Exchange({}, None, None)) is None  # type: ignore[arg-type]


def test_who_left_the_queue_has_only_waited() -> None:
    """Neither the prompt nor the cache were anybody's work."""
    exchange, meter = placed(), Meter(1000)
    exchange.error = ApiError("disconnected", "gone")
    exchange.usage, exchange.schedule = Usage(), Schedule()
    abandoned = Abandoned(meter, "chat", "m", "3")
    abandoned.count([abandoned.measure(exchange, 2.0)] * 2)
    observed = {name for name in meter.families if sum(_counts(meter, name))}

    assert {"e2e_request_latency_seconds", "queue_time_seconds"} == observed
    assert [4.0] == sums(meter, "queue_time_seconds")
    assert {("chat", "m", "abort", "3"): 2} == tallies(meter, "answers")
    assert not any(tallies(meter, name) for name in meter.families if name != "answers")


def _counts(meter: Meter, name: str) -> list[int]:
    return [sum(getattr(child, "counts", [])) for child in meter.families[name].children.values()]


def test_gauges_follow_the_engine() -> None:
    """An answer waits, runs, and is done; without an engine it runs; gone, it leaves zeros."""
    meter = count(placed())
    requests = in_progress(meter, lambda _: "m")
    exchange = placed()
    requests.add(exchange)

    def gauges() -> tuple[float, float]:
        read = [meter.families[name].current() for name in ("requests_waiting", "requests_running")]
        values = [dict(children)["m", "3"] for children in read]
        return tuple(child.value for child in values if isinstance(child, Tally))  # type: ignore[return-value]

    assert (0, 1) == gauges()
    run = exchange.engine_run = served()
    seen = []
    for state in State:
        run.sequence.state = state
        seen.append(gauges())
    assert [(1, 0), (0, 1), (0, 0), (0, 0)] == seen
    requests.discard(exchange)
    assert (0, 0) == gauges()


def test_preemptions_are_counted_when_an_answer_ends() -> None:
    """In all, and by request."""
    exchange = placed()
    run = exchange.engine_run = served()
    run.sequence.preemptions = 2
    meter = count(exchange)

    assert {("chat", "m", "3"): 2} == tallies(meter, "preemptions")
    assert [2] == sums(meter, "request_preemptions")


def test_the_engine_counts_what_it_found_whatever_usage_tells() -> None:
    """A hit under the reported minimum saves work all the same."""
    exchange = placed(cached=0)
    exchange.placement = Placement(worker="3", cached_tokens=32, reported_min=1024)
    meter = count(exchange)

    assert {("chat", "m", "3"): 32} == tallies(meter, "prefix_cache_hits")
    assert {("chat", "m", "computed", "3"): 8, ("chat", "m", "cached", "3"): 32} == tallies(
        meter, "prompt_tokens_by_source"
    )
    assert [8] == sums(meter, "computed_prompt_tokens")
    assert ("chat", "m", "cached", "3") not in tallies(meter, "tokens")


def at_once(*tokens: int) -> Exchange:
    """Return an exchange with a choice for each of these numbers of tokens, all due at once."""
    exchange = placed()
    exchange.outcome = Outcome(
        choices=[Choice(segments=[Segment(tokens=["a"] * count)]) for count in tokens]
    )
    exchange.usage = Usage(prompt_tokens=40, completion_tokens=sum(tokens))
    exchange.schedule = Schedule(queue_s=9.0)
    exchange.inputs = Inputs(n=len(tokens), max_tokens=7)
    exchange.cost_usd = Decimal("0.25")
    return exchange


@pytest.mark.parametrize("tokens", [(3,), (2, 2), (1,), (0,)])
def test_an_answer_at_once_takes_no_time(tokens: tuple[int, ...]) -> None:
    """One choice or more; without a token, nothing is said of the first one."""
    meter = count(at_once(*tokens))
    total = sum(tokens)

    def counts(name: str) -> int:
        return sum(sum(getattr(child, "counts", [])) for _, child in meter.families[name].current())

    assert [total] == sums(meter, "completion_tokens")
    assert [max(tokens)] == sums(meter, "longest_choice_tokens")
    assert [2.0] == sums(meter, "queue_time_seconds")
    assert [0.0] == sums(meter, "generation_time_seconds")
    assert [0.25] == sums(meter, "request_cost_usd")
    assert [7] == sums(meter, "requested_max_tokens")
    assert [total / 2.0] == sums(meter, "output_tokens_per_second")
    assert bool(total) == counts("time_to_first_token_seconds") == counts("decode_time_seconds")
    assert sum(max(0, each - 1) for each in tokens) == counts("inter_token_latency_seconds")
    assert (max(tokens) > 1) == counts("time_per_output_token_seconds")
    assert {("chat", "m", "stop", "3"): len(tokens)} == tallies(meter, "answers")


def shown(meter: Meter) -> dict[tuple[str, tuple[str, ...]], object]:
    """Return every number of a meter."""
    return {
        (name, labels): child.value if isinstance(child, Tally) else (child.counts, child.sum)
        for name, family in meter.families.items()
        for labels, child in family.current()
    }


def test_answers_are_counted_together_as_each_of_them() -> None:
    """Whatever ones meet in a batch."""
    left = placed(cached=0)
    left.error = ApiError("disconnected", "gone")
    preempted = placed()
    preempted.engine_run = served()
    answers = [at_once(3), left, placed(), preempted, at_once(2, 2), at_once(0), placed(queue_s=3)]
    together, one_by_one = count(*answers), Meter(1000)
    bound = Answers(one_by_one, "chat", "m", "3")
    for answer in answers:
        bound.count([bound.measure(answer, 2.0)])

    assert shown(one_by_one) == shown(together)


def served() -> EngineRun:
    """Return a run whose state a test sets."""
    return EngineRun(None, Sequence(Request(prompt_tokens=1, output_tokens=1), 0.0))  # type: ignore[arg-type]
