"""Scalars: plain words by the YAML 1.2 core schema."""

from __future__ import annotations

import pytest

from fakeai.core.scalar import Scalar, plain_scalar, tagged_scalar


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *[("", None), ("~", None), ("null", None), ("NULL", None), ("nULL", "nULL")],
        *[("true", True), ("FALSE", False), ("yes", "yes"), ("off", "off"), ("y", "y")],
        *[("0", 0), ("-12", -12), ("+3", 3), ("017", 17), ("0o17", 15), ("0x1F", 31)],
        *[("128_000", 128_000), ("1_2", "1_2"), ("_1", "_1"), ("0b11", "0b11")],
        *[("1.5", 1.5), (".5", 0.5), ("1.", 1.0), ("1e3", 1000.0), ("-2E-2", -0.02)],
        *[("1:30", "1:30"), ("1.2.3", "1.2.3"), ("1e", "1e"), ("٣", "٣"), ("10ms", "10ms")],
    ],
)
def test_plain_scalar(text: str, expected: Scalar) -> None:
    """Null, booleans, numbers; everything else is text."""
    actual = plain_scalar(text)

    assert expected == actual
    assert type(expected) is type(actual)


@pytest.mark.parametrize("text", [".inf", "-.INF", ".nan", "1e999", "9" * 5000, str(2**63)])
def test_numbers_that_json_cannot_hold(text: str) -> None:
    """They are refused here, not where they would be written."""
    with pytest.raises(ValueError, match=r"JSON|too large"):
        plain_scalar(text)


def test_tags() -> None:
    """A tag says which meaning is wanted."""
    assert tagged_scalar("5", "tag:yaml.org,2002:str") == "5"
    assert tagged_scalar("5", "!") == "5"
    assert type(tagged_scalar("5", "tag:yaml.org,2002:float")) is float
    with pytest.raises(ValueError, match="!!bool"):
        tagged_scalar("5", "tag:yaml.org,2002:bool")
