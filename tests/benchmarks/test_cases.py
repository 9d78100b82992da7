"""The cases are what their captions say."""

from __future__ import annotations

import json

import pytest

from benchmarks.cases import (
    FAST_ITL_MS,
    FAST_MODEL,
    ITL_MS,
    KEY,
    MODEL,
    PACED_MODEL,
    REQUEST_CASES,
    RequestCase,
    StreamCase,
    post,
)
from fakeai.sim.tokens import HeuristicCounter

CASES = {case.name: case for case in REQUEST_CASES}


def test_plain_chat_is_a_kilobyte() -> None:
    """A body of about 1 kB, as the budget of a request is meant."""
    assert 1_000 == pytest.approx(len(CASES["chat"].bodies[0]), rel=0.25)


def test_the_long_prompt_has_8000_tokens() -> None:
    """By the counter that the built-in spec uses."""
    body = json.loads(CASES["long_prompt"].bodies[0])
    counter = HeuristicCounter()

    assert 8_000 == pytest.approx(
        sum(counter.count(message["content"]) for message in body["messages"]), rel=0.05
    )


@pytest.mark.parametrize("case", REQUEST_CASES, ids=lambda case: case.name)
def test_the_prompts_of_a_case_differ(case: RequestCase) -> None:
    """No cache of whole requests can answer for the server."""
    assert len(case.bodies) == len(set(case.bodies))


def test_a_post_says_its_length_and_key() -> None:
    """The bytes are a whole request."""
    head, _, body = post("/path", b'{"a":1}').partition(b"\r\n\r\n")

    assert b'{"a":1}' == body
    assert [b"POST /path HTTP/1.1", b"host: localhost"] == head.split(b"\r\n")[:2]
    assert {f"authorization: Bearer {KEY}".encode(), b"content-length: 7"} <= set(
        head.split(b"\r\n")
    )


@pytest.mark.parametrize(
    ("itl_ms", "model"), [(0, MODEL), (ITL_MS, PACED_MODEL), (FAST_ITL_MS, FAST_MODEL)]
)
def test_a_stream_with_a_delay_asks_the_paced_model(itl_ms: int, model: str) -> None:
    """The delay is the model's, so that one server has all."""
    first, second = (
        json.loads(request.partition(b"\r\n\r\n")[2])
        for request in StreamCase(512, itl_ms, 2).requests("/path")
    )
    body = first

    assert (model, 512, True) == (body["model"], body["max_tokens"], body["stream"])
    assert first["messages"] != second["messages"]


def test_a_renamed_case_has_prompts_of_its_own() -> None:
    """They differ from the first word on, and are as many."""
    case = REQUEST_CASES[1]
    renamed = case.renamed("x ")
    first, other = (json.loads(each.bodies[7])["messages"][1] for each in (case, renamed))

    assert "x " + first["content"] == other["content"]
    assert len(case.bodies) == len(renamed.bodies)
