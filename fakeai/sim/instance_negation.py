"""Negation: the ways in which a value can break a schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fakeai.sim.instance_facts import TYPES, named_types

if TYPE_CHECKING:
    from collections.abc import Callable

    from fakeai.core.document import Json
    from fakeai.sim.instance_document import Schema, SchemaDocument

# Words of our own, which only negated schemas use; no schema that is sent has such a key.
BARRED_VALUES: Final = "\0enum"
BARRED_PATTERN: Final = "\0pattern"
BARRED_DIVISOR: Final = "\0multipleOf"

_MAX_OF: Final = {"minLength": "string", "minItems": "array", "minProperties": "object"}
_MIN_OF: Final = {"maxLength": "string", "maxItems": "array", "maxProperties": "object"}
_SILENT: Final = frozenset(
    {"title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"}
    | {"$comment", "$id", "$schema", "$anchor", "$dynamicAnchor", "$defs", "definitions"}
)
"""Keywords that no value can break."""


def negations(document: SchemaDocument, schema: Schema) -> list[Schema] | None:
    """Return schemas of which a value satisfies one exactly if it breaks the given schema.

    None stands for a schema that is not understood: only the validator can tell.
    """
    if isinstance(schema, bool):
        return [] if schema else [True]
    out: list[Schema] = []
    spoken = [keyword for keyword in schema if keyword not in _SILENT]
    understood = not spoken
    for keyword in spoken:
        broken = _broken(document, schema, keyword)
        if broken is not None:
            understood = True
            out += broken
    return out if understood else None


def _broken(document: SchemaDocument, schema: dict[str, Json], keyword: str) -> list[Schema] | None:
    """Return the ways to break one keyword."""
    value: Any = schema[keyword]
    if keyword == "$ref":
        return [{"not": document.target(schema, value)}]
    if keyword in _MAX_OF:
        low = int(value)
        return [_bound(_MAX_OF[keyword], keyword.replace("min", "max"), low - 1)] if low else []
    if keyword in _MIN_OF:
        return [_bound(_MIN_OF[keyword], keyword.replace("max", "min"), int(value) + 1)]
    way = _WAYS.get(keyword)
    return None if way is None else way(value)


def _bound(kind: str, keyword: str, value: int) -> Schema:
    """Return a schema of one type with one bound."""
    return {"type": kind, keyword: value}


def _other_types(value: str | list[str]) -> list[Schema]:
    """Return the ways to be of a type that is not named."""
    others: list[Json] = [name for name in TYPES if name not in named_types(value)]
    return [{"type": others}] if others else []


def _absent(names: list[str]) -> list[Schema]:
    """Return the ways to lack a property."""
    return [{"type": "object", "properties": {name: False}} for name in names]


def _misfits(properties: dict[str, Schema]) -> list[Schema]:
    """Return the ways for a property to break its schema."""
    return [
        {"type": "object", "required": [name], "properties": {name: {"not": schema}}}
        for name, schema in properties.items()
    ]


_WAYS: Final[dict[str, Callable[[Any], list[Schema] | None]]] = {
    "type": _other_types,
    "const": lambda value: [{BARRED_VALUES: [value]}],
    "enum": lambda value: [{BARRED_VALUES: value}],
    "minimum": lambda value: [{"type": "number", "exclusiveMaximum": value}],
    "maximum": lambda value: [{"type": "number", "exclusiveMinimum": value}],
    "exclusiveMinimum": lambda value: [{"type": "number", "maximum": value}],
    "exclusiveMaximum": lambda value: [{"type": "number", "minimum": value}],
    "multipleOf": lambda value: [{"type": "number", BARRED_DIVISOR: value}],
    "pattern": lambda value: [{"type": "string", BARRED_PATTERN: value}],
    "required": _absent,
    "properties": _misfits,
    "contains": lambda value: [{"type": "array", "items": {"not": value}}],
    "items": lambda value: [{"type": "array", "contains": {"not": value}}],
    "anyOf": lambda value: [{"allOf": [{"not": branch} for branch in value]}],
    "oneOf": lambda value: [{"allOf": [{"not": branch} for branch in value]}],
    "allOf": lambda value: [{"not": branch} for branch in value],
    "not": lambda value: [value],
}
