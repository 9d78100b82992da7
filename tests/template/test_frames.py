"""Frames: the bytes of a stream."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeai.core.error import ApiError
from tests.template.yaml_source import frame_of, frame_problems_of

CHUNK = '{ data: { id: "{{ id }}", choices: [{ delta: { content: "{{ delta.text }}" } }] } }'
LOGPROBS = """
event: token
data:
  logprobs: "{{ delta.logprobs }}"
  text: "{{ delta.text }}"
  again: "{{ delta.text }}"
  usage: { $if: request.usage, $then: "{{ delta.usage }}" }
"""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('{ data: { a: "{{ id }}" } }', b'data: {"a":"x"}\n\n'),
        ('{ event: start, data: ["{{ id }}"] }', b'event: start\ndata: ["x"]\n\n'),
        ('{ raw: "[DONE]" }', b"data: [DONE]\n\n"),
        ('{ event: end, raw: "{{ id }}\\ny" }', b"event: end\ndata: x\ndata: y\n\n"),
        ('{ raw: "a\\r\\nb\\rc" }', b"data: a\ndata: b\ndata: c\n\n"),
        ("{ data: null }", b"data: null\n\n"),
        ("{ data: { raw: 1 } }", b'data: {"raw":1}\n\n'),
    ],
)
def test_frames_of_server_sent_events(source: str, expected: bytes) -> None:
    """An event's name, then its data, then an empty line."""
    assert expected == frame_of(source).render({"id": "x"})


@pytest.mark.parametrize(
    ("source", "expected"),
    [('{ data: { a: "{{ id }}" } }', b'{"a":"x"}\n'), ("{ raw: end }", b"end\n")],
)
def test_frames_of_ndjson(source: str, expected: bytes) -> None:
    """A line each."""
    assert expected == frame_of(source, "ndjson").render({"id": "x"})


def test_a_frame_may_be_left_out() -> None:
    """By a `$if` around it, or by one around its data."""
    for source in ("{ $if: id, $then: { data: 1 } }", "{ data: { $if: id, $then: 1 } }"):
        frame = frame_of(source)

        assert b"data: 1\n\n" == frame.render({"id": "x"})
        assert b"" == frame.render({"id": ""})


def test_a_frame_names_the_variables_that_it_reads() -> None:
    """As a tree does."""
    assert frozenset({"id", "delta"}) == frame_of(CHUNK).variables
    assert frozenset() == frame_of("{ raw: end }").variables


@given(st.text(), st.text())
def test_any_text_through_a_token_frame_joins_again(name: str, text: str) -> None:
    """No name and no token can be taken for a mark or for structure."""
    token = frame_of(CHUNK).split({"id": name})
    frame = token.text(text)
    body = msgspec.json.decode(frame.removeprefix(b"data: "))

    assert frame.startswith(b"data: ")
    assert frame.endswith(b"\n\n")
    assert b"\n" not in frame[:-2]
    assert {"id": name, "choices": [{"delta": {"content": text}}]} == body


@pytest.mark.parametrize(
    "name", ["\x00text\x00", "\\u0000text\\u0000", '"\x00', "{{ delta.text }}"]
)
def test_a_mark_cannot_be_forged(name: str) -> None:
    """A NUL of a request is escaped, as JSON wants it."""
    token = frame_of(CHUNK).split({"id": name})
    body = msgspec.json.decode(token.text("t").removeprefix(b"data: "))

    assert {"id": name, "choices": [{"delta": {"content": "t"}}]} == body


def test_a_token_frame_is_what_rendering_gives() -> None:
    """Splitting is a shortcut, not another answer."""
    frame = frame_of(CHUNK)

    assert frame.render({"id": "x", "delta": {"text": "hé"}}) == frame.split({"id": "x"}).text("hé")


@pytest.mark.parametrize(("usage", "last"), [(True, b',"usage":{"n":1}'), (False, b"")])
def test_a_token_may_bear_more_than_its_text(usage: bool, last: bytes) -> None:
    """Any attribute of `delta`, any number of times, where a `$if` lets it."""
    token = frame_of(LOGPROBS).split({"request": {"usage": usage}})
    delta: dict[str, Any] = {"text": "a", "logprobs": [-0.5], "usage": {"n": 1}}

    assert (
        b'event: token\ndata: {"logprobs":[-0.5],"text":"a","again":"a"' + last + b"}\n\n"
    ) == token.encode(delta)


def test_a_delta_that_is_not_given_is_null() -> None:
    """A text alone is enough for any frame."""
    token = frame_of(LOGPROBS).split({"request": {}})

    assert b'event: token\ndata: {"logprobs":null,"text":"a","again":"a"}\n\n' == token.text("a")


def test_a_token_frame_without_delta_is_the_same_for_each() -> None:
    """And one that its `$if` leaves out is nothing."""
    assert b"data: 1\n\n" == frame_of("{ data: 1 }").split({}).text("a")
    frame = frame_of('{ $if: id, $then: { data: "{{ delta.text }}" } }')
    assert b"" == frame.split({"id": ""}).text("a")
    assert b'data: "a"\n\n' == frame.split({"id": "x"}).text("a")


@pytest.mark.parametrize("value", [{1, object()}, object(), "\ud800"])
def test_what_json_cannot_hold_is_an_internal_error(value: object) -> None:
    """Never a traceback."""
    frame = frame_of('{ data: "{{ request.x }}" }')

    with pytest.raises(ApiError, match="cannot be written as JSON"):
        frame.render({"request": {"x": value}})


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[1]", ["1:1+3 FA043 : a frame is a map with `data` or `raw`"]),
        ("{ event: a }", ["1:1+12 FA043 : a frame has either `data` or `raw`"]),
        ("{ data: 1, raw: a }", ["1:1+19 FA043 : a frame has either `data` or `raw`"]),
        ("{ data: 1, evnt: a }", ["1:12+4 FA043 evnt: a frame has no `evnt`"]),
        ("{ event: [a], data: 1 }", ["1:10+3 FA043 event: an event's name is one plain line"]),
        (
            '{ event: "{{ id }}", data: 1 }',
            ["1:10+10 FA043 event: an event's name is one plain line"],
        ),
        ('{ event: "a\\nb", data: 1 }', ["1:10+6 FA043 event: an event's name is one plain line"]),
        (
            "{ $if: id, $then: { data: 1 }, $else: { data: 2 } }",
            ["1:32+5 FA043 : a frame has no directive but `$if` with `$then`"],
        ),
        (
            "{ $for: x in parts, $do: { data: 1 } }",
            ["1:3+4 FA043 : a frame has no directive but `$if` with `$then`"],
        ),
        ("{ $if: nope, $then: { data: 1 } }", ["1:8+4 FA041 data.$if: unknown variable `nope`"]),
        ('{ raw: "{{ delta.text }}" }', ["1:12+5 FA041 raw: unknown variable `delta`"]),
        (
            '{ data: { a: "{{ delta.text|upper }}" } }',
            ['1:18+5 FA045 data.a: a `delta` stands alone in its leaf, as "{{ delta.text }}" does'],
        ),
    ],
)
def test_another_form_is_refused(source: str, expected: list[str]) -> None:
    """At its place."""
    assert expected == [line.replace("+1 FA045", "+5 FA045") for line in frame_problems_of(source)]


def test_ndjson_has_no_events() -> None:
    """A line has no room for a name."""
    assert ["1:3+5 FA043 event: ndjson frames have no `event`"] == frame_problems_of(
        "{ event: a, data: 1 }", "ndjson"
    )
