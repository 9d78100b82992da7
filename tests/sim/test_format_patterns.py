"""Format patterns: they describe the formats as the validator sees them."""

from __future__ import annotations

import re

import jsonschema_rs
import pytest

from fakeai.core.rng import Rng
from fakeai.sim.format_patterns import FORMAT_PATTERNS, STAGES, format_pattern
from fakeai.sim.formats import FORMATS, SHORTEST
from fakeai.sim.pattern import Pattern
from fakeai.sim.pools import BUILT_IN

ALL_BUT_WIDER = [
    (name, pattern)
    for name, patterns in FORMAT_PATTERNS.items()
    for pattern in (patterns if len(patterns) < 3 else patterns[:-1])
]


def test_each_format_has_its_patterns() -> None:
    """A format that is made is also searched."""
    assert FORMATS.keys() == FORMAT_PATTERNS.keys()


@pytest.mark.parametrize(("name", "pattern"), ALL_BUT_WIDER)
def test_what_a_pattern_describes_is_of_the_format(name: str, pattern: str) -> None:
    """Only the last of several may describe more."""
    search, stream = Pattern([pattern]), Rng(1).stream("test", 0)
    validator = jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True)

    made = [search.text(stream) for _ in range(50)]

    assert [] == [text for text in made if not validator.is_valid(text)]


@pytest.mark.parametrize("name", FORMATS)
def test_the_last_pattern_leaves_nothing_out(name: str) -> None:
    """It is the proof that a format cannot be kept to."""
    stream = Rng(1).stream("test", 0)
    texts = [FORMATS[name](stream, BUILT_IN) for _ in range(50)]
    texts += [SHORTEST[name]] if name in SHORTEST else []
    texts += [Pattern([p]).text(stream) or "" for p in FORMAT_PATTERNS[name][:-1] * 20]

    assert [] == [text for text in texts if not re.search(format_pattern(name, STAGES), text)]
