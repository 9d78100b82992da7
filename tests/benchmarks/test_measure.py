"""Rounds: what a server is sent in one, it is not sent in the next."""

from __future__ import annotations

from itertools import islice
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from benchmarks import measure
from benchmarks.cases import REQUEST_CASES
from benchmarks.client import Load, Result
from benchmarks.measure import Contestant, compare
from benchmarks.rows import QUICK

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

_A_ROUND = 10


def test_a_round_goes_on_where_the_last_one_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prompts that are to be new would be known if each round began with the first one."""
    sent: dict[int, list[bytes]] = {1: [], 2: []}

    def send(port: int, requests: Iterator[bytes], _load: Load) -> Result:
        sent[port] += islice(requests, _A_ROUND)
        return Result(requests=_A_ROUND, seconds=1.0, latencies_s=[0.001] * _A_ROUND)

    monkeypatch.setattr(measure, "send", send)
    case = next(case for case in REQUEST_CASES if case.name == "new_chat")
    servers: list[Any] = [SimpleNamespace(port=port, cpu_s=1.0) for port in sent]
    compare([Contestant(str(s.port), s, "/v1/chat/completions") for s in servers], case, QUICK)

    for requests in sent.values():
        assert len(requests) > 2 * _A_ROUND
        assert len(requests) == len(set(requests))
