"""The latency formula and its jitters."""

from __future__ import annotations

import random
from statistics import fmean, pstdev

import pytest

from fakeai.sim.latency import Jitter, LatencyProfile, constant, lognormal

PROFILE = LatencyProfile(
    overhead_s=0.1, per_token_s=0.001, itl_s=0.02, load_factor=3.0, max_num_seqs=5
)


def test_load_grows_from_one_to_the_factor() -> None:
    """Alone there is no slowing, a full batch slows by the whole factor."""
    assert [1.0, 1.0, 1.5, 2.0, 2.5, 3.0] == [PROFILE.load(running) for running in range(6)]


def test_a_single_slot_is_never_loaded() -> None:
    """With one slot nobody shares."""
    assert 1.0 == LatencyProfile(load_factor=3.0, max_num_seqs=1).load(1)


def test_ttft_counts_uncached_tokens_under_load() -> None:
    """Overhead and prefill are both stretched."""
    assert pytest.approx((0.1 + 0.2) * 2.0) == PROFILE.ttft_s(200, 3, random.Random(1))


def test_a_gap_is_stretched_by_load() -> None:
    """ITL under a full batch is the profile's times the factor."""
    assert pytest.approx(0.06) == PROFILE.due_s(0.0, 2, 5, random.Random(1))[1]


def test_times_keep_fractions_of_a_millisecond() -> None:
    """Nothing is rounded."""
    profile = LatencyProfile(per_token_s=0.000_05)

    assert pytest.approx(0.000_15) == profile.ttft_s(3, 1, random.Random(1))


@pytest.mark.parametrize(("jitter", "deviation"), [(constant, 0.0), (lognormal(0.5), 0.533)])
def test_jitters_have_mean_one(jitter: Jitter, deviation: float) -> None:
    """A jitter changes the spread, not the mean."""
    rng = random.Random(1)
    draws = [jitter(rng) for _ in range(40_000)]

    assert pytest.approx(1.0, rel=0.02) == fmean(draws)
    assert pytest.approx(deviation, rel=0.04) == pstdev(draws)


def test_both_times_have_their_own_jitter() -> None:
    """TTFT and ITL are drawn from their own distributions."""
    profile = LatencyProfile(
        overhead_s=1.0, itl_s=1.0, ttft_jitter=lambda _: 2.0, itl_jitter=lambda _: 3.0
    )

    assert [2.0, 3.0] == [
        profile.ttft_s(0, 1, random.Random(1)),
        profile.due_s(0.0, 2, 1, random.Random(1))[1],
    ]
