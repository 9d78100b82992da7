"""Frames of an outcome in the order in which they are due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.core.document import parse
from fakeai.pipeline.exchange import Exchange, Schedule
from fakeai.pipeline.files import StreamPlan, compile_template
from fakeai.pipeline.outcome import Choice, Outcome, Segment, TokenLogprob
from fakeai.pipeline.track import frames

if TYPE_CHECKING:
    from fakeai.core.problem import Problem

TEMPLATE = """
response: 1
stream:
  start: [{ raw: S }]
  choice:
    start: [{ raw: "<{{ choice.index }}" }]
    text:
      start: [{ raw: "(" }]
      delta: { data: "{{ delta.text }}" }
      end: [{ raw: ")" }]
    end: [{ raw: ">" }]
  end: [{ raw: E }]
  done: { raw: D }
"""


async def _nothing(*_args: object) -> None:
    """Stand in for a connection."""


def plan(text: str = TEMPLATE) -> StreamPlan:
    """Return a stream plan whose frames are easy to read."""
    problems: list[Problem] = []
    made = compile_template(parse(text, "t.yaml"), "ndjson", problems)[3]
    assert made is not None, problems
    return made


def pieces(
    choices: list[list[str]], due_s: list[list[float]], text: str = TEMPLATE
) -> list[tuple[float, str]]:
    """Return time and frames of each piece, line ends as spaces."""
    exchange = Exchange({}, _nothing, _nothing)
    exchange.outcome = Outcome(
        choices=[
            Choice(index=i, segments=[Segment(tokens=tokens)]) for i, tokens in enumerate(choices)
        ]
    )
    exchange.schedule = Schedule(due_s=due_s)
    return [(t, part.decode().replace("\n", " ")) for t, part in frames(plan(text), exchange, {})]


def test_the_first_frames_come_with_the_first_token() -> None:
    """Nothing is sent before its time; what follows the last token is due with it."""
    assert [(1.0, 'S <0 ( "a" '), (2.0, '"b" '), (2.0, ") > "), (2.0, "E D ")] == pieces(
        [["a", "b"]], [[1.0, 2.0]]
    )


def test_choices_are_merged_by_time() -> None:
    """Each keeps its own pace."""
    times = [time for time, _ in pieces([["a", "b"], ["c", "d"]], [[1.0, 4.0], [2.0, 3.0]])]

    assert [1.0, 2.0, 3.0, 3.0, 4.0, 4.0, 4.0] == times


def test_a_choice_without_tokens_still_begins_and_ends() -> None:
    """A stop text at the very start leaves no token."""
    assert [(0.0, "S <0 ( ) > "), (0.0, "E D ")] == pieces([[]], [])


def test_the_last_token_can_have_a_frame_of_its_own() -> None:
    """For shapes in which it bears the finish reason."""
    text = TEMPLATE.replace(
        'delta: { data: "{{ delta.text }}" }',
        'delta: { data: "{{ delta.text }}" }\n      last: { data: ["{{ delta.text }}"] }',
    )

    assert ['S <0 ( "a" ', '["b"] '] == [part for _, part in pieces([["a", "b"]], [], text)[:2]]


KINDS = """
response: 1
stream:
  choice:
    text:
      delta:
        data: ["{{ delta.text }}", "{{ delta.completion_tokens }}", "{{ delta.logprob }}"]
    tool_call:
      start: [{ raw: "{{ segment.name }}#{{ segment.number }}" }]
      delta: { data: "{{ delta.text }}" }
"""


def test_each_kind_of_segment_has_its_frames() -> None:
    """A kind without frames takes its time and its place in the count, and sends nothing."""
    entry = TokenLogprob(token="b", logprob=-0.5, bytes=[98])
    choice = Choice(
        segments=[
            Segment(kind="reasoning", tokens=["x", "y"]),
            Segment(tokens=["b"], logprobs=[entry]),
            Segment(kind="tool_call", tokens=["{", "}"], name="add", number=0),
        ]
    )
    exchange = Exchange({}, _nothing, _nothing)
    exchange.outcome = Outcome(choices=[choice])
    exchange.schedule = Schedule(due_s=[[1.0, 2.0, 3.0, 4.0, 5.0]])
    sent = [(t, part.decode().split()) for t, part in frames(plan(KINDS), exchange, {})]

    assert [
        (3.0, ['["b",3,-0.5]']),
        (4.0, ["add#0", '"{"']),
        (5.0, ['"}"']),
        (5.0, []),
        (5.0, []),
    ] == sent


def test_a_choice_of_nothing_but_silence_ends_in_its_time() -> None:
    """What follows reasoning that is not sent is not sent before it."""
    exchange = Exchange({}, _nothing, _nothing)
    silent = Segment(kind="reasoning", tokens=["x", "y"])
    exchange.outcome = Outcome(choices=[Choice(segments=[silent])])
    exchange.schedule = Schedule(due_s=[[1.0, 2.0]])

    assert {2.0} == {t for t, _ in frames(plan(KINDS), exchange, {})}
