"""Counters of the spec, made by their kind."""

from __future__ import annotations

from fakeai.pipeline.counters import _HASHERS_MAX, Hashers, counters
from fakeai.pipeline.registry import Registry, ServedModel
from fakeai.sim.bpe import BpeCounter
from fakeai.sim.tokens import HeuristicCounter
from fakeai.spec.model import Model, Spec
from fakeai.spec.tokens import Counter, Tokens
from tests.extras import needs_bpe


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


@needs_bpe
def test_an_exact_counter_has_a_name_of_its_own() -> None:
    """Its kind is the encoding."""
    made = counters(Tokens(default="exact", counters={"exact": Counter(kind="o200k_base")}))

    assert isinstance(made["exact"], BpeCounter)
    assert "exact" == made["exact"].name


def _model(name: str) -> ServedModel:
    model = Registry(Spec(fakeai=1, models={name: Model()})).resolve(name)
    assert model is not None
    return model


def test_endpoints_share_the_hasher_of_a_model() -> None:
    """It is made once, and anew for a model that has taken the name."""
    hashers, model, later = Hashers(), _model("m"), _model("m")
    hasher = hashers.make(model, HeuristicCounter(), 16)

    assert hasher is hashers.make(model, HeuristicCounter(), 16)
    assert hasher is hashers.find(model)
    assert None is hashers.find(later)
    assert hasher is not hashers.make(later, HeuristicCounter(), 16)


def test_hashers_of_many_models_are_forgotten() -> None:
    """Names that clients make up do not fill the memory."""
    hashers, models = Hashers(), [_model(f"m{i}") for i in range(_HASHERS_MAX + 1)]
    for model in models:
        hashers.make(model, HeuristicCounter(), 16)

    assert [None, True] == [hashers.find(models[0]), hashers.find(models[-1]) is not None]
