"""The corpus: sentences and words per locale, from which prose is made."""

from __future__ import annotations

from typing import Final

import msgspec


class Texts(msgspec.Struct, frozen=True, kw_only=True):
    """What one locale offers: whole sentences and single words."""

    locale: str
    sentences: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def language(self) -> str:
        """The locale's language code: `fr` of `fr_FR`."""
        return self.locale.partition("_")[0]


class Corpus(msgspec.Struct, frozen=True, kw_only=True):
    """Texts of one or more locales; the first is the one used when none fits the prompt."""

    texts: tuple[Texts, ...]


BUILTIN: Final = Corpus(
    texts=(
        Texts(
            locale="en_US",
            sentences=(
                "The first thing to check is how the parts depend on each other.",
                "Most of the cost comes from a small share of the work.",
                "A short experiment usually settles the question faster than a long debate.",
                "The simplest version is often good enough to learn from.",
                "It helps to write the expected result down before measuring.",
                "Small steps make it easier to see which change had an effect.",
                "The numbers look different once the slowest cases are included.",
                "Both approaches work, but they fail in different ways.",
                "A clear name saves more time than a long explanation.",
                "Nothing here needs special equipment or much preparation.",
                "The details vary from place to place, yet the pattern stays the same.",
                "People tend to overlook how much the order of the steps matters.",
                "Once the basics are in place, the rest follows quickly.",
                "An early mistake is cheap to fix and a late one is not.",
                "The evidence so far points in one direction, with a few exceptions.",
                "Good defaults spare everyone a decision that rarely matters.",
                "The trade-off is between speed today and freedom tomorrow.",
                "Other teams have reached the same conclusion independently.",
                "It pays to keep a record of what was tried and why.",
                "The limits only show when several people use it at once.",
                "A second look at the data often changes the first impression.",
                "What works in a small setting may not work in a large one.",
                "The remaining risk is easy to describe and hard to measure.",
                "That is a reasonable place to stop and compare notes.",
            ),
            words=(
                "approach", "balance", "change", "context", "cost", "decision", "detail", "effect",
                "evidence", "example", "goal", "limit", "measure", "method", "order", "pattern",
                "plan", "practice", "process", "question", "reason", "result", "signal", "source",
                "step", "structure", "system", "task", "team", "test", "time", "value",
            ),
        ),
    )
)  # fmt: skip
