"""Units and distributions, as types of the spec and as numbers."""

from __future__ import annotations

import math
import re
from typing import Annotated, Final, dataclass_transform

import msgspec
from msgspec import Meta

DURATION_PATTERN: Final = r"^\d+(_\d+)*(\.\d+)?(us|ms|s|m|h|d)$"
SIZE_PATTERN: Final = r"^\d+(_\d+)*(\.\d+)?(B|KB|MB|GB|KiB|MiB|GiB)$"
COUNT_PATTERN: Final = r"^\d+(_\d+)*(\.\d+)?[kM]?$"

Duration = Annotated[
    str,
    Meta(
        pattern=DURATION_PATTERN,
        examples=["350ms", "1.5s", "10m", "24h"],
        extra_json_schema={"x-unit": "duration"},
    ),
]
PositiveDuration = Annotated[
    str,
    Meta(
        pattern=f"^(?=.*[1-9]){DURATION_PATTERN[1:]}",
        examples=["350ms", "1.5s", "10m", "24h"],
        extra_json_schema={"x-unit": "duration", "x-above-zero": True},
    ),
]
"""A duration that is some time."""
Size = Annotated[
    str,
    Meta(
        pattern=SIZE_PATTERN,
        examples=["64KB", "10MB", "1MiB"],
        extra_json_schema={"x-unit": "size"},
    ),
]
Count = (
    Annotated[int, Meta(ge=0)]
    | Annotated[
        str,
        Meta(
            pattern=COUNT_PATTERN,
            examples=["128k", "2M", "128_000"],
            extra_json_schema={"x-unit": "count"},
        ),
    ]
)
PositiveCount = (
    Annotated[int, Meta(ge=1)]
    | Annotated[
        str,
        Meta(
            pattern=f"^(?=.*[1-9]){COUNT_PATTERN[1:]}",
            examples=["128k", "2M", "128_000"],
            extra_json_schema={"x-unit": "count", "x-above-zero": True},
        ),
    ]
)
Amount = Annotated[float, Meta(ge=0)]
Sigma = Annotated[float, Meta(ge=0, le=10, description="Spread, of the logarithm.")]

_SECONDS: Final = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_BYTES: Final = {
    "B": 1,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
}
_COUNTS: Final = {"": 1, "k": 10**3, "M": 10**6}
UNITS: Final = {"duration": tuple(_SECONDS), "size": tuple(_BYTES), "count": ("k", "M")}
_SPLIT: Final = re.compile(r"^([\d_.]+)([A-Za-z]*)$")


def _scale(text: str, factors: dict[str, float] | dict[str, int]) -> float:
    match = _SPLIT.match(text)
    if match is None or match[2] not in factors:
        raise ValueError(text)
    return float(match[1].replace("_", "")) * factors[match[2]]


def seconds(duration: str) -> float:
    """Return a duration such as `350ms` in seconds."""
    return _scale(duration, _SECONDS)


def size_bytes(size: str) -> int:
    """Return a size such as `10MB` in bytes."""
    return round(_scale(size, _BYTES))


def number(count: int | str) -> int:
    """Return a count such as `128k` as a number."""
    return count if isinstance(count, int) else round(_scale(count, _COUNTS))


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Distribution(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="distribution"
):
    """Base of all distributions; `distribution` says which one a map is."""


class DurationConstant(Distribution, tag="constant"):
    """Always the same duration."""

    value: Annotated[Duration, Meta(description="The duration.")]


class DurationNormal(Distribution, tag="normal"):
    """A bell curve of durations, cut off at 0."""

    mean: Annotated[Duration, Meta(description="Middle of the bell.")]
    stddev: Annotated[Duration, Meta(description="Standard deviation.")]


class DurationLognormal(Distribution, tag="lognormal"):
    """Durations with a long tail, as latencies are: give `median` or `mean`."""

    sigma: Sigma
    median: Annotated[Duration | None, Meta(description="Half of the draws are below.")] = None
    mean: Annotated[Duration | None, Meta(description="Average of the draws.")] = None

    def __post_init__(self) -> None:
        """One of the two says where the curve lies."""
        _one(self.median, self.mean)


class DurationUniform(Distribution, tag="uniform"):
    """Any duration of a range, all as likely."""

    min: Annotated[Duration, Meta(description="Shortest.")]
    max: Annotated[Duration, Meta(description="Longest.")]

    def __post_init__(self) -> None:
        """A range runs upwards."""
        _upwards(seconds(self.min), seconds(self.max))


class DurationExponential(Distribution, tag="exponential"):
    """Durations between events that know nothing of each other."""

    mean: Annotated[Duration, Meta(description="Average of the draws.")]


class NumberConstant(Distribution, tag="constant"):
    """Always the same number."""

    value: Annotated[Amount, Meta(description="The number.")]


class NumberNormal(Distribution, tag="normal"):
    """A bell curve of numbers, cut off at 0."""

    mean: Annotated[Amount, Meta(description="Middle of the bell.")]
    stddev: Annotated[Amount, Meta(description="Standard deviation.")]


class NumberLognormal(Distribution, tag="lognormal"):
    """Numbers with a long tail: give `median` or `mean`."""

    sigma: Sigma
    median: Annotated[Amount | None, Meta(description="Half of the draws are below.")] = None
    mean: Annotated[Amount | None, Meta(description="Average of the draws.")] = None

    def __post_init__(self) -> None:
        """One of the two says where the curve lies."""
        _one(self.median, self.mean)


class NumberUniform(Distribution, tag="uniform"):
    """Any number of a range, all as likely."""

    min: Annotated[Amount, Meta(description="Smallest.")]
    max: Annotated[Amount, Meta(description="Largest.")]

    def __post_init__(self) -> None:
        """A range runs upwards."""
        _upwards(self.min, self.max)


class NumberExponential(Distribution, tag="exponential"):
    """Numbers of which most are small."""

    mean: Annotated[Amount, Meta(description="Average of the draws.")]


DurationDistribution = (
    Duration
    | DurationConstant
    | DurationNormal
    | DurationLognormal
    | DurationUniform
    | DurationExponential
)
NumberDistribution = (
    Amount | NumberConstant | NumberNormal | NumberLognormal | NumberUniform | NumberExponential
)


def parameters(quantity: float | str | Distribution) -> tuple[str, dict[str, float]]:
    """Return a quantity's distribution and its parameters, durations in seconds.

    A lone duration or number is `constant`; a lognormal is given by its median.
    """
    if isinstance(quantity, str):
        return "constant", {"value": seconds(quantity)}
    if isinstance(quantity, (int, float)):
        return "constant", {"value": float(quantity)}
    given = msgspec.structs.asdict(quantity)
    numbers = {
        name: seconds(value) if isinstance(value, str) else float(value)
        for name, value in given.items()
        if value is not None
    }
    if isinstance(quantity, (DurationLognormal, NumberLognormal)) and "mean" in numbers:
        numbers["median"] = numbers.pop("mean") * math.exp(-(numbers["sigma"] ** 2) / 2)
    return str(quantity.__struct_config__.tag), numbers


def _one(median: float | str | None, mean: float | str | None) -> None:
    if (median is None) == (mean is None):
        raise ValueError("a lognormal takes either `median` or `mean`")


def _upwards(low: float, high: float) -> None:
    if low > high:
        raise ValueError("`min` is greater than `max`")
