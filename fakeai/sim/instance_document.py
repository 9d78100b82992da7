"""A schema document: what each reference in it points to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import unquote, urldefrag, urljoin

from fakeai.sim.instance_limits import InvalidSchema

if TYPE_CHECKING:
    from fakeai.core.document import Json

Schema: TypeAlias = "dict[str, Json] | bool"

_DATA: Final = frozenset({"const", "enum", "default", "examples"})
"""Keywords whose value is data, so that nothing in it is a reference."""
_MAPS: Final = frozenset(
    {"properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"}
)
"""Keywords whose value maps names to schemas, so that its keys are not keywords."""


class SchemaDocument:
    """Finds the target of a reference, by address, JSON Pointer or anchor."""

    def __init__(self, root: Schema) -> None:
        """Walk the document once, and note where every schema stands."""
        self._pointers: dict[int, str] = {}
        self._bases: dict[int, str] = {}
        self._addresses: dict[str, Schema] = {"": root}
        dialect = root.get("$schema") if isinstance(root, dict) else None
        self._id = "id" if isinstance(dialect, str) and "draft-04" in dialect else "$id"
        self._walk(root)

    def pointer(self, schema: Schema) -> str:
        """Return where a schema stands in the document; empty for the root or an inferred one."""
        return self._pointers.get(id(schema), "")

    def _walk(self, root: Json) -> None:
        """Note each object's pointer and base address, and all anchors."""
        stack: list[tuple[Json, str, str, bool]] = [(root, "", "", False)]
        while stack:
            node, pointer, base, is_map = stack.pop()
            if isinstance(node, list):
                stack += [(item, f"{pointer}/{i}", base, False) for i, item in enumerate(node)]
            if not isinstance(node, dict):
                continue
            base = base if is_map else self._note(node, pointer, base)
            stack += [
                (value, f"{pointer}/{_escape(key)}", base, not is_map and key in _MAPS)
                for key, value in node.items()
                if isinstance(value, dict | list) and (is_map or key not in _DATA)
            ]

    def _note(self, node: dict[str, Json], pointer: str, base: str) -> str:
        """Note an object, and return the base address inside it."""
        self._pointers[id(node)] = pointer
        own = node.get(self._id)
        if isinstance(own, str) and own.startswith("#"):
            # Up to draft 7, an anchor was an address of this form.
            self._addresses.setdefault(base + own, node)
        elif isinstance(own, str):
            base = urldefrag(urljoin(base, own)).url
            self._addresses.setdefault(base, node)
        self._bases[id(node)] = base
        for keyword in ("$anchor", "$dynamicAnchor"):
            anchor = node.get(keyword)
            if isinstance(anchor, str):
                self._addresses.setdefault(f"{base}#{anchor}", node)
        return base

    def target(self, schema: dict[str, Json], reference: str) -> Schema:
        """Return the schema that a reference inside of `schema` points to."""
        base = self._bases.get(id(schema), "")
        # urljoin drops a base such as urn:uuid:…, which a bare fragment keeps.
        full = base + reference if reference.startswith("#") else urljoin(base, reference)
        address, _, fragment = full.partition("#")
        found = self._addresses.get(f"{address}#{fragment}")
        if found is not None:
            return found
        document = self._addresses.get(address)
        if document is None or (fragment and not fragment.startswith("/")):
            raise InvalidSchema(f"{reference!r} points to nothing", self.pointer(schema))
        return self._descend(document, fragment, schema)

    def _descend(self, document: Schema, fragment: str, schema: dict[str, Json]) -> Schema:
        """Follow a JSON Pointer."""
        node: Json = document
        for part in unquote(fragment).split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            if isinstance(node, dict) and key in node:
                node = node[key]
            elif isinstance(node, list) and key.isdigit() and int(key) < len(node):
                node = node[int(key)]
            else:
                raise InvalidSchema(f"'#{fragment}' points to nothing", self.pointer(schema))
        if not isinstance(node, dict | bool):
            raise InvalidSchema(f"'#{fragment}' is not a schema", self.pointer(schema))
        return node


def _escape(key: str) -> str:
    """Return a key as a step of a JSON Pointer."""
    return key.replace("~", "~0").replace("/", "~1")
