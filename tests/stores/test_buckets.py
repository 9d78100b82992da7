"""Buckets: what a tier admits, to the request, whatever is interleaved."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fakeai.stores.buckets import MemoryBuckets
from fakeai.stores.port import (
    CONCURRENT,
    NOTHING,
    Algorithm,
    Amounts,
    Decision,
    Limit,
    Standing,
)

RPM = Limit(name="rpm", measure="requests", capacity=3, window_s=60)
TPM = Limit(name="tpm", measure="tokens", capacity=100, window_s=60)
RPD = Limit(name="rpd", measure="requests", capacity=5, window_s=86_400)
ONE = Amounts(requests=1, tokens=10)
ALGORITHMS: tuple[Algorithm, ...] = ("token_bucket", "fixed_window")


def buckets(*limits: Limit, algorithm: Algorithm = "token_bucket") -> MemoryBuckets:
    """Return buckets for a few keys."""
    return MemoryBuckets(limits, algorithm=algorithm, keys_max=8)


def allowed(decision: Decision) -> bool:
    """Whether no limit refused."""
    return decision.limiting is None


def admitted(store: MemoryBuckets, amounts: Amounts, now: float, tries: int = 20) -> int:
    """Return how many of a burst of requests are let through."""
    return sum(allowed(store.take("ann", amounts, now)) for _ in range(tries))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_limit_is_exact(algorithm: Algorithm) -> None:
    """A burst gets the capacity, and after a whole window of rest gets it again."""
    store = buckets(RPM, algorithm=algorithm)

    assert [3, 3, 3] == [admitted(store, ONE, now) for now in (0.0, 60.0, 120.0)]


def test_a_bucket_lets_one_through_every_third_of_a_minute() -> None:
    """Three a minute, once the burst is spent, is one in 20 seconds."""
    store = buckets(RPM)
    admitted(store, ONE, 0.0)

    assert 9 == sum(allowed(store.take("ann", ONE, float(second))) for second in range(1, 181))


def test_keys_do_not_share() -> None:
    """One key's burst leaves another's limit whole."""
    store = buckets(RPM)
    admitted(store, ONE, 0.0)

    assert allowed(store.take("bob", ONE, 0.0))


def test_a_refused_request_consumes_nothing() -> None:
    """The limits that had room are not charged when another one refuses."""
    store = buckets(RPM, TPM)
    for _ in range(5):
        store.take("ann", Amounts(requests=1, tokens=101), 0.0)
    first = store.take("ann", ONE, 0.0)
    refused = store.take("ann", Amounts(requests=1, tokens=95), 0.0)

    assert (Standing(2, 20.0), Standing(90, 6.0)) == first.standings
    assert "tpm" == refused.limiting
    assert first.standings == refused.standings


def test_the_slowest_limit_sets_the_time() -> None:
    """With the day's and the minute's limit spent, the day's is named and waited for."""
    store = buckets(RPM, RPD)
    for now in (0.0, 20.0, 40.0, 40.0, 40.0):
        store.take("ann", ONE, now)

    refused = store.take("ann", ONE, 40.0)

    assert ("rpd", 17_240.0) == (refused.limiting, refused.retry_after_s)


def test_more_than_the_capacity_is_told_so() -> None:
    """No time is given to a request that waiting does not help."""
    refused = buckets(RPM, TPM).take("ann", Amounts(requests=1, tokens=101), 0.0)

    assert (False, "tpm", None, True) == (
        allowed(refused),
        refused.limiting,
        refused.retry_after_s,
        refused.never_fits,
    )


def test_settling_gives_back_what_was_not_used() -> None:
    """An estimate of 90 that came to 20 leaves 80 of 100."""
    store = buckets(TPM)
    taken = store.take("ann", Amounts(requests=1, tokens=90), 0.0)
    store.settle(taken, Amounts(requests=1, tokens=20), 0.0)

    assert allowed(store.take("ann", Amounts(tokens=80), 0.0))
    assert not allowed(store.take("ann", Amounts(tokens=1), 0.0))


