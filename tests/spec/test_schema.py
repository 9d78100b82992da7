"""Schema: the structs as JSON Schema, for the check and for editors."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from fakeai.spec.model import Spec
from fakeai.spec.schema import json_schema, shape_of, spec_type
from tests.spec.sections import SECTIONS, Latency

TYPE = spec_type(SECTIONS)
SCHEMA = json_schema(TYPE)
EDITOR = Draft202012Validator(SCHEMA)


def test_spec_type_has_a_field_for_every_section() -> None:
    """A section that is left out is None: its stage is off."""
    spec: Any = msgspec.convert({"fakeai": 1, "latency": {}}, TYPE)

    assert issubclass(TYPE, Spec)
    assert Latency() == spec.latency
    assert spec.pricing is None


def test_the_schema_is_valid() -> None:
    """Editors read JSON Schema 2020-12."""
    Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize(
    "spec",
    [
        {"fakeai": 1, "x-anchors": [1]},
        {"fakeai": 1, "latency": False, "pricing": None},
        {"fakeai": 1, "extends": "builtin", "endpoints": {"chat": {"skip": ["auth"]}}},
        {"fakeai": 1, "models": {"gone": None}},
        {"fakeai": 1, "server": {"port": "${PORT}"}, "seed": "${SEED}"},
        {"fakeai": 1, "latency": {"profiles": {"a": {"ttft": {"overhead": "${TTFT}"}}}}},
    ],
)
def test_editors_accept_overlays(spec: object) -> None:
    """Parts may be missing, deleted, switched off or interpolated."""
    assert [] == list(EDITOR.iter_errors(spec))


@pytest.mark.parametrize(
    "spec",
    [
        {"extends": "builtin"},
        {"fakeai": 1, "modles": {}},
        {"fakeai": 1, "models": {"a": {"latancy": "b"}}},
        {"fakeai": 1, "server": False},
        {"fakeai": 1, "server": {"port": "80"}},
        {"fakeai": 1, "determinism": "on"},
        {"fakeai": 1, "latency": {"profiles": {"a": {"itl": 5}}}},
    ],
)
def test_editors_refuse_slips(spec: object) -> None:
    """The set of keys is closed, and units are wanted, while typing too."""
    assert [] != list(EDITOR.iter_errors(spec))


def test_marks_and_words_are_kept() -> None:
    """Descriptions, defaults, examples and our own marks reach the editor."""
    model = SCHEMA["$defs"]["Model"]["properties"]

    assert model["latency"]["x-ref"] == "latency.profiles"
    assert model["owner"]["description"] == "Whose it is, as listings say."
    assert model["created"]["default"] == 0
    assert SCHEMA["properties"]["latency"]["description"] == "When tokens are due."
    assert SCHEMA["properties"]["pricing"]["description"] == "Settings of the stage `pricing`."


def test_the_check_is_stricter_than_editors() -> None:
    """The check knows the merged spec: what must be there must be there."""
    strict = shape_of(TYPE)

    assert ["route", "protocol"] == strict.defs["Endpoint"]["required"]
    assert "required" not in SCHEMA["$defs"]["Endpoint"]
    assert strict is shape_of(TYPE)
