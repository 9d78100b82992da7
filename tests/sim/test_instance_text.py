"""Texts: length, format, pattern, and what a reader expects of a field."""

from __future__ import annotations

import re
from itertools import count
from typing import Any

import jsonschema_rs
import pytest

from fakeai.core.rng import Rng
from fakeai.sim.instance_document import SchemaDocument
from fakeai.sim.instance_facts import Facts
from fakeai.sim.instance_limits import Unsatisfiable
from fakeai.sim.instance_merge import absorb
from fakeai.sim.instance_text import TextMaker
from fakeai.sim.mentions import Mentions
from fakeai.sim.pools import BUILT_IN


def maker(**schema: Any) -> TextMaker:
    """Return the maker of a schema for strings."""
    facts = Facts()
    given = {"type": "string", **schema}
    absorb(SchemaDocument(given), facts, given)
    return TextMaker(facts, BUILT_IN, count())


def make(field: str = "", context: str = "", /, **schema: Any) -> str:
    """Return a text for a field."""
    return maker(**schema).make(Rng(1).stream("test", 0), Mentions(context), field)


@pytest.mark.parametrize("kind", ["city", "currency", "first_name", "company", "sentence"])
def test_a_field_has_a_likely_text(kind: str) -> None:
    """A field that is named like a pool gets a value of it."""
    assert make({"sentence": "description"}.get(kind, kind)) in BUILT_IN.values[kind]


@pytest.mark.parametrize(
    ("field", "shape"),
    [
        ("order_id", r"order_[0-9a-f]{8}"),
        ("id", r"id_[0-9a-f]{8}"),
        ("avatar", r"https://.*\.png"),
        ("createdAt", r"\d{4}-\d\d-\d\dT.*Z"),
        ("customer_email", r"[a-z.]+@example\.(com|org|net)"),
    ],
)
def test_a_field_has_a_text_of_a_likely_shape(field: str, shape: str) -> None:
    """Kinds without a pool are made."""
    assert re.fullmatch(shape, make(field))


@pytest.mark.parametrize(("low", "high"), [(0, 0), (1, 1), (3, 4), (40, 45), (200, 1000)])
def test_the_length_is_within_bounds(low: int, high: int) -> None:
    """Texts are cut at a word, or lengthened by sentences."""
    assert low <= len(make("description", minLength=low, maxLength=high)) <= high


def test_a_value_of_the_pool_may_match_the_pattern() -> None:
    """A currency reads better than three random letters."""
    assert make("currency", pattern="^[A-Z]{3}$") in BUILT_IN.values["currency"]


def test_the_format_says_more_than_the_name() -> None:
    """A date named after a person is a date."""
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", make("author", format="date"))


def test_a_format_that_is_only_a_kind_is_followed() -> None:
    """Formats that nobody specified are read as names."""
    assert make("x", format="color") in BUILT_IN.values["color"]


def test_a_pattern_with_too_many_states_is_sketched() -> None:
    """Two thousand words are too many for an exact search, and one of them is easily said."""
    pattern = "|".join(f"key{number}" for number in range(2_000))

    assert re.fullmatch(pattern, make("", pattern=f"^({pattern})$"))


def test_a_format_and_a_pattern_are_both_kept() -> None:
    """Dates are drawn until one matches."""
    assert re.fullmatch(r"2024-\d\d-\d\d", make("", format="date", pattern="^2024-"))


@pytest.mark.parametrize(
    ("name", "conditions"),
    [
        ("email", {"pattern": r"@acme\.com$"}),
        ("email", {"pattern": "^[A-Z]+@"}),
        ("email", {"pattern": r"(.)\1@"}),
        ("email", {"minLength": 7, "maxLength": 12}),
        ("email", {"minLength": 250, "maxLength": 252}),
        ("date", {"pattern": "^2019-"}),
        ("date", {"pattern": "-02-29$"}),
        ("date-time", {"pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$"}),
        ("date-time", {"minLength": 22}),
        ("time", {"pattern": r"\+02:00$"}),
        ("duration", {"minLength": 12}),
        ("ipv4", {"pattern": r"^10\."}),
        ("ipv4", {"pattern": r"\.17$"}),
        ("ipv6", {"pattern": "^fe80"}),
        ("hostname", {"minLength": 30}),
        ("uri", {"pattern": r"^ftp://.*\.pdf$"}),
        ("uuid", {"pattern": "^[A-F]+-"}),
        ("email", {"not": {"pattern": "[a-m]"}}),
    ],
)
def test_a_format_is_kept_to_under_conditions(name: str, conditions: dict[str, Any]) -> None:
    """Where drawing has no luck, the texts of the format are searched."""
    schema: Any = {"type": "string", "format": name, **conditions}
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    texts, stream = maker(**schema), Rng(1).stream("test", 0)

    made = [texts.make(stream, Mentions(""), "") for _ in range(10)]

    assert [] == [text for text in made if not validator.is_valid(text)]


def test_a_format_that_may_have_a_text_is_an_annotation() -> None:
    """Nobody knows every text of an international address; what has the length is made."""
    assert 900 == len(make("", format="idn-email", minLength=900, maxLength=900))


def test_a_short_format_has_a_short_text() -> None:
    """The shortest address fits into six characters."""
    assert "a@b.co" == make("", format="email", maxLength=6)


def test_a_long_address_is_stretched() -> None:
    """An address may be as long as it must."""
    text = make("", format="uri", minLength=120)

    assert (120, "a:b") == (len(text), text[:3])


def test_the_conversation_comes_first() -> None:
    """A quoted title is the title, but only if it fits."""
    context = 'Write a post called "Winter in Oslo".'

    assert "Winter in Oslo" == make("title", context)
    assert "Winter in Oslo" != make("title", context, maxLength=5)


def test_a_member_of_the_pool_that_is_mentioned_is_taken() -> None:
    """A colour in the text is the colour."""
    assert "violet" == make("color", "I would like a violet one")


def test_an_example_is_better_than_an_invention() -> None:
    """Examples are used where they are valid."""
    assert "so" == make("", examples=["no way", 3, "so"], maxLength=3)


def test_variants_differ_by_a_number() -> None:
    """A list of unique names goes on with numbers."""
    variants = maker(maxLength=6).marked("garden", 2)

    assert ["gard 2", "garde2", "gard 3"] == [next(variants) for _ in range(3)]


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"minLength": 2, "maxLength": 1}, "minLength 2 is over maxLength 1"),
        ({"pattern": "^a$", "minLength": 2}, "no text matches"),
        ({"format": "uuid", "maxLength": 10}, "no text of the format uuid"),
        ({"format": "date", "allOf": [{"format": "email"}]}, "the format date and email"),
        ({"format": "hostname", "minLength": 254}, "has at most 253 characters"),
    ],
)
def test_no_text_is_a_reason(schema: dict[str, Any], reason: str) -> None:
    """Each contradiction is told in its own words."""
    with pytest.raises(Unsatisfiable, match=reason):
        maker(**schema)


def test_a_text_that_cannot_be_found_is_a_reason() -> None:
    """Where everything that was tried is excluded, the search says so."""
    with pytest.raises(Unsatisfiable, match="no text was found"):
        make("", maxLength=0, allOf=[{"not": {"const": ""}}])
