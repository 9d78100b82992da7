"""Counters of the spec, made by their kind."""

from __future__ import annotations

from fakeai.pipeline.counters import counters
from fakeai.sim.bpe import BpeCounter
from fakeai.spec.tokens import Counter, Tokens


def test_each_kind_has_its_counter() -> None:
    """A counter is known by its own name and counts in its own way."""
    rows = {
        "words": Counter(kind="heuristic"),
        "letters": Counter(kind="characters", ratio=2.0),
        "exact": Counter(kind="o200k_base"),
    }
    made = counters(Tokens(default="words", counters=rows))

    assert {"words": 2, "letters": 6} == {
        name: made[name].count("hello world") for name in ("words", "letters")
    }
    assert isinstance(made["exact"], BpeCounter)
    assert [*rows] == [counter.name for counter in made.values()]