def test_settling_charges_what_was_used_beyond_the_estimate() -> None:
    """An estimate of 10 that came to 160 is paid off before the next token."""
    store = buckets(TPM)
    taken = store.take("ann", Amounts(requests=1, tokens=10), 0.0)
    store.settle(taken, Amounts(requests=1, tokens=160), 0.0)

    refused = store.take("ann", Amounts(tokens=1), 0.0)

    assert 36.6 == refused.retry_after_s
    assert allowed(store.take("ann", Amounts(tokens=1), 36.6))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_nothing_gives_the_whole_charge_back(algorithm: Algorithm) -> None:
    """A failed request that is not to count leaves the limits as they were."""
    store = buckets(RPM, TPM, algorithm=algorithm)
    taken = store.take("ann", ONE, 0.0)
    store.settle(taken, NOTHING, 0.0)

    assert 3 == admitted(store, ONE, 0.0)


def test_concurrency_is_a_limit_that_settling_frees() -> None:
    """Two at a time: a third waits for nobody knows how long, and charges nothing."""
    store = MemoryBuckets([RPM], keys_max=8, concurrent_max=2)
    first, second, third = (store.take("ann", ONE, 0.0) for _ in range(3))
    store.settle(first, ONE, 1.0)
    fourth = store.take("ann", ONE, 1.0)

    assert (CONCURRENT, None, False) == (third.limiting, third.retry_after_s, third.never_fits)
    assert [True, True, True] == [allowed(each) for each in (first, second, fourth)]


def test_no_slots_admit_nobody() -> None:
    """A concurrency of zero is not the same as none declared."""
    store = MemoryBuckets([], keys_max=8, concurrent_max=0)

    assert CONCURRENT == store.take("ann", ONE, 0.0).limiting


@pytest.mark.parametrize(("capacity", "window_s"), [(0, 60.0), (-1, 60.0), (1, 0.0)])
def test_a_limit_that_cannot_refill_is_refused(capacity: int, window_s: float) -> None:
    """Neither nothing a minute nor anything in no time is a limit."""
    with pytest.raises(ValueError, match="rpm"):
        Limit(name="rpm", measure="requests", capacity=capacity, window_s=window_s)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_flood_of_keys_stays_under_the_bound(algorithm: Algorithm) -> None:
    """200,000 strangers do not push out a key with two of three requests spent."""
    store = MemoryBuckets([RPM], algorithm=algorithm, keys_max=1000)
    for now in (60.0, 60.0):
        store.settle(store.take("ann", ONE, now), ONE, now)
    for stranger in range(200_000):
        now = 60.0 + stranger / 1e5
        store.settle(store.take(stranger, ONE, now), ONE, now)

    assert 1000 == len(store)
    assert 1 == admitted(store, ONE, 62.0)


def test_a_key_with_an_open_request_outlasts_the_flood() -> None:
    """An account whose slot is held is never idle, even when its bucket is full again."""
    store = MemoryBuckets([TPM], keys_max=10)
    taken = store.take("ann", Amounts(tokens=100), 0.0)
    for stranger in range(1000):
        store.settle(store.take(stranger, ONE, 300.0), ONE, 300.0)
    store.settle(taken, Amounts(tokens=300), 300.0)

    assert "tpm" == store.take("ann", Amounts(tokens=1), 300.0).limiting


def test_an_evicted_request_settles_nothing() -> None:
    """A receipt from before an eviction frees no slot and refunds no token of the new account."""
    store = MemoryBuckets([TPM], keys_max=1, concurrent_max=1)
    evicted = store.take("ann", Amounts(tokens=100), 0.0)
    store.take("bob", ONE, 0.0)
    store.take("ann", Amounts(tokens=100), 0.0)
    store.settle(evicted, NOTHING, 0.0)

    assert CONCURRENT == store.take("ann", Amounts(tokens=1), 0.0).limiting


Event = tuple[int, int, int, int]
EVENTS = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 1000, 20_000, 60_000]),  # milliseconds since the event before
        st.sampled_from([1, 30, 60, 97, 98]),  # tokens estimated
        st.sampled_from([0, 1, 60, 97, 150]),  # tokens used; 0 gives the request back, too
        st.integers(0, 12),  # events until it is settled
    ),
    max_size=30,
)
ODD_TPM = Limit(name="tpm", measure="tokens", capacity=97, window_s=60)
RP10S = Limit(name="rp10s", measure="requests", capacity=3, window_s=10)


