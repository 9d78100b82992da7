"""Directives: `$for` and `$if`, the two maps that are not data.

    {$for: choice in outcome.choices, $if: choice.text, $do: {…}}   a list; `$if` filters it
    {$for: message in request.messages, $items: [{…}, {…}]}         a list, several items for each
    {$if: inputs.logprobs, $then: {…}, $else: null}                 one of two values

Without `$else` a false `$if` leaves its key out of the map, or its item out of the list. A `$for`
that is an item of a list adds its items to that list. Both take bare expressions, without braces.
A key of the data that begins with `$` is written with two.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from fakeai.core.nearest import did_you_mean, near_misses
from fakeai.core.problem import Problem
from fakeai.core.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fakeai.core.document import Node
    from fakeai.core.problem import Place

_ALLOWED: Final = {
    "$for": ("$for", "$do", "$items", "$if"),
    "$if": ("$if", "$then", "$else"),
}
_NEEDED: Final = {"$for": "$do", "$if": "$then"}
_WORDS: Final = ("$for", "$do", "$items", "$if", "$then", "$else")
_EACH: Final = re.compile(r"\s*([A-Za-z_]\w*)\s+in\s+(?=\S)")


class Each(Value):
    """A `$for`: an item for each member of a list."""

    target: str
    source: Node
    start: int
    """Where in the source's text the expression begins."""
    items: tuple[tuple[str, Node], ...]
    """What is added for each member, with where it stands below the `$for`."""
    test: Node | None


class Either(Value):
    """A `$if`: a value, or another, or none."""

    test: Node
    then: Node
    other: Node | None


def is_directive(node: Node) -> bool:
    """Say whether a map has a key that is a directive."""
    value = node.value
    return isinstance(value, dict) and any(_is_word(key) for key in value)


def is_for(node: Node) -> bool:
    """Say whether a node is a list made from another one."""
    return isinstance(node.value, dict) and "$for" in node.value


def can_vanish(node: Node) -> bool:
    """Say whether a node may leave nothing behind."""
    if not is_directive(node) or not isinstance(node.value, dict) or "$for" in node.value:
        return False
    branches = [node.value.get("$then"), node.value.get("$else")]
    return any(branch is None or can_vanish(branch) for branch in branches)


def data_key(key: str) -> str:
    """Return the key as data has it."""
    return key[1:] if key.startswith("$$") else key


def read_directive(node: Node, path: str, problems: list[Problem]) -> Each | Either | None:
    """Return the directive that a map is; None when it is malformed."""
    parts = node.children
    before = len(problems)
    word = next((word for word in _ALLOWED if word in parts), None)
    problems += [_stray(key, parts[key], word, path) for key in _strays(parts, word)]
    if word is None or len(problems) > before:
        return None
    _check_parts(word, parts, path, problems)
    if len(problems) > before:
        return None
    if word == "$if":
        return Either(parts["$if"], parts["$then"], parts.get("$else"))
    return _each(parts, path, problems)


def _strays(parts: Iterable[str], word: str | None) -> list[str]:
    """Return the keys that do not belong to the directive, or what kept it from being one."""
    if word is not None:
        return [key for key in parts if key not in _ALLOWED[word]]
    words = [key for key in parts if _is_word(key)]
    return [key for key in words if key not in _WORDS] or words


def _check_parts(word: str, parts: dict[str, Node], path: str, problems: list[Problem]) -> None:
    if _NEEDED[word] not in parts and "$items" not in parts:
        place = parts[word].key_place or parts[word].place
        problems.append(malformed(place, path, f"`{word}` needs `{_NEEDED[word]}`"))
    for name in ("$for", "$if"):
        if name in parts:
            _check_text(parts[name], step(path, name), problems)


def _each(parts: dict[str, Node], path: str, problems: list[Problem]) -> Each | None:
    source = parts["$for"]
    match = _EACH.match(str(source.value))
    if match is None:
        message = "`$for` reads `name in list`, as `choice in outcome.choices`"
        problems.append(malformed(source.place, step(path, "$for"), message))
        return None
    items = _items(parts, path, problems)
    return Each(match[1], source, match.end(), items, parts.get("$if"))


def _items(
    parts: dict[str, Node], path: str, problems: list[Problem]
) -> tuple[tuple[str, Node], ...]:
    several = parts.get("$items")
    if several is None:
        return (("$do", parts["$do"]),)
    if not isinstance(several.value, list) or "$do" in parts:
        message = "`$items` is a list, in place of `$do`"
        problems.append(malformed(several.place, step(path, "$items"), message))
        return ()
    return tuple((f"$items[{i}]", item) for i, item in enumerate(several.value))


def step(path: str, key: str) -> str:
    """Return the path one key further down."""
    return f"{path}.{key}" if path else key


def malformed(place: Place, path: str, message: str) -> Problem:
    """Return the problem of a directive or frame that does not have its form."""
    return Problem(code="FA043", place=place, path=path, message=message)


def _check_text(node: Node, path: str, problems: list[Problem]) -> None:
    if not isinstance(node.value, str) or not node.value.strip():
        problems.append(malformed(node.place, path, "an expression is needed here"))
    elif "{{" in node.value:
        problems.append(malformed(node.place, path, "the expression stands here without braces"))


def _stray(key: str, part: Node, word: str | None, path: str) -> Problem:
    """Return the problem of a key that does not belong to its directive."""
    place = part.key_place or part.place
    here = step(path, key)
    if not _is_word(key):
        return malformed(place, here, f"`{key}` stands beside `{word}`, which is a map of its own")
    if key in _WORDS:
        owner = "$for" if key in {"$do", "$items"} else "$if"
        message = f"`{key}` does not belong to `{word}`" if word else f"`{key}` needs `{owner}`"
        return malformed(place, here, message)
    near = near_misses(key, _WORDS)
    return Problem(
        code="FA043",
        place=place,
        path=here,
        message=f"unknown directive `{key}`",
        hint=did_you_mean(near) or f"a key of the data is written `${key}`",
        replacement=near[0] if len(near) == 1 else None,
    )


def _is_word(key: str) -> bool:
    return key.startswith("$") and not key.startswith("$$")
