"""The registry: declared models, aliases, and those made on use."""

from __future__ import annotations

from fakeai.pipeline.registry import Registry
from fakeai.spec.model import Model, Spec, UnknownModels


def registry(**fields: object) -> Registry:
    """Return the registry of a spec with two models."""
    models = {
        "big": Model(context_window="128k", aliases=("grand",)),
        "small": Model(max_output_tokens=10),
    }
    return Registry(Spec(fakeai=1, models=models, **fields))  # type: ignore[arg-type]


def test_counts_are_numbers() -> None:
    """`128k` is 128,000; an output limit that is absent is the window."""
    big = registry().resolve("big")

    assert big is not None
    assert (128_000, 128_000) == (big.context_window, big.max_output_tokens)


def test_an_alias_has_the_models_id_and_its_own_name() -> None:
    """The fingerprint is the model's, whatever it was called."""
    one, other = registry().resolve("grand"), registry().resolve("big")

    assert one is not None
    assert other is not None
    assert ("grand", "big") == (one.name, one.id)
    assert one.fingerprint == other.fingerprint


def test_finding_never_makes() -> None:
    """`find` knows declared models and those made before."""
    models = registry()

    assert models.find("new") is None
    assert models.resolve("new") is models.find("new")


def test_made_models_are_bounded() -> None:
    """The oldest go when there are more than the limit."""
    models = registry(unknown_models=UnknownModels(limit=2))
    for name in ("a", "b", "c"):
        models.resolve(name)

    assert ["big", "small", "b", "c"] == [model.id for model in models.listing()]
    assert models.find("a") is None


def test_rejecting_makes_nothing() -> None:
    """With `reject` an unknown name stays unknown."""
    models = registry(unknown_models="reject")

    assert models.resolve("new") is None
    assert not models.creates
