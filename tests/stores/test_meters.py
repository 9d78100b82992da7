"""Meters: filling and emptying, limit by limit."""

from copy import deepcopy

import pytest

from fakeai.stores.meters import NEVER, FixedWindow, Meter, State, TokenBucket, ticks
from fakeai.stores.port import NOTHING, Amounts, Limit, Standing

RPM = Limit(name="rpm", measure="requests", capacity=3, window_s=60)
TPM = Limit(name="tpm", measure="tokens", capacity=1000, window_s=60)
ONE = Amounts(requests=1, tokens=100)


def drawn(meter: Meter, state: State, amounts: Amounts, tick: int) -> State:
    """Return the state after a draw that fits."""
    found = meter.draw(state, amounts, tick)
    assert found is not None
    return found[0]


def test_a_bucket_starts_full_and_empties() -> None:
    """Each draw takes its amount from every limit, and reset is the time to refill it."""
    meter = TokenBucket([RPM, TPM])
    found = meter.draw(meter.open(0), ONE, 0)
    assert found is not None
    state, standings = found

    assert (Standing(2, 20.0), Standing(900, 6.0)) == standings
    assert standings == meter.standings(state, 0)


def test_a_bucket_refills_continuously() -> None:
    """A third of the window restores one of three requests, not a moment sooner."""
    meter = TokenBucket([RPM])
    state = meter.open(0)
    for _ in range(3):
        state = drawn(meter, state, ONE, 0)

    assert [ticks(20)] == meter.waits(state, ONE, 0)
    assert meter.draw(state, ONE, ticks(20) - 1) is None
    assert meter.draw(state, ONE, ticks(20)) is not None


def test_a_bucket_never_holds_more_than_its_capacity() -> None:
    """A long rest does not add up."""
    meter = TokenBucket([RPM])

    assert (Standing(3, 0.0),) == meter.standings(meter.open(0), ticks(86_400))


def test_a_window_starts_again_at_its_multiples() -> None:
    """Three requests late in one window leave the next one whole."""
    meter = FixedWindow([RPM])
    state = meter.open(ticks(59))
    for _ in range(3):
        state = drawn(meter, state, ONE, ticks(59))

    assert (Standing(0, 1.0),) == meter.standings(state, ticks(59))
    assert [ticks(1)] == meter.waits(state, ONE, ticks(59))
    assert (Standing(3, 0.0),) == meter.standings(state, ticks(60))


@pytest.mark.parametrize("meter", [TokenBucket([RPM, TPM]), FixedWindow([RPM, TPM])])
def test_more_than_the_capacity_never_fits(meter: Meter) -> None:
    """Only the limit that is too small says so."""
    assert [0, NEVER] == meter.waits(meter.open(0), Amounts(requests=1, tokens=1001), 0)


@pytest.mark.parametrize("meter", [TokenBucket([TPM]), FixedWindow([TPM])])
def test_a_limit_ignores_requests_that_draw_nothing_on_it(
    meter: Meter,
) -> None:
    """An overdrawn token limit does not hold up a request without tokens."""
    state = meter.open(0)
    overdrawn = meter.settle(state, (state, NOTHING), Amounts(tokens=5000), 0)

    assert meter.draw(overdrawn, Amounts(requests=1), 0) is not None
    assert [0] == meter.waits(overdrawn, Amounts(requests=1), 0)


@pytest.mark.parametrize("meter", [TokenBucket([TPM]), FixedWindow([TPM])])
def test_a_state_is_never_changed(meter: Meter) -> None:
    """A receipt stays what it was, whatever is drawn and settled after it."""
    state = drawn(meter, meter.open(0), ONE, 0)
    before = deepcopy(state)

    meter.draw(state, ONE, 5)
    meter.settle(state, (state, ONE), Amounts(tokens=40), 5)

    assert before == state


def test_a_refund_restores_only_what_time_has_not() -> None:
    """Half a minute restored half of the charge, so half of it is left to give back."""
    meter = TokenBucket([TPM])
    full = Amounts(tokens=1000)
    state = drawn(meter, meter.open(0), full, 0)

    settled = meter.settle(state, (state, full), NOTHING, ticks(30))

    assert (Standing(500, 30.0),) == meter.standings(state, ticks(30))
    assert (Standing(1000, 0.0),) == meter.standings(settled, ticks(30))
    assert (Standing(1000, 0.0),) == meter.standings(settled, ticks(90))


def test_a_late_refund_adds_nothing_to_another_charge() -> None:
    """A charge that time has restored gives nothing back into a bucket that was drawn anew."""
    meter = TokenBucket([TPM])
    full = Amounts(tokens=1000)
    first = drawn(meter, meter.open(0), full, 0)
    second = drawn(meter, first, full, ticks(60))

    settled = meter.settle(second, (first, full), NOTHING, ticks(60))

    assert (Standing(0, 60.0),) == meter.standings(settled, ticks(60))


def test_a_refund_of_an_old_window_adds_nothing_to_the_new_one() -> None:
    """Less counts only in the window that was charged."""
    meter = FixedWindow([TPM])
    full, used = Amounts(tokens=1000), Amounts(tokens=600)
    first = drawn(meter, meter.open(0), full, 0)
    second = drawn(meter, first, full, ticks(60))

    in_time = meter.settle(first, (first, full), used, ticks(59))
    late = meter.settle(second, (first, full), used, ticks(60))

    assert 400 == meter.standings(in_time, ticks(59))[0].remaining
    assert 0 == meter.standings(late, ticks(60))[0].remaining


def test_an_extra_charge_overdraws() -> None:
    """What was used beyond the estimate is paid back before anything fits again."""
    meter = TokenBucket([TPM])
    full = Amounts(tokens=1000)
    state = drawn(meter, meter.open(0), full, 0)

    settled = meter.settle(state, (state, full), Amounts(tokens=1500), 0)

    assert (Standing(0, 90.0),) == meter.standings(settled, 0)
    assert [ticks(30.06)] == meter.waits(settled, Amounts(tokens=1), 0)


@pytest.mark.parametrize(
    ("meter", "idle_s"), [(TokenBucket([RPM, TPM]), 20), (FixedWindow([RPM, TPM]), 60)]
)
def test_idle_is_when_the_slowest_limit_is_whole(meter: Meter, idle_s: int) -> None:
    """From the idle moment on, the state stands as a new one does."""
    state = drawn(meter, meter.open(0), ONE, 0)

    assert ticks(idle_s) == int(meter.idle_at(state))
    assert meter.standings(meter.open(0), 0) == meter.standings(state, ticks(idle_s))


def test_of_two_in_one_window_the_one_that_used_less_is_idle_first() -> None:
    """The windows of all accounts end together, so their use decides whose state is worth more."""
    meter = FixedWindow([RPM, TPM])
    little = drawn(meter, meter.open(0), ONE, 0)
    much = drawn(meter, little, ONE, 0)

    assert meter.idle_at(meter.open(0)) < meter.idle_at(little) < meter.idle_at(much)
