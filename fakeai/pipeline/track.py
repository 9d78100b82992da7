"""Tracks: the frames of an outcome, each with the time at which it is due."""

from __future__ import annotations

from heapq import merge
from itertools import chain, islice, repeat
from operator import attrgetter
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.files import SegmentPlan, StreamPlan
    from fakeai.pipeline.outcome import Choice, Segment
    from fakeai.template.frames import Frame, TokenFrame

Piece = tuple[float, bytes]

_Stretch: TypeAlias = "tuple[bytes, Iterable[bytes | None], bool]"
"""What stands before some tokens, what is sent for each of them (None takes its time only), and
whether they take time: an echo comes with the first token that is made."""

_TOKENS: Final = attrgetter("tokens")
_TEXT_ONLY: Final = frozenset({"text"})


def frames(
    plan: StreamPlan,
    exchange: Exchange,
    variables: dict[str, object],
    number: Callable[[Exchange], None] | None = None,
) -> Iterator[Piece]:
    """Yield every frame of a stream with the time at which it is due, in that order.

    `number` may make numbers of the tokens: it is called once all else is rendered, before which
    they are not looked at.
    """
    start, body, ends = _rendered(plan, exchange, variables)
    del variables  # which hold the request: an open stream has no need of it
    if number is not None and exchange.schedule.progress is None:
        number(exchange)
    last = 0.0
    for last, part in body:
        yield last, start + part
        start = b""
    yield last, start + b"".join(ends)


def _rendered(
    plan: StreamPlan, exchange: Exchange, variables: dict[str, object]
) -> tuple[bytes, Iterable[Piece], Iterable[bytes]]:
    """Return what begins a stream, its choices and what ends it.

    All is rendered but the tokens, unless an engine has yet to decide how long they take.
    """
    schedule, choices = exchange.schedule, exchange.outcome.choices
    is_known = schedule.progress is None
    dues: Iterable[Sequence[float]] = schedule.due_s or repeat(())
    start = _join(plan.start, variables)
    prompt = exchange.usage.prompt_tokens
    tracks: list[Iterator[Piece]] = []
    for choice, due_s in zip(choices, dues, strict=False):
        known = variables if len(choices) == 1 else {**variables}
        stretches = _Track(plan, choice, prompt).stretches(known)
        tracks.append(_timed(_all_of(stretches) if is_known else stretches, due_s))
    body = tracks[0] if len(tracks) == 1 else merge(*tracks, key=lambda piece: piece[0])
    ends = _ends(plan, variables)
    return start, body, list(ends) if is_known else ends


def _timed(stretches: Iterable[_Stretch], due_s: Sequence[float]) -> Iterator[Piece]:
    """Yield the frames of one choice when they are due, and what ends it with the last token."""
    due = iter(due_s)
    last = due_s[0] if due_s else 0.0
    head = b""
    for opening, parts, takes_time in stretches:
        head += opening
        del opening  # so that it is let go with the first token
        times = due if takes_time else repeat(last)
        for part in parts:
            last = next(times, last)
            if part is not None:
                yield last, head + part
                head = b""
    yield last, head


def _all_of(stretches: Iterator[_Stretch]) -> Iterator[_Stretch]:
    """Return stretches that are all rendered, and are let go as they are taken."""
    rendered: list[_Stretch | None] = [None, *reversed(list(stretches))]
    return iter(rendered.pop, None)


def _ends(plan: StreamPlan, variables: dict[str, object]) -> Iterator[bytes]:
    yield _join(plan.end, variables)
    yield plan.done.render(variables) if plan.done else b""


class _Track:
    """The frames of one choice; it counts the tokens before each of its segments."""

    __slots__ = ("_choice", "_offset", "_plan", "_prompt_tokens", "_reasoning", "_sent")

    def __init__(self, plan: StreamPlan, choice: Choice, prompt_tokens: int) -> None:
        self._plan = plan
        self._choice = choice
        self._prompt_tokens = prompt_tokens
        self._sent = -choice.echoed_tokens
        self._reasoning = 0
        self._offset = 0

    def stretches(self, known: dict[str, object]) -> Iterator[_Stretch]:
        """Yield a stretch for each segment, and what ends the choice.

        A segment without frames takes its time and sends nothing. To the variables that are
        known, those of the choice are added.
        """
        known["choice"] = self._choice
        head = _join(self._plan.choice_start, known)
        segments = self._choice.segments
        for segment in segments:
            frames_of = self._plan.segments.get(segment.kind)
            if frames_of is None:
                yield head, repeat(None, len(segment.tokens)), self._takes_time(segment)
                head = b""
            else:
                known["segment"] = segment
                head += _join(frames_of.start, known)
                parts = self._parts(frames_of, segment, known)
                yield head, parts, self._takes_time(segment)
                head = _join(frames_of.end, known)
            if segment is not segments[-1]:
                self._count(segment)
        yield head + _join(self._plan.choice_end, known), (), True

    def _takes_time(self, segment: Segment) -> bool:
        choice = self._choice
        return not choice.echoed_tokens or segment is not choice.segments[0]

    def _parts(
        self, frames_of: SegmentPlan, segment: Segment, known: dict[str, object]
    ) -> Iterator[bytes]:
        """Return the frames of a segment's tokens; the last one of a choice may have its own."""
        is_last = segment is self._choice.segments[-1]
        count = len(segment.tokens)
        delta = frames_of.delta.split(known)
        if not (is_last and frames_of.last and count):
            return self._encoded(delta, segment, 0, count)
        closing = frames_of.last.split(known)
        return chain(
            self._encoded(delta, segment, 0, count - 1),
            self._encoded(closing, segment, count - 1, count),
        )

    def _encoded(
        self, frame: TokenFrame, segment: Segment, first: int, end: int
    ) -> Iterator[bytes]:
        """Return the frames of a run of tokens."""
        if frame.varies <= _TEXT_ONLY:
            return map(frame.text, islice(_tokens(segment), first, end))
        deltas = self._deltas(segment, self._sent, self._reasoning, self._offset)
        return map(frame.encode, islice(deltas, first, end))

    def _count(self, segment: Segment) -> None:
        tokens = segment.tokens
        self._sent += len(tokens)
        if segment.kind == "reasoning":
            self._reasoning += len(tokens)
        elif segment.kind == "text":
            self._offset += sum(map(len, tokens))

    def _deltas(
        self, segment: Segment, sent: int, reasoning: int, offset: int
    ) -> Iterator[dict[str, object]]:
        """Yield for each token all that may vary; given are the counts before the first one."""
        for place, token in enumerate(segment.tokens):
            sent += 1
            made = max(0, sent)
            reasoning += segment.kind == "reasoning"
            delta: dict[str, object] = {
                "text": token,
                "completion_tokens": made,
                "reasoning_tokens": reasoning,
                "total_tokens": self._prompt_tokens + made,
            }
            if segment.logprobs:
                entry = segment.logprobs[place]
                delta |= {
                    "logprob": entry.logprob,
                    "bytes": entry.bytes,
                    "top_logprobs": entry.top,
                    "top_by_token": entry.top_by_token,
                    "text_offset": offset,
                }
            yield delta
            if segment.kind == "text":
                offset += len(token)


def _tokens(segment: Segment) -> Iterator[str]:
    """Return the tokens as they are when the first one is asked for."""
    return chain.from_iterable(map(_TOKENS, (segment,)))


def _join(frames_given: tuple[Frame, ...], variables: dict[str, object]) -> bytes:
    return b"".join([frame.render(variables) for frame in frames_given])
