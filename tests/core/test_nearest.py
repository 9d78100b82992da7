"""Near misses: which known word was probably meant."""

from __future__ import annotations

import pytest

from fakeai.core.nearest import LISTED_MAX, did_you_mean, listed, near_misses

KNOWN = ["latency", "pricing", "max_bytes", "models"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("latancy", ["latency"]),
        ("maxBytes", ["max_bytes"]),
        ("max-bytes", ["max_bytes"]),
        ("MODELS", ["models"]),
        ("colour", []),
    ],
)
def test_near_misses(word: str, expected: list[str]) -> None:
    """Letters, case and separators are forgiven; other words are not."""
    assert expected == near_misses(word, KNOWN)


def test_a_difference_of_case_beats_a_difference_of_letters() -> None:
    """The same word in another spelling is the only one that was meant."""
    assert ["small"] == near_misses("Small", ["smalls", "small", "smell"])


def test_did_you_mean() -> None:
    """One is asked for, several are offered, none is silence."""
    assert did_you_mean(["a"]) == "did you mean `a`?"
    assert did_you_mean(["a", "b"]) == "did you mean `a` or `b`?"
    assert did_you_mean([]) is None


def test_a_long_list_is_cut() -> None:
    """What is left out is counted."""
    names = [str(number) for number in range(LISTED_MAX + 3)]

    assert listed(["a", "b"]) == "`a`, `b`"
    assert listed(names).endswith("`11` and 3 more")
