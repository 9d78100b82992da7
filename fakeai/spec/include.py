"""Include: sibling files composed into the one that names them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from fakeai.core.document import Node, path_text
from fakeai.core.problem import Problem, Related
from fakeai.spec.files import real

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fakeai.spec.shape import Path as KeyPath
    from fakeai.spec.shape import Schema, Shape

_VERSION: Final = "fakeai"
#: What says how files are read stands in the including file only.
_HEAD: Final = ("extends", "include", "locked")


def included(node: Node, path: Path, problems: list[Problem]) -> Iterator[tuple[Node, Path]]:
    """Yield every file that `include` names, with the pattern that names it."""
    patterns = node.children.get("include")
    seen = {real(path)}
    for item in patterns.value if patterns and isinstance(patterns.value, list) else ():
        if not isinstance(item.value, str):
            continue
        message = f"no file matches `{item.value}`"
        try:
            found = _glob(path.parent, item.value)
        except (ValueError, OSError) as error:
            found, message = [], f"`{item.value}` is no pattern of files: {error}"
        if not found:
            problems.append(
                Problem(code="FA065", place=item.place, path="include", message=message)
            )
        for match in found:
            if real(match) not in seen:
                seen.add(real(match))
                yield item, match


def _glob(folder: Path, pattern: str) -> list[Path]:
    if not pattern or Path(pattern).is_absolute():
        return []
    return sorted(path for path in folder.glob(pattern) if path.is_file())


def joined(whole: Node, part: Node, shape: Shape, problems: list[Problem]) -> Node:
    """Return an included file's document put into the whole; no name may stand in both."""
    body = dict(part.children)
    body.pop(_VERSION, None)
    for key in _HEAD:
        if key in body:
            place = body.pop(key).key_place or part.place
            message = f"`{key}` belongs in the file that includes this one"
            problems.append(Problem(code="FA066", place=place, path=key, message=message))
    return _Join(shape, problems).join(whole, Node(body, part.place), shape.schema, ())


class _Join:
    """Puts two maps together: declared keys side by side, named entries never twice."""

    def __init__(self, shape: Shape, problems: list[Problem]) -> None:
        self._shape = shape
        self._problems = problems

    def join(self, whole: Node, part: Node, schema: Schema, path: KeyPath) -> Node:
        """Return one map with the entries of both."""
        entries = dict(whole.children)
        for key, value in part.children.items():
            first = entries.setdefault(key, value)
            if first is not value:
                entries[key] = self._both(first, value, schema, (*path, key))
        return Node(entries, whole.place, whole.key_place)

    def _both(self, first: Node, second: Node, schema: Schema, path: KeyPath) -> Node:
        inner = self._shape.child(schema, first.value, path[-1])
        declared = any(
            path[-1] in option.get("properties", ()) for option in self._shape.options(schema)
        )
        maps = isinstance(first.value, dict) and isinstance(second.value, dict)
        if declared and maps and inner is not None:
            return self.join(first, second, inner, path)
        place, other = second.key_place or second.place, first.key_place or first.place
        self._problems.append(
            Problem(
                code="FA064",
                place=place,
                path=path_text(path),
                message=f"`{path[-1]}` is given twice in files that are composed into one",
                related=(Related(other, "first given here"),),
            )
        )
        return first
