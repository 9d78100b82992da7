"""Samplers follow their distribution and never go below zero."""

from __future__ import annotations

import random
from statistics import fmean, median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakeai.sim.distribution import PARAMETERS, sampler

AMOUNT = st.floats(0, 1000)


def dice(seed: int = 1) -> random.Random:
    """Return a stream of chance that can be had again."""
    return random.Random(seed)


@given(st.sampled_from(sorted(PARAMETERS)), st.data())
def test_a_sample_is_never_negative(kind: str, data: st.DataObject) -> None:
    """Whatever the distribution and its parameters."""
    params = {name: data.draw(AMOUNT) for name in PARAMETERS[kind]}
    if kind == "uniform":
        params["min"], params["max"] = sorted(params.values())
    if kind == "lognormal":
        params["sigma"] = min(params["sigma"], 3.0)
    draw, rng = sampler(kind, **params), dice()

    assert all(draw(rng) >= 0 for _ in range(20))


def test_constant_is_its_value() -> None:
    """No chance is involved."""
    assert 0.35 == sampler("constant", value=0.35)(dice())


@pytest.mark.parametrize(
    ("kind", "params", "mean"),
    [
        ("normal", {"mean": 5.0, "stddev": 1.0}, 5.0),
        ("uniform", {"min": 2.0, "max": 4.0}, 3.0),
        ("exponential", {"mean": 3.0}, 3.0),
    ],
)
def test_the_mean_is_the_declared_one(kind: str, params: dict[str, float], mean: float) -> None:
    """Ten thousand draws come near it."""
    draw, rng = sampler(kind, **params), dice()

    assert pytest.approx(mean, rel=0.03) == fmean(draw(rng) for _ in range(10_000))


def test_the_median_of_lognormal_is_the_declared_one() -> None:
    """Half of the draws are below it."""
    draw, rng = sampler("lognormal", median=0.025, sigma=0.5), dice()

    assert pytest.approx(0.025, rel=0.03) == median(draw(rng) for _ in range(10_000))


def test_uniform_keeps_its_bounds() -> None:
    """Both ends hold, and a range without width is its value."""
    draw, rng = sampler("uniform", min=2.0, max=4.0), dice()

    assert all(2.0 <= draw(rng) <= 4.0 for _ in range(1000))
    assert 2.0 == sampler("uniform", min=2.0, max=2.0)(rng)


def test_the_same_dice_give_the_same_samples() -> None:
    """A sampler keeps no state of its own."""
    draw = sampler("lognormal", median=1.0, sigma=1.0)

    assert draw(dice(5)) == draw(dice(5))
    assert draw(dice(5)) != draw(dice(6))


@pytest.mark.parametrize(
    ("kind", "params", "message"),
    [
        ("gaussian", {}, "no distribution 'gaussian'"),
        ("normal", {"mean": 1.0}, "normal takes mean, stddev"),
        ("constant", {"value": -1.0}, "value must be"),
        ("constant", {"value": float("nan")}, "value must be"),
        ("uniform", {"min": 2.0, "max": 1.0}, "min is greater than max"),
    ],
)
def test_wrong_parameters_are_refused(kind: str, params: dict[str, float], message: str) -> None:
    """The message names what is wrong."""
    with pytest.raises(ValueError, match=message):
        sampler(kind, **params)
