"""Schema: the structs as JSON Schema, for the check and for editors."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import msgspec
from msgspec import Meta

from fakeai.spec.model import Spec
from fakeai.spec.shape import Schema, Shape

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_OWN_KEYS: Final = "^x-"
_INTERPOLATED: Final = {"$ref": "#/$defs/Interpolated"}
_NULL: Final = {"type": "null"}
#: Of a property, what describes it rather than what it takes.
_ABOUT: Final = ("description", "default", "examples", "x-ref", "x-untagged")


def spec_type(sections: Mapping[str, Any]) -> type[Spec]:
    """Return Spec with an optional field for each section that belongs to a stage."""
    fields = [
        (name, Annotated[config | None, Meta(description=_first_line(config, name))], None)
        for name, config in sections.items()
    ]
    made = msgspec.defstruct(
        "Spec",
        fields,
        bases=(Spec,),
        module=Spec.__module__,
        namespace={"__doc__": Spec.__doc__},
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
    )
    return cast("type[Spec]", made)


@lru_cache(maxsize=64)
def shape_of(type_: Hashable) -> Shape:
    """Return the schema that a value of this type must satisfy."""
    (schema,), defs = msgspec.json.schema_components([type_], ref_template="#/$defs/{name}")
    schema = {**defs[_name(schema)], **schema} if "$ref" in schema else dict(schema)
    schema.pop("$ref", None)
    if isinstance(type_, type) and issubclass(type_, Spec):
        schema["patternProperties"] = {_OWN_KEYS: {}}
    return Shape(schema, defs)


def json_schema(type_: type[Spec]) -> Schema:
    """Return the JSON Schema of a spec file for editors.

    It is looser than the check: an overlay may leave out what its parent has, delete anything with
    `null`, switch a section off with `false`, and put `${NAME}` where a number is wanted.
    """
    shape = shape_of(type_)
    defs = {name: _loose(schema) for name, schema in shape.defs.items() if name != "Spec"}
    defs["Interpolated"] = {
        "description": "A variable of `vars`.",
        "type": "string",
        "pattern": r"\$\{[A-Za-z_][A-Za-z0-9_]*\}",
    }
    root = _loose(shape.schema)
    for name in type_.__struct_fields__:
        if name not in Spec.__struct_fields__:
            root["properties"][name]["anyOf"].append({"const": False})
    root["properties"]["fakeai"] = shape.schema["properties"]["fakeai"]
    return {
        "$schema": _DIALECT,
        **root,
        "title": "FakeAI spec",
        "required": ["fakeai"],
        "$defs": dict(sorted(defs.items())),
    }


def _loose(schema: Schema) -> Schema:
    """Return a schema of which every part may be left out, deleted or interpolated."""
    loose = {key: value for key, value in schema.items() if key != "required"}
    if "properties" in loose:
        tags = {key for key, value in loose["properties"].items() if _is_tag(value)}
        loose["properties"] = {
            key: value if key in tags else _entry(value)
            for key, value in loose["properties"].items()
        }
    if isinstance(loose.get("additionalProperties"), dict):
        loose["additionalProperties"] = _entry(loose["additionalProperties"])
    if isinstance(loose.get("items"), dict):
        loose["items"] = _loose(loose["items"])
    if "anyOf" in loose:
        loose["anyOf"] = [_loose(option) for option in loose["anyOf"]]
    return loose


def _entry(schema: Schema) -> Schema:
    about: Schema = {key: schema[key] for key in _ABOUT if key in schema}
    rest = {key: value for key, value in schema.items() if key not in about}
    options = [_loose(option) for option in rest.get("anyOf", [rest])]
    if any(_is_closed(option) for option in options):
        options.append(_INTERPOLATED)
    if _NULL not in options:
        options.append(_NULL)
    return {**about, "anyOf": options}


def _is_tag(schema: Schema) -> bool:
    return "default" not in schema and len(schema.get("enum", ())) == 1


def _is_closed(schema: Schema) -> bool:
    """Tell whether a schema takes some scalars, but not any text."""
    scalar = schema.get("type") in {"integer", "number", "boolean"}
    return scalar or "enum" in schema or "pattern" in schema


def _name(schema: Schema) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _first_line(config: Any, name: str) -> str:
    is_struct = isinstance(config, type) and issubclass(config, msgspec.Struct)
    text = (config.__doc__ or "") if is_struct else ""
    return text.strip().partition("\n")[0] or f"Settings of the stage `{name}`."
