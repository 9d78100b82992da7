"""Check: a document against a type, with every breach at its place."""

from __future__ import annotations

from typing import Annotated

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from fakeai.core.document import Node, parse
from fakeai.core.problem import Place
from fakeai.spec.check import structure
from fakeai.spec.model import Section
from fakeai.spec.schema import spec_type
from tests.spec.sections import SECTIONS, PromptTime, Rule

SPEC = spec_type(SECTIONS)


class Range(Section):
    """Two ends."""

    low: Annotated[int, Meta(description="Lower.")] = 0
    high: Annotated[int, Meta(description="Higher.")] = 9

    def __post_init__(self) -> None:
        """A range runs upwards."""
        if self.low > self.high:
            raise ValueError("`low` is above `high`")


class Ranges(Section):
    """Ranges everywhere."""

    first: Annotated[Range, Meta(description="One.")] = Range()
    named: Annotated[dict[str, list[Range]], Meta(description="Many.")] = {}


def found(text: str, type_: type[object]) -> list[tuple[str, str, str]]:
    """Return code, place and path of everything wrong with a document."""
    value, problems = structure(parse(text, "f"), type_)
    assert (value is None) == bool(problems)
    return [(problem.code, str(problem.place), problem.path) for problem in problems]


def test_a_right_document_becomes_a_value() -> None:
    """Any struct type can be read so: sections, template files, protocols."""
    value, problems = structure(parse("{id: a, text: b}", "f"), Rule)

    assert Rule(id="a", text="b") == value
    assert [] == problems


def test_keys_of_ones_own_stand_only_at_the_top_of_a_spec() -> None:
    """They are left out of the value; elsewhere they are unknown."""
    value, problems = structure(parse("{fakeai: 1, x-mine: 5}", "f"), SPEC)

    assert [] == problems
    assert value is not None
    assert [("FA010", "f:1:18", "x-mine")] == found("{id: a, text: b, x-mine: 5}", Rule)


def test_all_breaches_are_found_at_once() -> None:
    """What is wrong with one key does not hide what is wrong with another."""
    text = "fakeai: 1\nserver: { port: x, hots: a }\nmodels: { a: { created: -1 } }\n"

    assert [
        ("FA010", "f:2:20", "server.hots"),
        ("FA011", "f:2:17", "server.port"),
        ("FA022", "f:3:25", "models.a.created"),
    ] == sorted(found(text, SPEC))


def test_contradictions_are_all_found_at_their_own_key() -> None:
    """A struct's own check runs wherever the struct stands, in lists of maps too."""
    text = "first: { low: 10 }\nnamed: { a: [{}, { low: 1, high: 0 }], b: [{ high: -1 }] }\n"

    assert [
        ("FA013", "f:1:1", "first"),
        ("FA013", "f:2:18", "named.a[1]"),
        ("FA013", "f:2:44", "named.b[0]"),
    ] == sorted(found(text, Ranges))


def test_the_tag_that_may_be_left_out() -> None:
    """A map without the tag is the member that the schema names."""
    text = "fakeai: 1\nlatency: { profiles: { a: { ttft: { overhead: 5ms } } } }\n"
    value, _ = structure(parse(text, "f"), SPEC)

    assert PromptTime(overhead="5ms") == value.latency.profiles["a"].ttft  # type: ignore[union-attr]


def test_a_key_that_the_file_has_already_is_no_replacement() -> None:
    """Renaming to it would make a duplicate; in another file it would be an overlay."""
    node = parse("{id: a, text: b, texts: c}", "f")
    _, (problem,) = structure(node, Rule)

    assert problem.hint == "did you mean `text`?"
    assert problem.replacement is None

    assert isinstance(node.value, dict)
    node.value["text"] = Node("b", Place("parent", 1, 1))
    _, (problem,) = structure(node, Rule)

    assert problem.replacement == "text"


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["a", "slow", "5ms", ""]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["id", "text", "low", "high", "named", "first"]), inner)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["first", "named", "odd"]), PLAIN))
def test_what_cannot_be_converted_is_always_explained(value: dict[str, object]) -> None:
    """The two ways to judge a document never disagree."""
    node = parse(msgspec.json.encode(value).decode(), "f")
    result, problems = structure(node, Ranges)

    assert (result is None) == bool(problems)


@pytest.mark.parametrize("text", ["{}", "{first: {}}"])
def test_nothing_said_is_the_default(text: str) -> None:
    """Every key of these has a default."""
    assert (Ranges(), []) == structure(parse(text, "f"), Ranges)
