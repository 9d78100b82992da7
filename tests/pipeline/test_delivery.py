"""Delivery: the tokens that came before an exchange ended."""

from __future__ import annotations

import pytest

from fakeai.core.error import ApiError
from fakeai.core.metric import Histogram
from fakeai.pipeline.delivery import delivery
from fakeai.pipeline.exchange import Exchange, Schedule
from fakeai.pipeline.outcome import Choice, Outcome, Segment


def exchange(*due_s: list[float], tokens: int = 3) -> Exchange:
    """Return an exchange with a choice of some tokens for each schedule, or one without."""
    made = Exchange({}, None, None)  # type: ignore[arg-type]
    made.outcome = Outcome(
        choices=[Choice(segments=[Segment(tokens=["a"] * tokens)]) for _ in due_s or [0]]
    )
    made.schedule = Schedule(due_s=list(due_s))
    return made


def test_a_complete_answer_has_all_its_tokens() -> None:
    """However early its end was read from the clock."""
    came = delivery(exchange([1.0, 1.5, 2.0], [1.0, 2.0, 3.0]), 0.1)

    assert ([3, 3], 6, 3.0) == (came.tokens, came.total, came.last_s)


@pytest.mark.parametrize(("left_s", "expected"), [(0.5, 0), (1.0, 1), (1.7, 2), (9.0, 3)])
def test_a_client_that_left_has_what_was_due(left_s: float, expected: int) -> None:
    """The token of that very moment included."""
    left = exchange([1.0, 1.5, 2.0])
    left.error = ApiError("disconnected", "gone")

    assert [expected] == delivery(left, left_s).tokens


def test_a_short_choice_has_no_more_than_its_own() -> None:
    """Choices share their times; the time of the longest is no token of the others."""
    left = exchange([1.0, 1.5, 2.0], [1.0, 1.5, 2.0])
    last = left.outcome.choices[1].segments[0]
    last.tokens = last.tokens[:-1]
    left.error = ApiError("disconnected", "gone")

    assert [3, 2] == delivery(left, 9.0).tokens


class Made:
    """An engine's account of three tokens, on a clock that read 10 when the exchange began."""

    made_s = (11.0, 11.5, 12.0)

    def now(self) -> float:
        """Return the number of the last token."""
        return 2.0

    async def until(self, due: float, _deadline_s: float = 0.0) -> bool:
        """Say whether the token is made."""
        return due <= self.now()


def stepped(*numbers: range) -> Exchange:
    """Return an exchange whose engine decides step by step."""
    made = exchange(*([0.0] for _ in numbers))
    made.started = 10.0
    made.schedule = Schedule(due_s=numbers, progress=Made())
    return made


def test_steps_have_the_times_at_which_they_ended() -> None:
    """Numbers of tokens are no seconds."""
    came = delivery(stepped(range(3), range(3)), 2.0)

    assert [[1.0, 1.5, 2.0]] * 2 == came.due_s
    assert (1.0, 2.0) == (came.first_s, came.last_s)


def test_a_client_that_left_the_steps_has_what_was_made() -> None:
    """As many tokens as steps had ended."""
    left = stepped(range(3))
    left.error = ApiError("disconnected", "gone")

    assert [2] == delivery(left, 1.7).tokens


def test_an_answer_at_once_comes_whole_or_not_at_all() -> None:
    """Without a schedule the first byte brings everything."""
    at_once = exchange()
    assert [3] == delivery(at_once, 0.0).tokens

    at_once.error = ApiError("disconnected", "gone")
    assert [0] == delivery(at_once, 0.0).tokens

    at_once.sent_bytes = 1
    assert [3] == delivery(at_once, 0.0).tokens


def test_gaps_lie_between_the_tokens_of_a_choice() -> None:
    """Never between two choices; an answer at once has gaps of no time."""
    gaps = Histogram((0.0, 1.0))
    delivery(exchange([1.0, 1.5, 2.0], [1.0, 3.0, 3.5]), 9.0).gaps(gaps)
    assert ([0, 3, 1], 3.5) == (gaps.counts, gaps.sum)

    delivery(exchange(), 0.0).gaps(gaps)
    assert 2 == gaps.counts[0]
