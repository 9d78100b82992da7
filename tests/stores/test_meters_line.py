"""Token buckets, held against charges that lie end to end on a line.

In that model the end of a limit's line grows with each charge, and elapsed time plus what was
given back says how far refilling has come, oldest charge first. It is slow, and plainly exact.
"""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from fakeai.stores.meters import TICKS_PER_S, State, TokenBucket, ticks
from fakeai.stores.port import NOTHING, Amounts, Limit, Standing

LIMITS = [
    Limit(name="rpm", measure="requests", capacity=3, window_s=10),
    Limit(name="tpm", measure="tokens", capacity=97, window_s=60),
    Limit(name="input_tpm", measure="input_tokens", capacity=60, window_s=60),
]


class Line:
    """One limit as a line of charges; an end of it is a receipt."""

    def __init__(self, limit: Limit) -> None:
        """Start full."""
        self.capacity, self.window = limit.capacity, ticks(limit.window_s)
        self.measure = limit.measure
        self.end = self.given_back = 0

    def restored(self, tick: int) -> int:
        """Return how far refilling has come."""
        return tick * self.capacity + self.given_back

    def after(self, amount: int, tick: int) -> int:
        """Return where the line would end after a charge."""
        return max(self.end, self.restored(tick)) + amount * self.window

    def fits(self, amount: int, tick: int) -> bool:
        """Say whether the bucket holds as much."""
        whole = self.capacity * self.window
        return not amount or self.after(amount, tick) - self.restored(tick) <= whole

    def settle(self, receipt: int, excess: int, tick: int) -> None:
        """Correct a charge."""
        if excess > 0:
            left = max(0, receipt - self.restored(tick))
            self.given_back += min(excess * self.window, left)
        else:
            self.end = self.after(-excess, tick)

    def standing(self, tick: int) -> Standing:
        """Return what is left."""
        debt = max(0, self.end - self.restored(tick))
        left = max(0, self.capacity * self.window - debt) // self.window
        return Standing(left, -(-debt // self.capacity) / TICKS_PER_S)


STEPS = st.lists(
    st.tuples(
        st.sampled_from([0, 0, 1, 7, 1_000_000, 9_999_999, 30_000_001, 200_000_000]),
        st.builds(Amounts, st.integers(0, 1), *[st.sampled_from([0, 1, 30, 60, 97, 98])] * 2),
        st.builds(Amounts, st.integers(0, 1), *[st.sampled_from([0, 1, 29, 60, 97, 250])] * 2),
        st.integers(0, 6),
    ),
    max_size=40,
)


def tokens(count: int) -> Amounts:
    """Return a draw on one limit only."""
    return Amounts(tokens=count)


@given(STEPS)
@settings(max_examples=500)
@example(  # the second of three gives back what time and the first have not restored of it
    [
        *[(0, tokens(30), NOTHING, 6)] * 3,
        (9_999_999, NOTHING, NOTHING, 0),
        (9_999_999, NOTHING, NOTHING, 0),
    ]
)
def test_draws_and_settlements_are_those_of_the_line(
    steps: list[tuple[int, Amounts, Amounts, int]],
) -> None:
    """What is let through, what it leaves, and what late settlements give back: all the same."""
    meter, lines = TokenBucket(LIMITS), [Line(limit) for limit in LIMITS]
    state = meter.open(0)
    open_: list[tuple[State, list[int], Amounts]] = []
    tick = 0
    for pause, amounts, actual, which in steps:
        tick += pause
        if which < len(open_):
            charged, receipts, asked = open_.pop(which)
            state = meter.settle(state, (charged, asked), actual, tick)
            for line, receipt in zip(lines, receipts, strict=True):
                excess = getattr(asked, line.measure) - getattr(actual, line.measure)
                line.settle(receipt, excess, tick)
        found = meter.draw(state, amounts, tick)
        wanted = [(line, getattr(amounts, line.measure)) for line in lines]

        assert all(line.fits(amount, tick) for line, amount in wanted) is (found is not None)

        if found is not None:
            state, standings = found
            for line, amount in wanted:
                line.end = line.after(amount, tick)
            open_.append((state, [line.end for line in lines], amounts))
            assert tuple(line.standing(tick) for line in lines) == standings
        assert tuple(line.standing(tick) for line in lines) == meter.standings(state, tick)
