"""Timer wheel: what is due in one millisecond runs together, in order."""

from __future__ import annotations

from fakeai.core.wheel import TimerWheel


class Hand:
    """A clock that is set by hand."""

    now_s = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now_s


async def test_timers_run_when_their_tick_has_come() -> None:
    """Earlier ticks first; within one, as they were set."""
    hand, ran = Hand(), []
    wheel = TimerWheel(hand)
    for name, due_s in [("c", 0.0102), ("a", 0.0051), ("b", 0.0058), ("d", 0.5)]:
        wheel.add(due_s, lambda name=name: ran.append(name))  # type: ignore[misc]

    hand.now_s = 0.0049
    wheel._run()
    assert [] == ran
    hand.now_s = 0.02
    wheel._run()

    assert ["a", "b", "c"] == ran


async def test_a_timer_that_was_taken_back_does_nothing() -> None:
    """Though others of its tick run."""
    hand, ran = Hand(), []
    wheel = TimerWheel(hand)
    wheel.add(0.001, lambda: ran.append("taken back")).cancel()
    wheel.add(0.001, lambda: ran.append("kept"))
    hand.now_s = 1.0

    wheel._run()

    assert ["kept"] == ran
