"""Merging: each keyword of JSON Schema, added to the facts of a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from fakeai.sim.instance_facts import (
    Choice,
    Contains,
    Facts,
    Members,
    Tuple,
    equality_key,
    exact,
    named_types,
)
from fakeai.sim.instance_limits import StepsSpentError, Unsatisfiable
from fakeai.sim.instance_negation import (
    BARRED_DIVISOR,
    BARRED_PATTERN,
    BARRED_VALUES,
    negations,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from fakeai.core.document import Json
    from fakeai.sim.instance_document import Schema, SchemaDocument

NESTING_MAX: Final = 40
"""Schemas that speak of the same value, one inside the other."""


@dataclass(frozen=True, slots=True)
class Merge:
    """One schema on its way into the facts of a value."""

    document: SchemaDocument
    facts: Facts
    schema: dict[str, Json]
    depth: int

    @property
    def path(self) -> str:
        """Where the schema stands, or else the last one that stood somewhere."""
        return self.document.pointer(self.schema) or self.facts.path

    def absorb(self, schema: Schema) -> None:
        """Add another schema of the same value."""
        absorb(self.document, self.facts, schema, self.depth + 1)

    def choose(self, branches: list[Schema], keyword: str, **how: bool) -> None:
        """Leave a choice to be made, unless there is nothing to choose."""
        if len(branches) == 1:
            self.absorb(branches[0])
        elif branches:
            choice = Choice(tuple(branches), f"{self.path}/{keyword}", **how)
            self.facts.choices = (*self.facts.choices, choice)
        else:
            raise Unsatisfiable(f"no value can satisfy {keyword!r}", self.path)


def absorb(document: SchemaDocument, facts: Facts, schema: Schema, depth: int = 0) -> None:
    """Add a schema to the facts; raise Unsatisfiable where it contradicts them."""
    if schema is True or id(schema) in facts.absorbed:
        return
    if schema is False:
        raise Unsatisfiable("the schema is false, which allows nothing", facts.path)
    if depth > NESTING_MAX:
        raise StepsSpentError
    facts.absorbed[id(schema)] = schema
    merge = Merge(document, facts, schema, depth)
    facts.path = merge.path
    for keyword, value in schema.items():
        add = KEYWORDS.get(keyword)
        if add is not None:
            add(merge, value)
    _add_items(merge)
    _add_members(merge)
    if "if" in schema:
        _add_condition(merge)


def _type(merge: Merge, value: Any) -> None:
    names = named_types(value)
    types = merge.facts.types & names
    if not types:
        given, wanted = _spoken(merge.facts.types), _spoken(names)
        raise Unsatisfiable(f"a value cannot be {given} and {wanted} at once", merge.path)
    merge.facts.types = types


def _spoken(types: frozenset[str]) -> str:
    """Return types in words."""
    numbers = {"integer", "fraction"}
    names = set(types) - numbers | {"number"} if numbers <= types else set(types)
    return " or ".join(sorted(names))


def _enum(merge: Merge, value: Any) -> None:
    facts = merge.facts
    if facts.values is None:
        facts.values = list(value)
        return
    keys = {equality_key(item) for item in value}
    facts.values = [item for item in facts.values if equality_key(item) in keys]
    if not facts.values:
        raise Unsatisfiable("no listed value is in every list of allowed values", merge.path)


def _barred_values(merge: Merge, value: Any) -> None:
    merge.facts.barred |= {equality_key(item) for item in value}


def _examples(merge: Merge, value: Any) -> None:
    merge.facts.examples += tuple(value[:16])


def _minimum(merge: Merge, value: Any) -> None:
    # In draft 4, exclusiveMinimum is a boolean beside minimum.
    excluded = merge.schema.get("exclusiveMinimum") is True
    merge.facts.number.at_least(exact(value), excluded=excluded)


def _maximum(merge: Merge, value: Any) -> None:
    excluded = merge.schema.get("exclusiveMaximum") is True
    merge.facts.number.at_most(exact(value), excluded=excluded)


def _exclusive_minimum(merge: Merge, value: Any) -> None:
    if not isinstance(value, bool):
        merge.facts.number.at_least(exact(value), excluded=True)


def _exclusive_maximum(merge: Merge, value: Any) -> None:
    if not isinstance(value, bool):
        merge.facts.number.at_most(exact(value), excluded=True)


def _multiple_of(merge: Merge, value: Any) -> None:
    merge.facts.number.divisors += (exact(value),)


def _barred_divisor(merge: Merge, value: Any) -> None:
    merge.facts.number.barred_divisors += (exact(value),)


def _pattern(merge: Merge, value: Any) -> None:
    merge.facts.text.patterns += (value,)


def _barred_pattern(merge: Merge, value: Any) -> None:
    merge.facts.text.barred_patterns += (value,)


def _format(merge: Merge, value: Any) -> None:
    merge.facts.text.formats += (value,)


def _contains(merge: Merge, value: Any) -> None:
    schema: Any = merge.schema
    low, high = schema.get("minContains", 1), schema.get("maxContains")
    most = None if high is None else int(high)
    part = Contains(schema=value, outside={"not": value}, low=int(low), high=most)
    merge.facts.array.contains += (part,)
    merge.facts.array.size.at_least(part.low)


def _unique_items(merge: Merge, value: Any) -> None:
    merge.facts.array.unique |= value


def _unevaluated_items(merge: Merge, value: Any) -> None:
    merge.facts.array.leftover = value


def _property_names(merge: Merge, value: Any) -> None:
    merge.facts.object.names += (value,)


def _unevaluated_properties(merge: Merge, value: Any) -> None:
    merge.facts.object.leftover = value


def _required(merge: Merge, value: Any) -> None:
    # Draft 3 wrote a boolean here.
    if isinstance(value, list):
        merge.facts.object.required |= dict.fromkeys(value)


def _dependent(merge: Merge, value: Any) -> None:
    for name, demand in value.items():
        then = {"required": demand} if isinstance(demand, list) else demand
        having: Schema = {"required": [name], "allOf": [then]}
        merge.choose([having, {"properties": {name: False}}], "dependentSchemas", ordered=True)


def _not(merge: Merge, value: Any) -> None:
    merge.choose(negations(merge.document, value), "not", ordered=True)


def _all_of(merge: Merge, value: Any) -> None:
    for branch in value:
        merge.absorb(branch)


def _ref(merge: Merge, value: Any) -> None:
    merge.absorb(merge.document.target(merge.schema, value))


def _add_condition(merge: Merge) -> None:
    """Add `if`, `then` and `else` as a choice of two."""
    schema: Any = merge.schema
    then, otherwise = schema.get("then", True), schema.get("else", True)
    if then is not True or otherwise is not True:
        holds: Schema = {"allOf": [schema["if"], then]}
        fails: Schema = {"allOf": [{"not": schema["if"]}, otherwise]}
        merge.choose([holds, fails], "if")


def _add_items(merge: Merge) -> None:
    """Add what a schema says of items; up to draft 2019-09, `items` may be the prefix."""
    schema: Any = merge.schema
    items, prefix = schema.get("items", True), schema.get("prefixItems", [])
    if isinstance(items, list):
        prefix, items = items, schema.get("additionalItems", True)
    if prefix or items is not True:
        merge.facts.array.tuples += (Tuple(tuple(prefix), items),)


def _add_members(merge: Merge) -> None:
    """Add what a schema says of properties."""
    schema: Any = merge.schema
    named, matching = schema.get("properties", {}), schema.get("patternProperties", {})
    says_others = "additionalProperties" in schema
    if named or matching or says_others:
        others = schema.get("additionalProperties", True)
        merge.facts.object.members += (Members(named, matching, others, says_others),)


KEYWORDS: Final[dict[str, Callable[[Merge, Any], None]]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda merge, value: _enum(merge, [value]),
    BARRED_VALUES: _barred_values,
    "examples": _examples,
    "default": lambda merge, value: _examples(merge, [value]),
    "minimum": _minimum,
    "maximum": _maximum,
    "exclusiveMinimum": _exclusive_minimum,
    "exclusiveMaximum": _exclusive_maximum,
    "multipleOf": _multiple_of,
    BARRED_DIVISOR: _barred_divisor,
    "minLength": lambda merge, value: merge.facts.text.size.at_least(int(value)),
    "maxLength": lambda merge, value: merge.facts.text.size.at_most(int(value)),
    "pattern": _pattern,
    BARRED_PATTERN: _barred_pattern,
    "format": _format,
    "minItems": lambda merge, value: merge.facts.array.size.at_least(int(value)),
    "maxItems": lambda merge, value: merge.facts.array.size.at_most(int(value)),
    "uniqueItems": _unique_items,
    "contains": _contains,
    "unevaluatedItems": _unevaluated_items,
    "required": _required,
    "minProperties": lambda merge, value: merge.facts.object.size.at_least(int(value)),
    "maxProperties": lambda merge, value: merge.facts.object.size.at_most(int(value)),
    "propertyNames": _property_names,
    "unevaluatedProperties": _unevaluated_properties,
    "dependentRequired": _dependent,
    "dependentSchemas": _dependent,
    "dependencies": _dependent,
    "not": _not,
    "allOf": _all_of,
    "anyOf": lambda merge, value: merge.choose(value, "anyOf"),
    "oneOf": lambda merge, value: merge.choose(value, "oneOf", exclusive=True),
    "$ref": _ref,
    "$dynamicRef": _ref,
    "$recursiveRef": _ref,
}
