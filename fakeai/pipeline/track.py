"""Tracks: the frames of an outcome, each with the time at which it is due."""

from __future__ import annotations

from heapq import merge
from itertools import chain, repeat
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.files import SegmentPlan, StreamPlan
    from fakeai.pipeline.outcome import Choice, Segment
    from fakeai.template.frames import Frame

Piece = tuple[float, bytes]

_TEXT_ONLY: Final = frozenset({"text"})


def frames(plan: StreamPlan, exchange: Exchange, variables: dict[str, object]) -> Iterator[Piece]:
    """Yield every frame of a stream with the time at which it is due, in that order."""
    schedule, choices = exchange.schedule, exchange.outcome.choices
    dues: Iterable[Sequence[float]] = schedule.due_s or repeat(())
    start = _join(plan.start, variables)
    prompt = exchange.usage.prompt_tokens
    tracks = [
        _Track(plan, choice, prompt).pieces(due, variables if len(choices) == 1 else {**variables})
        for choice, due in zip(choices, dues, strict=False)
    ]
    body = tracks[0] if len(tracks) == 1 else merge(*tracks, key=lambda piece: piece[0])
    last = 0.0
    for last, part in body:
        yield last, start + part
        start = b""
    end = _join(plan.end, variables)
    done = plan.done.render(variables) if plan.done else b""
    yield last, start + end + done


class _Track:
    """The frames of one choice; it counts the tokens that have been sent."""

    __slots__ = ("_choice", "_offset", "_plan", "_prompt_tokens", "_reasoning", "_sent")

    def __init__(self, plan: StreamPlan, choice: Choice, prompt_tokens: int) -> None:
        self._plan = plan
        self._choice = choice
        self._prompt_tokens = prompt_tokens
        self._sent = 0
        self._reasoning = 0
        self._offset = 0

    def pieces(self, due_s: Sequence[float], known: dict[str, object]) -> Iterator[Piece]:
        """Yield the frames; a segment without frames takes its time and sends nothing.

        To the variables that are known, those of the choice are added.
        """
        known["choice"] = self._choice
        due = chain(due_s, repeat(due_s[-1] if due_s else 0.0))
        head = _join(self._plan.choice_start, known)
        last = due_s[0] if due_s else 0.0
        segments = self._choice.segments
        for segment in segments:
            frames_of = self._plan.segments.get(segment.kind)
            if frames_of is None:
                last = max([last, *(next(due) for _ in segment.tokens)])
                self._count(segment, len(segment.tokens))
                continue
            known["segment"] = segment
            head += _join(frames_of.start, known)
            for part in self._tokens(frames_of, segment, known, final=segment is segments[-1]):
                last = next(due)
                yield last, head + part
                head = b""
            head += _join(frames_of.end, known)
        yield last, head + _join(self._plan.choice_end, known)

    def _tokens(
        self, frames_of: SegmentPlan, segment: Segment, known: dict[str, object], *, final: bool
    ) -> Iterator[bytes]:
        tokens = segment.tokens
        delta = frames_of.delta.split(known)
        closing = frames_of.last.split(known) if final and frames_of.last and tokens else None
        for place, token in enumerate(tokens):
            frame = closing if closing and place == len(tokens) - 1 else delta
            self._count(segment, 1)
            if frame.varies <= _TEXT_ONLY:
                yield frame.text(token)
            else:
                yield frame.encode(self._delta(segment, place))
            if segment.kind == "text":
                self._offset += len(token)

    def _count(self, segment: Segment, tokens: int) -> None:
        self._sent += tokens
        self._reasoning += tokens if segment.kind == "reasoning" else 0

    def _delta(self, segment: Segment, place: int) -> dict[str, object]:
        """Return all that may vary from token to token."""
        delta: dict[str, object] = {
            "text": segment.tokens[place],
            "completion_tokens": self._sent,
            "reasoning_tokens": self._reasoning,
            "total_tokens": self._prompt_tokens + self._sent,
        }
        if segment.logprobs:
            entry = segment.logprobs[place]
            delta |= {
                "logprob": entry.logprob,
                "bytes": entry.bytes,
                "top_logprobs": entry.top,
                "top_by_token": entry.top_by_token,
                "text_offset": self._offset,
            }
        return delta


def _join(frames_given: tuple[Frame, ...], variables: dict[str, object]) -> bytes:
    return b"".join([frame.render(variables) for frame in frames_given])
