"""Units and distributions, as types and as numbers."""

from __future__ import annotations

import math

import msgspec
import pytest

from fakeai.spec.units import (
    Count,
    Duration,
    DurationDistribution,
    DurationUniform,
    NumberDistribution,
    NumberLognormal,
    Size,
    number,
    parameters,
    seconds,
    size_bytes,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("350ms", 0.35), ("1.5s", 1.5), ("500us", 0.0005), ("10m", 600.0), ("1_000ms", 1.0)],
)
def test_seconds(text: str, expected: float) -> None:
    """Durations are fractions of a second, never rounded."""
    assert math.isclose(expected, seconds(text))


def test_sizes_and_counts() -> None:
    """KB is decimal, KiB is binary, k and M are thousands and millions."""
    assert [64_000, 65_536, 1] == [size_bytes("64KB"), size_bytes("64KiB"), size_bytes("1B")]
    assert [128_000, 2_500_000, 7, 7] == [number("128k"), number("2.5M"), number("7"), number(7)]


@pytest.mark.parametrize(
    ("text", "type_"),
    [("30", Duration), ("1h30m", Duration), ("10mb", Size), ("10", Size), ("1K", Count)],
)
def test_other_texts_are_no_quantities(text: str, type_: object) -> None:
    """What a type takes, its function can read; everything else the type refuses."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(text, type_)


@pytest.mark.parametrize("text", ["10x", "ms", "1.5.2s"])
def test_what_no_function_can_read(text: str) -> None:
    """A text that no type would take is a ValueError."""
    with pytest.raises(ValueError, match=r".*"):
        seconds(text)


def test_parameters_are_in_seconds_and_numbers() -> None:
    """Lone quantities are constant; a lognormal is given by its median."""
    uniform = msgspec.convert(
        {"distribution": "uniform", "min": "5ms", "max": "1s"}, DurationDistribution
    )

    assert ("uniform", {"min": 0.005, "max": 1.0}) == parameters(uniform)
    assert ("constant", {"value": 0.002}) == parameters("2ms")
    assert ("constant", {"value": 120.0}) == parameters(120)
    assert ("lognormal", {"median": 9.0, "sigma": 0.5}) == parameters(
        NumberLognormal(median=9.0, sigma=0.5)
    )


def test_the_mean_of_a_lognormal_becomes_its_median() -> None:
    """Both ways to say where the curve lies are the same curve."""
    _, numbers = parameters(NumberLognormal(mean=100.0, sigma=1.0))

    assert {"median", "sigma"} == numbers.keys()
    assert math.isclose(100.0, numbers["median"] * math.exp(0.5))


@pytest.mark.parametrize(
    "value",
    [
        {"distribution": "lognormal", "sigma": 1},
        {"distribution": "lognormal", "sigma": 1, "mean": 1, "median": 1},
        {"distribution": "uniform", "min": 2, "max": 1},
        {"distribution": "normal", "mean": 1},
        -1,
        "fast",
    ],
)
def test_distributions_that_mean_nothing(value: object) -> None:
    """A curve must lie somewhere, a range runs upwards, and nothing is negative."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(value, NumberDistribution)


def test_a_range_may_be_a_single_duration() -> None:
    """The ends are compared as seconds, not as texts."""
    assert DurationUniform(min="1000ms", max="1s").min == "1000ms"
    with pytest.raises(ValueError, match="greater"):
        DurationUniform(min="90ms", max="0.05s")
