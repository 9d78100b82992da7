"""Counters of the spec, made by their kind."""

from __future__ import annotations

import pytest

from fakeai.pipeline.counters import counters
from fakeai.sim.bpe import BpeCounter, bpe_available
from fakeai.spec.tokens import Counter, Tokens


def test_each_kind_has_its_counter() -> None:
    """A counter is known by its own name and counts in its own way."""
    rows = {
        "words": Counter(kind="heuristic"),
        "letters": Counter(kind="characters", ratio=2.0),
    }
    made = counters(Tokens(default="words", counters=rows))

    assert {"words": 2, "letters": 6} == {
        name: made[name].count("hello world") for name in ("words", "letters")
    }
    assert [*rows] == [counter.name for counter in made.values()]


@pytest.mark.skipif(not bpe_available(), reason="fakeai[bpe] is not installed")
def test_an_exact_counter_has_a_name_of_its_own() -> None:
    """Its kind is the encoding."""
    made = counters(Tokens(default="exact", counters={"exact": Counter(kind="o200k_base")}))

    assert isinstance(made["exact"], BpeCounter)
    assert "exact" == made["exact"].name
