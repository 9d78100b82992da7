"""Query types: the texts of a query as what its JSON Schema speaks of."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final

from fakeai.core.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_INTEGER: Final = re.compile(r"-?[0-9]{1,18}")
_NUMBER: Final = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,3})?")
_BOOLEANS: Final = {"true": True, "false": False}
_DEFINITION: Final = "#/$defs/"
_BRANCHES: Final = ("allOf", "anyOf", "oneOf")
_TYPE_NAMES: Final = {bool: "boolean", int: "integer", float: "number", str: "string"}

Types = frozenset[str]
NO_TYPES: Final[Types] = frozenset()


class FieldTypes(Value):
    """The types that a field of a query may have, and what is in it."""

    own: Types
    items: Types = NO_TYPES
    entries: Mapping[str, Types] = {}
    other_entries: Types = NO_TYPES

    def read(self, value: Any) -> Any:
        """Return what was sent in a type of the field; what does not fit stays a text."""
        if isinstance(value, list):
            return [_typed(item, self.items) for item in value]
        if isinstance(value, dict):
            return {
                key: _typed(entry, self.entries.get(key, self.other_entries))
                for key, entry in value.items()
            }
        typed = _typed(value, self.own)
        if isinstance(typed, str) and "array" in self.own and "string" not in self.own:
            return [_typed(typed, self.items)]
        return typed


def query_types(schema: Mapping[str, Any]) -> dict[str, FieldTypes]:
    """Return the fields that a query's schema wants to be more than texts."""
    defs = schema.get("$defs") or {}
    properties = {
        name: field
        for form in _forms(schema, defs, set())
        for name, field in form.get("properties", {}).items()
    }
    fields = {name: _field(field, defs) for name, field in properties.items()}
    return {name: field for name, field in fields.items() if field.own - {"string"}}


def _field(schema: Any, defs: Mapping[str, Any]) -> FieldTypes:
    forms = list(_forms(schema, defs, set()))
    return FieldTypes(
        own=_types(schema, defs),
        items=NO_TYPES.union(*(_types(form.get("items"), defs) for form in forms)),
        entries={
            name: _types(entry, defs)
            for form in forms
            for name, entry in form.get("properties", {}).items()
        },
        other_entries=NO_TYPES.union(
            *(_types(form.get("additionalProperties"), defs) for form in forms)
        ),
    )


def _types(schema: Any, defs: Mapping[str, Any]) -> Types:
    found: set[str] = set()
    for form in _forms(schema, defs, set()):
        named = form.get("type", ())
        found.update([named] if isinstance(named, str) else named)
        if not named:
            values = [form["const"]] if "const" in form else form.get("enum", ())
            found.update(_TYPE_NAMES[type(each)] for each in values if type(each) in _TYPE_NAMES)
    return frozenset(found)


def _forms(schema: Any, defs: Mapping[str, Any], seen: set[str]) -> Iterator[dict[str, Any]]:
    """Yield a schema and those that it is made of; each definition once."""
    if not isinstance(schema, dict):
        return
    yield schema
    name = str(schema.get("$ref", "")).removeprefix(_DEFINITION)
    if name in defs and name not in seen:
        seen.add(name)
        yield from _forms(defs[name], defs, seen)
    for keyword in _BRANCHES:
        for branch in schema.get(keyword, ()):
            yield from _forms(branch, defs, seen)


def _typed(value: Any, types: Types) -> Any:
    """Where a text will do, it is one."""
    if not isinstance(value, str) or "string" in types:
        return value
    if "boolean" in types and value in _BOOLEANS:
        return _BOOLEANS[value]
    if ("integer" in types or "number" in types) and _INTEGER.fullmatch(value):
        return int(value)
    if "number" in types and _NUMBER.fullmatch(value) and math.isfinite(number := float(value)):
        return number
    return value
