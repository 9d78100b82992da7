"""Formats under conditions: what is found, ruled out, or left open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from fakeai.core.rng import Rng
from fakeai.sim.instance_document import SchemaDocument
from fakeai.sim.instance_facts import Facts
from fakeai.sim.instance_format import search_formats, texts
from fakeai.sim.instance_limits import Unsatisfiable
from fakeai.sim.instance_merge import absorb

if TYPE_CHECKING:
    from fakeai.sim.pattern import Pattern


def search(name: str, **conditions: Any) -> Pattern | None:
    """Return the search for texts of a format under conditions."""
    schema: Any = {"type": "string", "format": name, **conditions}
    facts = Facts()
    absorb(SchemaDocument(schema), facts, schema)
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    return search_formats(facts, facts.text.formats, validator.is_valid)


def test_the_most_readable_pattern_that_fits_is_taken() -> None:
    """An address under a given domain has letters before it, where letters are allowed."""
    found = search("email", pattern=r"@acme\.com$")

    assert found is not None
    assert "aaa@acme.com" == found.shortest == list(texts(found, Rng(1).stream("test", 0)))[-1]


@pytest.mark.parametrize(
    ("name", "conditions"),
    [
        ("uuid", {"maxLength": 35}),
        ("date", {"pattern": "02-30$"}),
        ("date", {"pattern": "^1900-02-29"}),
        ("ipv4", {"pattern": "256"}),
        ("ipv6", {"minLength": 46}),
        ("duration", {"pattern": "^P.*S.*M"}),
        ("time", {"not": {"pattern": ":"}}),
        ("uri", {"pattern": " "}),
    ],
)
def test_what_cannot_be_is_ruled_out(name: str, conditions: dict[str, Any]) -> None:
    """The last pattern of a format has every text of it."""
    with pytest.raises(Unsatisfiable):
        search(name, **conditions)


@pytest.mark.parametrize(
    ("name", "conditions"),
    [
        ("idn-hostname", {"pattern": "^-"}),
        ("uuid", {"pattern": r"^(?=[0-9])(.)\1"}),
    ],
)
def test_what_is_neither_found_nor_ruled_out_is_left_open(
    name: str, conditions: dict[str, Any]
) -> None:
    """Nobody knows every host, and a group that is referred to has one text only here."""
    assert search(name, **conditions) is None
