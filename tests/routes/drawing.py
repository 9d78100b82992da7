"""Values of a JSON Schema, drawn by the keywords that schema files use."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs
from hypothesis import strategies as st

from fakeai.core.document import plain, read
from tests.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hypothesis.strategies import SearchStrategy

    Json = Any
    Pools = Mapping[str, SearchStrategy[Json]]
    Draw = Callable[[SearchStrategy[Json]], Json]

TEXTS: Final = st.sampled_from(
    ["Hello", "What is the weather in Oslo?", "As JSON: a name", "naïve ☕ 鯨\n- one", "x", ""]
)
_MEMBERS_MAX: Final = 6
_KINDS: Final[dict[type, str]] = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}
_CONDITION: Final = ("if", "then", "else")


def schema_of(file: str, part: str) -> Json:
    """Return the schema of a request, a response or a chunk, with all that it refers to."""
    document: Any = plain(read(ROOT / "schemas" / file))
    return {**document[part], "$defs": document["$defs"]}


@st.composite
def values(draw: Draw, schema: Json, pools: Pools, often: frozenset[str] = frozenset()) -> Json:
    """Draw a value; a pool decides for the properties, and the `$defs/…`, of its name.

    A definition's pool is before a property's. What has one, or is drawn often, is in more values.
    """
    return Drawing(draw, schema["$defs"], pools, often | frozenset(pools)).value(schema)


class Drawing:
    """One value in the making."""

    def __init__(self, draw: Draw, defs: Json, pools: Pools, often: frozenset[str]) -> None:
        """Draw from pools first, then by the schema."""
        self._draw = draw
        self._defs = defs
        self._pools = pools
        self._often = often

    def value(self, schema: Json, name: str = "") -> Json:
        """Return a value of a schema, which stands at a property of this name."""
        while "$ref" in schema and schema["$ref"].startswith("#/"):
            definition = schema["$ref"].removeprefix("#/")
            if definition in self._pools or name not in self._pools:
                name = definition
            schema = {**self._definition(schema), **_without(schema, "$ref")}
        if name in self._pools:
            return self._draw(self._pools[name])
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._draw(st.sampled_from(schema["enum"]))
        if "anyOf" in schema:
            option = self._draw(st.sampled_from(schema["anyOf"]))
            return self.value({**_without(schema, "anyOf"), **option})
        made = self._typed(schema)
        return made if isinstance(made, dict) else self._settled(schema, made)

    def _typed(self, schema: Json) -> Json:
        kinds = schema.get("type", "object" if "properties" in schema else "string")
        kind = kinds if isinstance(kinds, str) else self._draw(st.sampled_from((kinds * 2)[:-1]))
        return getattr(self, f"_{kind}")(schema)

    def _settled(self, schema: Json, made: Json) -> Json:
        """Return the value, drawn again where a condition says more of its kind."""
        if "if" not in schema:
            return made
        branch = self._branch(schema, made)
        if not branch:
            return made
        return self.value({**_without(schema, *_CONDITION), "type": _KINDS[type(made)], **branch})

    def _definition(self, schema: Json) -> Json:
        return self._defs[schema["$ref"].rpartition("/")[2]]

    def _branch(self, schema: Json, made: Json) -> Json:
        """Return what a schema's condition adds for a value."""
        holds = _validator(json.dumps(schema["if"])).is_valid(made)
        return schema.get("then" if holds else "else", {})

    def _null(self, _schema: Json) -> None:
        return None

    def _boolean(self, _schema: Json) -> Json:
        return self._draw(st.booleans())

    def _integer(self, schema: Json) -> Json:
        low = schema.get("minimum", 0)
        return self._draw(st.integers(low, schema.get("maximum", low + 40)))

    def _number(self, schema: Json) -> Json:
        low = schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1)
        return self._draw(st.floats(low, schema.get("maximum", low + 2)))

    def _string(self, schema: Json) -> Json:
        pattern = schema.get("pattern")
        texts = st.from_regex(pattern, fullmatch=True) if pattern else TEXTS
        least, most = schema.get("minLength", 0), schema.get("maxLength", 100)
        return self._draw(texts.filter(lambda text: least <= len(text) <= most))

    def _array(self, schema: Json) -> Json:
        least = schema.get("minItems", 0)
        size = self._draw(st.integers(least, min(least + 2, schema.get("maxItems", least + 2))))
        return [self.value(schema.get("items", {"type": "string"})) for _ in range(size)]

    def _object(self, schema: Json) -> Json:
        made: Json = {}
        if "additionalProperties" in schema:
            names = {"type": "string", "minLength": 1, **schema.get("propertyNames", {})}
            made[self.value(names)] = self.value(schema["additionalProperties"])
        self._extend(schema, made, schema.get("properties", {}))
        return made

    def _extend(self, schema: Json, made: Json, known: Json) -> None:
        """Put into an object what a part of its schema asks for, whose properties are known."""
        while "$ref" in schema:
            schema = self._definition(schema)
        self._members(schema, made, known)
        for part in schema.get("allOf", ()):
            self._extend(part, made, known)
        if "if" in schema:
            self._extend(self._branch(schema, made), made, known)
        for name, part in schema.get("dependentSchemas", {}).items():
            if name in made:
                self._extend(part, made, known)

    def _members(self, schema: Json, made: Json, known: Json) -> None:
        """Put some of the properties into an object: those required, and a few others."""
        properties = schema.get("properties", {})
        required = schema.get("required", ())
        optional = [name for name in properties if name not in required]
        favoured = [name for name in optional if name in self._often]
        names = st.sampled_from([*optional, *favoured * 3] or [""])
        some = st.sets(names, min_size=min(3, len(favoured)), max_size=_MEMBERS_MAX)
        chosen = self._draw(some) if optional else set()
        for name in [*required, *optional]:
            if name in chosen or name in required or name in made:
                about = {**known.get(name, {}), **properties.get(name, {})}
                made[name] = self.value(about, name)


@cache
def _validator(schema: str) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(json.loads(schema))


def listed(stop: Json) -> list[str]:
    """Return the stop texts of a request as a list."""
    return [stop] if isinstance(stop, str) else stop or []


def _without(schema: Json, *keywords: str) -> Json:
    return {key: value for key, value in schema.items() if key not in keywords}
