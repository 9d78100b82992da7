"""Negation: the ways in which a value can break a schema."""

from __future__ import annotations

from itertools import combinations, count, islice
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
PAIRS_MAX: Final = 20
"""Pairs of alternatives that are tried together."""
_OPAQUE: Final = frozenset(
    {"format", "if", "additionalItems", "unevaluatedItems", "uniqueItems"}
    | {"patternProperties", "additionalProperties", "unevaluatedProperties", "$dynamicRef"}
    | {"dependencies", "$recursiveRef"}
)
"""Keywords that a value can break in ways that are not worked out here."""


def negations(document: SchemaDocument, schema: Schema) -> list[Schema]:
    """Return schemas of which a value that breaks the given schema satisfies one.

    Where a keyword is not understood, the last of them allows anything: the validator decides.
    """
    if isinstance(schema, bool):
        return [] if schema else [True]
    out: list[Schema] = []
    for keyword in schema:
        out += _broken(document, schema, keyword)
    return [*out, True] if _OPAQUE & schema.keys() else out


def _broken(document: SchemaDocument, schema: dict[str, Json], keyword: str) -> list[Schema]:
    """Return the ways to break one keyword; none, if it is unknown and thus says nothing."""
    value: Any = schema[keyword]
    if keyword == "$ref":
        return [{"not": document.target(schema, value)}]
    if keyword in _MAX_OF:
        low = int(value)
        return [_bound(_MAX_OF[keyword], keyword.replace("min", "max"), low - 1)] if low else []
    if keyword in _MIN_OF:
        return [_bound(_MIN_OF[keyword], keyword.replace("max", "min"), int(value) + 1)]
    if keyword == "additionalProperties" and "patternProperties" not in schema:
        return _misfits({_fresh_name(schema): value})
    # Up to draft 2019-09, `items` may be a list; up to draft 4, exclusive bounds are booleans.
    if isinstance(value, bool | list) and keyword in _LATER_TYPED:
        return []
    way = _WAYS.get(keyword)
    return [] if way is None else way(value)


def _fresh_name(schema: dict[str, Any]) -> str:
    """Return a name that the schema does not declare."""
    declared = schema.get("properties", {})
    return next(name for number in count() if (name := f"extra_{number}") not in declared)


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


def _none_or_two(branches: list[Schema]) -> list[Schema]:
    """Return the ways not to satisfy exactly one of some schemas."""
    none: Schema = {"allOf": [{"not": branch} for branch in branches]}
    pairs = islice(combinations(branches, 2), PAIRS_MAX)
    both: list[Schema] = [{"allOf": list(pair)} for pair in pairs]
    return [none, *both]


def _places(schemas: list[Schema]) -> list[Schema]:
    """Return the ways for one of the first items to break its schema."""
    return [
        {
            "type": "array",
            "minItems": index + 1,
            "prefixItems": [*([True] * index), {"not": schema}],
        }
        for index, schema in enumerate(schemas)
    ]


def _unmet(dependencies: dict[str, list[str]]) -> list[Schema]:
    """Return the ways to have a property without one that it depends on."""
    return [
        {"type": "object", "required": [name], "properties": {other: False}}
        for name, others in dependencies.items()
        for other in others
    ]


_LATER_TYPED: Final = frozenset({"items", "exclusiveMinimum", "exclusiveMaximum"})
_WAYS: Final[dict[str, Callable[[Any], list[Schema]]]] = {
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
    "propertyNames": lambda value: [
        {"type": "object", "minProperties": 1, "propertyNames": {"not": value}}
    ],
    "dependentRequired": _unmet,
    "dependentSchemas": lambda value: [
        {"type": "object", "required": [name], "not": schema} for name, schema in value.items()
    ],
    "prefixItems": _places,
    "contains": lambda value: [{"type": "array", "items": {"not": value}}],
    "items": lambda value: [{"type": "array", "contains": {"not": value}}],
    "anyOf": lambda value: [{"allOf": [{"not": branch} for branch in value]}],
    "oneOf": _none_or_two,
    "allOf": lambda value: [{"not": branch} for branch in value],
    "not": lambda value: [value],
}
