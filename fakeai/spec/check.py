"""Check: a document against a type, with every breach at its exact place."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar, cast

import msgspec
from msgspec import inspect

from fakeai.core.document import Node, locate, path_text, plain
from fakeai.core.later import Later
from fakeai.core.problem import Place, Problem
from fakeai.spec.schema import shape_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from fakeai.spec import violations
    from fakeai.spec.shape import Shape
    from fakeai.spec.violations import Violation
else:
    # With what it needs of `jsonschema`, a third of the time that reading a right spec takes.
    violations = Later("fakeai.spec.violations")

T = TypeVar("T")


def structure(node: Node, type_: type[T]) -> tuple[T | None, list[Problem]]:
    """Return the node as a value of the type, or None and everything that keeps it from being one.

    A conversion that succeeds proves the document; only one that fails needs to be explained.
    """
    data = plain(node)
    with suppress(msgspec.ValidationError):
        # Most files leave out no tag and have no keys of their own: they need no schema.
        return msgspec.convert(data, type_), []
    shape = shape_of(cast("Hashable", type_))
    value = shape.complete(data, shape.schema)
    try:
        return msgspec.convert(_without_own_keys(value, shape.schema), type_), []
    except msgspec.ValidationError as error:
        found = violations.violations(value, shape) or list(_contradictions(node, shape, type_))
        if not found:
            found = [violations.Violation("FA013", (), str(error))]
    wanted = Counter(_wanted(violation) for violation in found)
    return None, [
        _placed(v if wanted[_wanted(v)] == 1 else v._replace(replacement=None), node) for v in found
    ]


def _wanted(violation: Violation) -> object:
    """What two unknown keys of a map cannot both become; anything else stands for itself."""
    if violation.code != "FA010" or violation.replacement is None:
        return violation.path
    return (violation.path[:-1], violation.replacement)


def _without_own_keys(value: Any, schema: dict[str, Any]) -> Any:
    """Leave out the keys that the schema allows by pattern: they mean nothing to the type."""
    patterns = schema.get("patternProperties", ())
    if not patterns or not isinstance(value, dict):
        return value
    return {
        key: item
        for key, item in value.items()
        if not any(re.search(pattern, key) for pattern in patterns)
    }


def _contradictions(node: Node, shape: Shape, type_: Any) -> Iterator[Violation]:
    """Yield what a struct's own check refuses, such as a minimum above the maximum."""
    checked = {
        name: struct
        for struct in _structs(type_)
        for name in (struct.__name__, f"{struct.__module__}.{struct.__qualname__}")
        if name in shape.defs and hasattr(struct, "__post_init__")
    }
    for path, child, option in shape.walk(node, shape.schema):
        struct = checked.get(option.get("x-struct", ""))
        if struct is None or not isinstance(child.value, dict):
            continue
        try:
            msgspec.convert(shape.complete(plain(child), option), struct)
        except msgspec.ValidationError as error:
            # With a path, it is the error of a struct further down, which has its own turn.
            if " - at `$" not in str(error):
                yield violations.Violation("FA013", path, str(error), at_key=True)


def _structs(type_: Any) -> set[type]:
    """Return every struct of which a type is made."""
    found: set[type] = set()
    waiting: list[object] = [inspect.type_info(type_)]
    while waiting:
        info = waiting.pop()
        if isinstance(info, inspect.StructType):
            if info.cls in found:
                continue
            found.add(info.cls)
        if isinstance(info, (inspect.Type, inspect.Field)):
            waiting.extend(getattr(info, name) for name in info.__struct_fields__)
        elif isinstance(info, tuple):
            waiting.extend(info)
    return found


def _placed(violation: Violation, root: Node) -> Problem:
    return Problem(
        code=violation.code,
        place=_place(violation, root),
        path=path_text(violation.path),
        message=violation.message,
        hint=violation.hint,
        replacement=_replacement(violation, root),
    )


def _place(violation: Violation, root: Node) -> Place:
    """A value is marked itself; what a map lacks, or what it is called, at its key."""
    node = locate(root, violation.path)
    return node.key_place if violation.at_key and node.key_place is not None else node.place


def _replacement(violation: Violation, root: Node) -> str | None:
    """A key that the same file already has is no way out."""
    if violation.replacement is None or not violation.path:
        return violation.replacement
    around = locate(root, violation.path[:-1])
    other = around.children.get(violation.replacement)
    taken = violation.code == "FA010" and other is not None
    same = other is not None and other.place.file == _place(violation, root).file
    return None if taken and same else violation.replacement
