"""Schema documents: what each reference points to."""

from __future__ import annotations

from typing import Any

import pytest

from fakeai.sim.instance_document import SchemaDocument
from fakeai.sim.instance_limits import InvalidSchema

INNER: Any = {"$id": "inner", "$anchor": "spot", "type": "string"}
ROOT: Any = {
    "$id": "https://example.com/root",
    "$defs": {"a/b~c": {"type": "null"}, "inner": INNER, "flag": True},
    "prefixItems": [{"type": "boolean"}],
}


@pytest.mark.parametrize(
    ("reference", "target"),
    [
        ("#", ROOT),
        ("#/$defs/a~1b~0c", {"type": "null"}),
        ("#/prefixItems/0", {"type": "boolean"}),
        ("#/$defs/flag", True),
        ("inner", INNER),
        ("inner#spot", INNER),
        ("https://example.com/inner", INNER),
    ],
)
def test_a_reference_finds_its_target(reference: str, target: Any) -> None:
    """By pointer, by address and by anchor."""
    assert target == SchemaDocument(ROOT).target(ROOT, reference)


@pytest.mark.parametrize(
    "reference", ["#/nowhere", "#/prefixItems/7", "#nobody", "other", "#/prefixItems"]
)
def test_a_reference_to_nothing_is_refused(reference: str) -> None:
    """The reference is named."""
    with pytest.raises(InvalidSchema, match=r"points to nothing|is not a schema"):
        SchemaDocument(ROOT).target(ROOT, reference)


def test_a_bare_fragment_keeps_an_address_without_a_path() -> None:
    """An URN has no relative references but fragments."""
    schema: Any = {"$id": "urn:example:a", "$defs": {"b": {"type": "null"}}}

    assert {"type": "null"} == SchemaDocument(schema).target(schema, "#/$defs/b")


def test_data_is_not_searched_for_schemas() -> None:
    """A constant that looks like an anchor is none, but a property called `const` is a schema."""
    schema: Any = {
        "const": {"$anchor": "data"},
        "properties": {"const": {"$anchor": "schema", "type": "null"}},
    }
    document = SchemaDocument(schema)

    assert schema["properties"]["const"] == document.target(schema, "#schema")
    with pytest.raises(InvalidSchema):
        document.target(schema, "#data")


def test_a_schema_knows_where_it_stands() -> None:
    """The pointer is escaped."""
    assert "/$defs/a~1b~0c" == SchemaDocument(ROOT).pointer(ROOT["$defs"]["a/b~c"])


def test_anchors_of_old_drafts_are_found() -> None:
    """Up to draft 7 an address that starts with # is an anchor; draft 4 calls it `id`."""
    seven: Any = {"definitions": {"a": {"$id": "#here", "type": "null"}}}
    four: Any = {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "definitions": {"a": {"id": "#here", "type": "null"}},
    }

    assert seven["definitions"]["a"] == SchemaDocument(seven).target(seven, "#here")
    assert four["definitions"]["a"] == SchemaDocument(four).target(four, "#here")
