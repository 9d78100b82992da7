"""Formats under conditions: texts that a pattern and a length allow, too."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from fakeai.core.rng import Rng
from fakeai.sim.format_patterns import LONGEST, STAGES, format_pattern
from fakeai.sim.instance_limits import Unsatisfiable
from fakeai.sim.pattern import Pattern
from fakeai.sim.pattern_syntax import UnsupportedPatternError
from fakeai.sim.regular import BudgetSpentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from fakeai.sim.instance_facts import Facts, TextFacts

DRAWS_MAX: Final = 12
STEPS_MAX: Final = 10_000
"""Steps of one search; each stage of a format's patterns has its own."""

TEXT_STEPS_MAX: Final = 30_000
"""Steps of all texts that are drawn from the search that was found."""


def search_formats(
    facts: Facts, formats: tuple[str, ...], fits: Callable[[str], bool]
) -> Pattern | None:
    """Return a search for texts of the formats, or None if none is found and none is ruled out.

    Raise Unsatisfiable if there can be none.
    """
    named = " and ".join(formats)
    longest = min(LONGEST.get(name, facts.text.size.low) for name in formats)
    if facts.text.size.low > longest:
        raise Unsatisfiable(
            f"a text of the format {named} has at most {longest} characters", facts.path
        )
    stages = dict.fromkeys(
        tuple(format_pattern(name, stage) for name in formats) for stage in range(STAGES)
    )
    pattern: Pattern | None = None
    for patterns in stages:
        pattern = _search(facts.text, patterns)
        if pattern is not None and _has_one(pattern, fits):
            # A text must not depend on how many were drawn before, as far as that can be.
            pattern.allow(TEXT_STEPS_MAX)
            return pattern
    # The last stage has every text of the formats.
    if pattern is not None and pattern.is_complete and pattern.shortest is None:
        reason = f"no text of the format {named} has this length and pattern"
        raise Unsatisfiable(reason, facts.path)
    return None


def _has_one(pattern: Pattern, fits: Callable[[str], bool]) -> bool:
    """Tell whether a text of the pattern is of the formats in the eyes of the validator, too."""
    if pattern.shortest is None:
        return False
    return fits(pattern.shortest) or any(map(fits, texts(pattern, Rng(0).stream("format", 1))))


def texts(pattern: Pattern, rng: Random) -> Iterator[str]:
    """Yield texts of a pattern, the shortest one last."""
    if pattern.shortest is not None:
        drawn = (pattern.text(rng) or "" for _ in range(DRAWS_MAX))
        yield from chain(drawn, (pattern.shortest,))


def _search(text: TextFacts, patterns: tuple[str, ...]) -> Pattern | None:
    """Return the search for texts of patterns that the schema allows, if it is not too much."""
    try:
        return Pattern(
            (*text.patterns, *patterns),
            excluded=text.barred_patterns,
            length=(text.size.low, text.size.high),
            steps_max=STEPS_MAX,
            eager=True,
        )
    except (UnsupportedPatternError, BudgetSpentError):
        return None