def used_up(event: Event) -> Amounts:
    """Return what an event's request comes to in the end."""
    return Amounts(requests=1, tokens=event[2]) if event[2] else NOTHING


def replay(store: MemoryBuckets, events: list[Event]) -> list[tuple[int, Amounts]]:
    """Play takes and settlements; return the millisecond and the amounts of each admission."""
    open_: list[tuple[int, Decision, Amounts]] = []
    log = []
    now_ms = 0
    for step, event in enumerate(events):
        pause_ms, tokens, _, lasts = event
        now_ms += pause_ms
        for due in [each for each in open_ if each[0] <= step]:
            open_.remove(due)
            store.settle(due[1], due[2], now_ms / 1000)
        taken = store.take("ann", Amounts(requests=1, tokens=tokens), now_ms / 1000)
        if allowed(taken):
            actual = used_up(event)
            open_.append((step + lasts, taken, actual))
            log.append((now_ms, Amounts(actual.requests, min(tokens, actual.tokens))))
    return log


@given(EVENTS)
@settings(max_examples=500)
@example([(60_000, 97, 0, 12)] * 4 + [(0, 97, 97, 12)] * 12)
@example([(0, 50, 0, 2), (0, 47, 0, 3), (0, 1, 1, 9), (30_000, 97, 97, 9), (0, 47, 47, 9)])
def test_no_interleaving_admits_more_than_a_bucket_holds(events: list[Event]) -> None:
    """In any stretch of time: at most the capacity and what refilled meanwhile."""
    log = replay(buckets(RP10S, ODD_TPM), events)

    for first, (start_ms, _) in enumerate(log):
        requests = tokens = 0
        for end_ms, actual in log[first:]:
            requests += actual.requests
            tokens += actual.tokens
            elapsed_ms = end_ms - start_ms
            assert requests * 10_000 <= 3 * (10_000 + elapsed_ms)
            assert tokens * 60_000 <= 97 * (60_000 + elapsed_ms)


@given(EVENTS)
@settings(max_examples=500)
@example([(0, 97, 0, 1), (60_000, 97, 97, 9), (0, 97, 97, 9)])
def test_no_interleaving_admits_more_than_a_window(events: list[Event]) -> None:
    """In every window: at most the limit."""
    log = replay(buckets(RP10S, ODD_TPM, algorithm="fixed_window"), events)

    for start_ms in {moment for moment, _ in log}:
        tens = [actual for moment, actual in log if moment // 10_000 == start_ms // 10_000]
        minutes = [actual for moment, actual in log if moment // 60_000 == start_ms // 60_000]
        assert sum(actual.requests for actual in tens) <= 3
        assert sum(actual.tokens for actual in minutes) <= 97


@given(EVENTS, st.sampled_from(ALGORITHMS), st.integers(1, 97))
def test_retry_after_is_true_and_not_too_long(
    events: list[Event], algorithm: Algorithm, tokens: int
) -> None:
    """Whoever waits exactly that long gets through; a hundredth of a second less is too soon."""
    store = buckets(RP10S, ODD_TPM, RPD, algorithm=algorithm)
    replay(store, events)
    now = sum(event[0] for event in events) / 1000
    wanted = Amounts(requests=1, tokens=tokens)
    refused = store.take("ann", wanted, now)
    if allowed(refused):
        return
    wait_s = refused.retry_after_s
    assert wait_s is not None

    assert not allowed(store.take("ann", wanted, now + max(0.0, wait_s - 0.01)))
    assert allowed(store.take("ann", wanted, now + wait_s))


@given(EVENTS, st.sampled_from(ALGORITHMS))
def test_remaining_is_what_can_be_taken(events: list[Event], algorithm: Algorithm) -> None:
    """The amount told as remaining fits, and one more does not."""
    store = buckets(ODD_TPM, algorithm=algorithm)
    replay(store, events)
    now = sum(event[0] for event in events) / 1000
    (standing,) = store.take("ann", NOTHING, now).standings

    assert not allowed(store.take("ann", Amounts(tokens=standing.remaining + 1), now))
    assert allowed(store.take("ann", Amounts(tokens=standing.remaining), now))
