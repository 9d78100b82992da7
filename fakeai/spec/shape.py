"""Shapes: which part of a schema a value was meant for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fakeai.core.document import Node
from fakeai.core.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Schema = dict[str, Any]
Path = tuple[str | int, ...]

_PREFIX: Final = "#/$defs/"


class Shape(Value):
    """A schema and the definitions that it refers to."""

    schema: Schema
    defs: Mapping[str, Schema]

    def options(self, schema: Schema) -> list[Schema]:
        """Return what `schema` allows, references followed and unions laid flat.

        What stands beside a union or a reference (`x-ref`, a description) is kept on each option.
        """
        if "$ref" in schema:
            name = schema["$ref"].removeprefix(_PREFIX)
            beside = {key: value for key, value in schema.items() if key != "$ref"}
            return self.options({**self.defs[name], **beside, "x-struct": name})
        if "anyOf" not in schema:
            return [schema]
        beside = {
            key: value for key, value in schema.items() if key not in {"anyOf", "discriminator"}
        }
        if "discriminator" in schema:
            beside["x-tag"] = schema["discriminator"]["propertyName"]
        return [
            {**beside, **option} for branch in schema["anyOf"] for option in self.options(branch)
        ]

    def meant(self, schema: Schema, value: object) -> list[Schema]:
        """Return the options that fit a value by its kind and, for a tagged map, by its tag."""
        kind = kind_of(value)
        options = [option for option in self.options(schema) if admits(option, kind)]
        if isinstance(value, dict) and len(options) > 1:
            tag = _bare(value.get(options[0].get("x-tag", ""), options[0].get("x-untagged")))
            return [option for option in options if tag_of(option) == tag] or options
        return options

    def child(self, schema: Schema, value: object, key: str | int) -> Schema | None:
        """Return the schema of one entry of a map or a list, or None where it has none."""
        for option in self.meant(schema, value):
            if isinstance(key, int):
                found = option.get("items")
            else:
                found = option.get("properties", {}).get(key, option.get("additionalProperties"))
            if isinstance(found, dict):
                return found
        return None

    def walk(self, node: Node, schema: Schema, path: Path = ()) -> Iterator[tuple[Path, Node, Any]]:
        """Yield every value with its path and the option that it was meant for."""
        options = self.meant(schema, node.value)
        yield path, node, options[0] if options else {}
        for key, child in children(node):
            found = self.child(schema, node.value, key)
            if found is not None:
                yield from self.walk(child, found, (*path, key))

    def complete(self, value: Any, schema: Schema) -> Any:
        """Return a plain value with the tags that `x-untagged` lets a map leave out."""
        if not isinstance(value, (dict, list)):
            return value
        pairs = enumerate(value) if isinstance(value, list) else value.items()
        done = {
            key: item
            if (found := self.child(schema, value, key)) is None
            # The schema of an entry decides; entries without one are free data.
            else self.complete(item, found)
            for key, item in pairs
        }
        if isinstance(value, list):
            return list(done.values())
        option = next(iter(self.meant(schema, value)), {})
        tag, untagged = option.get("x-tag"), option.get("x-untagged")
        return {tag: untagged, **done} if tag and untagged and tag not in done else done

    def homes(self, key: str) -> list[str]:
        """Return the paths at which a key is declared, `*` for any name, shortest first."""
        found: list[str] = []
        self._homes(key, self.schema, "", (), found)
        return sorted(dict.fromkeys(found), key=lambda path: (path.count("."), path))

    def _homes(
        self, key: str, schema: Schema, path: str, above: tuple[str, ...], found: list[str]
    ) -> None:
        for option in self.options(schema):
            struct = option.get("x-struct", path)
            if struct in above:
                continue
            names = (*above, struct)
            entries = dict(option.get("properties", {}))
            if isinstance(option.get("additionalProperties"), dict):
                entries["*"] = option["additionalProperties"]
            for name, entry in entries.items():
                if name == key and path:
                    found.append(path)
                self._homes(key, entry, f"{path}.{name}".removeprefix("."), names, found)


def kind_of(value: object) -> str:
    """Return the JSON type of a plain value or of a node's own value."""
    if value is None:
        return "null"
    for kinds, name in _KINDS:
        if isinstance(value, kinds):
            return name
    return "object"


_KINDS: Final = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (str, "string"),
    ((list, tuple), "array"),
)


def admits(option: Schema, kind: str) -> bool:
    """Tell whether an option takes values of this JSON type."""
    if "enum" in option:
        return kind in {kind_of(value) for value in option["enum"]}
    wanted = option.get("type", kind)
    return wanted == kind or (wanted == "number" and kind == "integer")


def tag_of(option: Schema) -> str | None:
    """Return the value that the tag of a tagged map must have."""
    tag = option.get("properties", {}).get(option.get("x-tag"), {})
    return next(iter(tag.get("enum", ())), None)


def children(node: Node) -> Iterator[tuple[str | int, Node]]:
    """Yield the entries of a map or a list with their keys."""
    if isinstance(node.value, dict):
        yield from node.value.items()
    elif isinstance(node.value, list):
        yield from enumerate(node.value)


def _bare(value: object) -> object:
    return value.value if isinstance(value, Node) else value
