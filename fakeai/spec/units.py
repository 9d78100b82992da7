"""Units and distributions, as types of the spec and as numbers."""

from __future__ import annotations

import re
from typing import Annotated, Final

import msgspec

DURATION_PATTERN: Final = r"^\d+(_\d+)*(\.\d+)?(us|ms|s|m|h|d)$"
SIZE_PATTERN: Final = r"^\d+(_\d+)*(\.\d+)?(B|KB|MB|GB|KiB|MiB|GiB)$"
COUNT_PATTERN: Final = r"^\d+(_\d+)*(\.\d+)?[kM]?$"

Duration = Annotated[
    str,
    msgspec.Meta(
        pattern=DURATION_PATTERN,
        examples=["350ms", "1.5s", "10m", "24h"],
        extra_json_schema={"x-unit": "duration"},
    ),
]
Size = Annotated[
    str,
    msgspec.Meta(
        pattern=SIZE_PATTERN,
        examples=["64KB", "10MB", "1MiB"],
        extra_json_schema={"x-unit": "size"},
    ),
]
Count = (
    Annotated[int, msgspec.Meta(ge=0)]
    | Annotated[
        str,
        msgspec.Meta(
            pattern=COUNT_PATTERN,
            examples=["128k", "2M", "128_000"],
            extra_json_schema={"x-unit": "count"},
        ),
    ]
)

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
