"""reasoning: how long a model thinks aloud."""

from __future__ import annotations

from random import Random

import pytest

from fakeai.pipeline.inputs import Inputs
from fakeai.pipeline.reasoning import Thought
from fakeai.spec.reasoning import Reasoning

ROWS = {
    "row": Reasoning(tokens=100, efforts={"none": 0, "low": 0.5, "high": 3}, default="low"),
    "quiet": Reasoning(tokens=100, efforts={"none": 0, "high": 3}, default="none"),
    "fixed": Reasoning(tokens=100),
}


@pytest.mark.parametrize(
    ("row", "inputs", "expected"),
    [
        (None, Inputs(), 0),
        ("fixed", Inputs(), 100),
        ("row", Inputs(), 50),
        ("row", Inputs(reasoning_effort="high"), 300),
        ("row", Inputs(reasoning_effort="none"), 0),
        ("row", Inputs(reasoning=False), 0),
        ("row", Inputs(reasoning_effort="high", reasoning_tokens=7), 7),
        ("quiet", Inputs(), 0),
        ("quiet", Inputs(reasoning=True), 100),
        ("quiet", Inputs(reasoning_effort="high"), 300),
    ],
)
def test_the_length_follows_row_and_request(row: str | None, inputs: Inputs, expected: int) -> None:
    """The row draws a length, the effort multiplies it, the request may limit it."""
    assert expected == Thought(ROWS).tokens(row, inputs, Random)
