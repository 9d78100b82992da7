"""Endings: requests are counted together, each where it belongs."""

from __future__ import annotations

from fakeai.core.metric import OTHER, Histogram, Meter, Tally
from fakeai.pipeline.answers import Answers
from fakeai.pipeline.endings import Ended, Ending, Endings, ended_requests
from fakeai.pipeline.exchange import Exchange
from fakeai.pipeline.outcome import Choice, Outcome, Segment, Usage


def answered(ending: Ending, key: str, elapsed_s: float) -> Ended:
    """Return a request with an answer of two tokens to a prompt of five."""
    exchange = Exchange({}, None, None)  # type: ignore[arg-type]  # nothing is received or sent
    exchange.outcome = Outcome(choices=[Choice(segments=[Segment(tokens=["a", "b"])])])
    exchange.usage = Usage(prompt_tokens=5, completion_tokens=2)
    assert ending.answers is not None
    return ending, key, elapsed_s, 100, ending.answers.measure(exchange, elapsed_s)


def values(meter: Meter, name: str) -> dict[tuple[str, ...], float]:
    """Return the numbers of a counter."""
    children = meter.families[name].current()
    return {labels: child.value for labels, child in children if isinstance(child, Tally)}


def test_requests_of_a_batch_are_told_apart() -> None:
    """By endpoint, model and status; by key, where only answers have tokens."""
    meter = Meter(100)
    batch = ended_requests(meter)
    endings = Endings(meter, "chat")
    good, refused = endings["m", "w", 200, Answers], endings["", None, 401, None]
    batch.records += [
        answered(good, "ann", 0.5),
        (refused, "eve", 0.25, 0, None),
        answered(good, "bob", 1.5),
        (refused, "ann", 0.25, 30, None),
        answered(good, "ann", 2.0),
    ]

    assert {("chat", "m", "200"): 3, ("chat", "", "401"): 2} == values(meter, "requests")
    assert {("ann",): 3, ("eve",): 1, ("bob",): 1} == values(meter, "key_requests")
    assert {
        ("ann", "prompt"): 10,
        ("ann", "completion"): 4,
        ("bob", "prompt"): 5,
        ("bob", "completion"): 2,
    } == values(meter, "key_tokens")
    assert {("ann",), ("bob",)} == set(values(meter, "key_cost_usd"))
    assert 3 == values(meter, "answers")["chat", "m", "stop", "w"]


def test_times_and_sizes_are_those_of_all_requests() -> None:
    """A body that nobody read has no size."""
    meter = Meter(100)
    batch = ended_requests(meter)
    ending = Endings(meter, "chat")["", None, 404, None]
    batch.records += [(ending, "ann", 0.25, 0, None), (ending, "ann", 0.5, 70, None)]
    took, body = [
        child
        for name in ("request_duration_seconds", "request_body_bytes")
        for _, child in meter.families[name].current()
        if isinstance(child, Histogram)
    ]

    assert (2, 0.75) == (sum(took.counts), took.sum)
    assert (1, 70) == (sum(body.counts), body.sum)


def test_series_are_made_in_the_order_of_requests() -> None:
    """So that a full metric keeps those that came first."""
    meter = Meter(1)
    batch = ended_requests(meter)
    endings = Endings(meter, "chat")
    first, second = endings["m", "w", 200, Answers], endings["", None, 401, None]
    batch.records += [
        (second, "ann", 0.1, 0, None),
        answered(first, "bob", 0.1),
        answered(first, "ann", 0.1),
    ]

    assert {("ann",): 2, (OTHER,): 1} == values(meter, "key_requests")
    assert {("chat", "m", "200"): 2, (OTHER,) * 3: 1} == values(meter, "requests")


def test_an_endpoint_shows_zeros_before_its_first_request() -> None:
    """What can be known of it without one."""
    meter = Meter(100)
    endings = Endings(meter, "chat")

    assert {"requests", "request_duration_seconds", "request_body_bytes"} == set(meter.families)
    assert [("chat",)] == list(meter.families["request_duration_seconds"].children)
    assert endings["m", None, 200, None] is endings["m", None, 200, None]
