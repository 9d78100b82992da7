"""Locks: paths of a spec that its overlays may not change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.core.document import Node, path_text, plain
from fakeai.core.nearest import did_you_mean, listed, near_misses
from fakeai.core.problem import Problem, Related

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from fakeai.spec.shape import Path, Schema, Shape


def broken_locks(parent: Node, overlay: Node) -> Iterator[Problem]:
    """Yield a problem for everything in the overlay that a lock of the parent forbids."""
    locks = [lock for lock in _locks(parent) if isinstance(lock.value, str)]
    if not locks:
        return
    for path, above, value in _changes(parent, overlay, ()):
        lock = next((lock for lock in locks if _covers(str(lock.value), path, above)), None)
        if lock is None:
            continue
        related = [Related(lock.place, f"`{lock.value}` is locked here")]
        if above is not None:
            related.append(Related(above.key_place or above.place, "the locked value"))
        yield Problem(
            code="FA063",
            place=value.key_place or value.place,
            path=path_text(path),
            message="locked: it cannot be changed here",
            related=tuple(related),
        )


def unknown_locks(node: Node, sections: Collection[str]) -> Iterator[Problem]:
    """Yield a problem for every lock that does not begin with a section's name."""
    for lock in _locks(node):
        if not isinstance(lock.value, str):
            continue
        first = lock.value.partition(".")[0]
        if first in sections or first == "*":
            continue
        near = near_misses(first, sections)
        rest = lock.value.removeprefix(first)
        yield Problem(
            code="FA067",
            place=lock.place,
            path="locked",
            message=f"`{lock.value}` locks nothing: there is no section `{first}`",
            hint=did_you_mean([name + rest for name in near]) or f"sections: {listed(sections)}",
            replacement=f'"{near[0]}{rest}"' if len(near) == 1 else None,
        )


def idle_locks(node: Node, shape: Shape) -> Iterator[Problem]:
    """Yield a problem for every lock that begins with a section's name and leads nowhere in it."""
    for lock in _locks(node):
        if not isinstance(lock.value, str):
            continue
        first = lock.value.partition(".")[0]
        section = shape.schema["properties"].get(first)
        if section is None or lock.value == first:
            continue
        if not _leads(lock.value.removeprefix(f"{first}."), section, shape):
            yield Problem(
                code="FA067",
                place=lock.place,
                path="locked",
                message=f"`{lock.value}` locks nothing: `{first}` has no such part",
            )


def _leads(lock: str, schema: Schema, shape: Shape) -> bool:
    """Tell whether a lock is the path of something that a schema allows."""
    for option in shape.options(schema):
        steps = [*option.get("properties", {}).items()]
        steps += [("*", inner) for _, inner in steps]
        entries = option.get("additionalProperties")
        if isinstance(entries, dict):
            # A name may have dots in it; `*` stands for a whole one.
            names = [lock, *(lock[:at] for at, letter in enumerate(lock) if letter == ".")]
            steps += [(name, entries) for name in names if name == "*" or "*" not in name]
        for name, inner in steps:
            below = lock.startswith(f"{name}.") and _leads(lock[len(name) + 1 :], inner, shape)
            if lock == name or below:
                return True
    return False


def _locks(node: Node) -> list[Node]:
    locked = node.children.get("locked")
    return locked.value if locked is not None and isinstance(locked.value, list) else []


def _changes(
    parent: Node | None, overlay: Node, path: Path
) -> Iterator[tuple[Path, Node | None, Node]]:
    """Yield what the overlay sets to another value than the parent's, with its path."""
    above = parent.value if parent is not None else None
    if not isinstance(overlay.value, dict) or (path and not isinstance(above, dict)):
        if parent is None or plain(parent) != plain(overlay):
            yield path, parent, overlay
        return
    for key, value in overlay.value.items():
        yield from _changes(
            above.get(key) if isinstance(above, dict) else None, value, (*path, key)
        )


def _covers(lock: str, path: Path, above: Node | None) -> bool:
    """Tell whether a change at `path` touches what `lock` names: it, its parts, or all of it."""
    parts = [str(part) for part in path]
    return _reaches(lock, parts) or (above is not None and _holds(lock, parts, above))


def _reaches(lock: str, parts: list[str]) -> bool:
    """Tell whether the path begins with the lock; names may hold dots themselves."""
    if not lock:
        return True
    if not parts:
        return False
    return any(
        _reaches(lock[len(step) :].removeprefix("."), parts[1:])
        for step in {parts[0], "*"}
        if lock == step or lock.startswith(f"{step}.")
    )


def _holds(lock: str, parts: list[str], above: Node) -> bool:
    """Tell whether what the path replaces or deletes has a locked part."""
    if _reaches(lock, parts):
        return True
    if not isinstance(above.value, dict):
        return False
    return any(_holds(lock, [*parts, key], child) for key, child in above.value.items())
