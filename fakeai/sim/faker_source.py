"""Faker, set up to start fast: few providers, drawn from evenly."""

from __future__ import annotations

from typing import Final

from faker import Faker

#: What the corpus and the pools draw from; to load the other providers would take as long again.
_PROVIDERS: Final = tuple(
    f"faker.providers.{name}"
    for name in (
        "address",
        "color",
        "company",
        "currency",
        "date_time",
        "internet",
        "job",
        "lorem",
        "person",
        "phone_number",
    )
)


def seeded(locale: str, seed: int, *, weighted: bool = False) -> Faker:
    """Return a Faker of a locale that draws the same values for the same seed.

    `weighted` draws what is common more often, which takes ten times as long. An unknown locale
    raises AttributeError.
    """
    fake = Faker(locale, providers=list(_PROVIDERS), use_weighting=weighted)
    fake.seed_instance(seed)
    return fake
