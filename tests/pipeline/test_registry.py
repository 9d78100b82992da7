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


def test_a_very_long_name_is_nobodys() -> None:
    """Names are kept, so they are bounded; declared ones are as long as they are."""
    models = registry(fine_tuned_prefix="ft:")

    assert models.resolve("n" * 256) is not None
    assert models.resolve("n" * 257) is None
    assert models.resolve("ft:small:" + "n" * 256) is None
    assert ["big", "small", "n" * 256] == [model.id for model in models.listing()]


def test_rejecting_makes_nothing() -> None:
    """With `reject` an unknown name stays unknown."""
    models = registry(unknown_models="reject")

    assert models.resolve("new") is None
    assert not models.creates


def test_a_fine_tuned_model_is_made_like_its_base() -> None:
    """By id or alias, also where unknown models are rejected; other names are not."""
    models = registry(fine_tuned_prefix="ft:", unknown_models="reject")
    tuned = models.resolve("ft:small:acme::abc")

    assert tuned is not None
    assert ("ft:small:acme::abc", 10) == (tuned.id, tuned.max_output_tokens)
    assert models.resolve("ft:grand:acme::abc") is not None
    assert models.resolve("ft:other:acme::abc") is None
    assert models.resolve("tuned:small:x") is None


def test_without_a_prefix_no_model_is_fine_tuned() -> None:
    """The name is one like any other."""
    assert registry(unknown_models="reject").resolve("ft:small:acme::abc") is None
