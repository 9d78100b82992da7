"""The client knows when an answer is whole."""

from __future__ import annotations

import pytest

from benchmarks.client import Load, Result, is_whole, quantile


@pytest.mark.parametrize(
    ("answer", "whole"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", True),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n", False),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", True),
    ],
)
def test_an_answer_ends_with_its_length_or_last_chunk(answer: bytes, whole: bool) -> None:
    """Both ways to frame a body are known."""
    assert whole == is_whole(answer)


def test_quantiles() -> None:
    """The quantile of nothing is 0."""
    assert [0.0, 51, 100] == [
        quantile([], 0.5),
        quantile(range(1, 101), 0.5),
        quantile(range(1, 101), 0.99),
    ]


def test_a_rate_is_shared_by_the_connections() -> None:
    """Sixteen connections at 800 requests a second: each sends every 20 ms."""
    assert [0.02, 0.0] == [Load(16, 1.0, rate=800).interval_s, Load(16, 1.0).interval_s]


def test_results_are_rates_and_milliseconds() -> None:
    """A round of 2 s with 10 requests is 5 a second."""
    result = Result(requests=10, seconds=2.0, latencies_s=[0.001, 0.002])

    assert [5.0, 2.0, 0.0] == [result.rate, result.quantile_ms(0.99), Result().rate]
