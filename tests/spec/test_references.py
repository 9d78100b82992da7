"""References: names that must be those of another section's entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.core.document import parse
from fakeai.spec.references import dangling
from fakeai.spec.schema import shape_of, spec_type
from tests.spec.sections import SECTIONS

if TYPE_CHECKING:
    from fakeai.core.problem import Problem

TYPE = spec_type(SECTIONS)


def found(text: str) -> list[Problem]:
    """Return the dangling references of a spec."""
    return dangling(parse(f"fakeai: 1\n{text}", "f"), shape_of(TYPE), TYPE(fakeai=1))


def test_names_that_exist() -> None:
    """Entries that were written, and those of a section's default, may be named."""
    latency = "latency: { profiles: { slow: {} } }"

    assert [] == found(f"{latency}\nmodels: {{ a: {{ latency: slow, tokenizer: heuristic }} }}")


def test_a_near_miss_is_replaced() -> None:
    """The section is cited, and the name that was meant is offered."""
    (problem,) = found("latency: { profiles: { slow: {} } }\nmodels: { a: { latency: slwo } }")

    assert ("FA030", "f:3:25", "models.a.latency", "slow") == (
        problem.code,
        str(problem.place),
        problem.path,
        problem.replacement,
    )
    assert ["f:2:12"] == [str(related.place) for related in problem.related]


def test_what_there_is_is_listed() -> None:
    """Without a near miss the names are listed, or it is said that there are none."""
    (some,) = found("latency: { profiles: { slow: {} } }\nmodels: { a: { latency: xyz } }")
    (none,) = found("models: { a: { pricing: xyz } }")

    assert some.hint == "it has `slow`"
    assert none.hint == "`pricing` has no entries"
    assert () == none.related


def test_counters_that_were_written_replace_the_default_ones() -> None:
    """A section's default entries are gone when it names its own."""
    (problem,) = found("tokens: { default: heuristic, counters: { mine: { kind: characters } } }")

    assert problem.path == "tokens.default"


def test_what_is_no_name_is_left_to_the_check() -> None:
    """A value of another type is one problem, not two."""
    assert [] == found("models: { a: { latency: 5 } }")
