"""Frames: the pieces of a stream; that of a token is rendered once.

    {event: message_delta, data: {...}}      a tree, as JSON; `event` only where the framing has it
    {raw: "[DONE]"}                          a text, as it stands
    {$if: inputs.include_usage, $then: ...}  either of them, or nothing

In the frame of a token, `delta` is what varies: "{{ delta.text }}" stands alone in its leaf. Such a
frame is rendered once a segment with a mark in the place of each delta and split at the marks; a
token is then its prefix, its own JSON and its suffix.
"""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import msgspec
from msgspec import UNSET

from fakeai.core.document import Node
from fakeai.core.error import ApiError
from fakeai.core.nearest import did_you_mean, near_misses
from fakeai.core.problem import Problem
from fakeai.template.check import DELTA
from fakeai.template.directives import is_directive, malformed, read_directive, step
from fakeai.template.filters import as_text
from fakeai.template.marks import mark, parted
from fakeai.template.tree import compile_tree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fakeai.template.tree import Tree

Framing: TypeAlias = Literal["sse", "ndjson"]

_ENCODE: Final = msgspec.json.Encoder().encode
_KEYS: Final = ("event", "data", "raw")
_LINE: Final = re.compile(r"(?!.*\{[{%#])[^\r\n]+")
#: Sets of names in frames of tokens; templates have few.
_NAMES_MAX: Final = 256
_BREAK: Final = re.compile(r"\r\n|\r|\n")


class TokenFrame:
    """The frame of a segment's tokens: constant bytes around what varies."""

    __slots__ = ("_fixed", "_names", "text", "varies")

    def __init__(self, frame: bytes) -> None:
        """`frame` has a mark in the place of each delta."""
        fixed, names = parted(frame)
        self._fixed = tuple(fixed)
        self._names, varies = _named(tuple(names))
        self.varies = varies
        """The attributes of `delta` in it."""
        self.text: Callable[[str], bytes] = self._text_only()
        """From a token's text to its frame, when nothing else varies."""

    def encode(self, delta: Mapping[str, object]) -> bytes:
        """Return the frame of a token; a delta that is not given is null."""
        pieces = [self._fixed[0]]
        for name, fixed in zip(self._names, self._fixed[1:], strict=True):
            pieces += (_ENCODE(delta.get(name)), fixed)
        return b"".join(pieces)

    def _text_only(self) -> Callable[[str], bytes]:
        if self._names != ("text",):
            return lambda text: self.encode({"text": text})
        return partial(_text_frame, self._fixed)


def _text_frame(fixed: tuple[bytes, ...], text: str) -> bytes:
    return _ENCODE(text).join(fixed)


@lru_cache(_NAMES_MAX)
def _named(names: tuple[str, ...]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return names and their set, the same ones for all frames: thousands may be open."""
    return names, frozenset(names)


class Frame:
    """A compiled frame."""

    __slots__ = ("_constant", "_marks", "_tree", "_wrap", "variables")

    def __init__(self, tree: Tree, wrap: Callable[[Any], bytes]) -> None:
        """`tree` yields a map of the frame's value, or an empty one."""
        self._tree = tree
        self._wrap = wrap
        self._marks = {DELTA: {name: mark(name) for name in tree.deltas}}
        self.variables = tree.variables
        """The variables that the frame reads."""
        self._constant = None if tree.constant is UNSET else self._framed({})

    def render(self, variables: dict[str, object]) -> bytes:
        """Return the frame, or nothing when its `$if` says no."""
        return self._framed(variables) if self._constant is None else self._constant

    def split(self, variables: dict[str, object]) -> TokenFrame:
        """Return the frame of a segment's tokens; `delta` comes later."""
        return TokenFrame(self.render({**variables, **self._marks}))

    def _framed(self, variables: dict[str, object]) -> bytes:
        values: Any = self._tree(variables)
        try:
            return b"".join([self._wrap(value) for value in values.values()])
        except (OverflowError, TypeError, ValueError) as error:
            raise ApiError("internal", f"A frame cannot be written as JSON: {error}") from error


def compile_frame(
    node: Node,
    scope: Mapping[str, Any],
    problems: list[Problem],
    framing: Framing = "sse",
    path: str = "",
) -> Frame | None:
    """Return the frame of a node, or None when problems were found.

    `scope` is that of `compile_tree`; a `delta` in it makes this the frame of a token.
    """
    before = len(problems)
    body = _body(node, path, problems)
    parts = body.children
    if len(problems) == before:
        _check_keys(body, framing, path, problems)
    if len(problems) > before:
        return None
    kind = "raw" if "raw" in parts else "data"
    if kind == "raw":
        scope = {name: annotation for name, annotation in scope.items() if name != DELTA}
    content = parts[kind]
    if body is not node and isinstance(node.value, dict):
        content = Node({**node.value, "$then": content}, content.place, content.key_place)
    # As an entry of a map it can be left out by its `$if`.
    tree = compile_tree(Node({kind: content}, node.place), scope, problems, path)
    if tree is None:
        return None
    event = parts.get("event")
    return Frame(tree, _wrapper(kind, framing, None if event is None else str(event.value)))


def _body(node: Node, path: str, problems: list[Problem]) -> Node:
    """Return the map of a frame, inside its `$if` or by itself."""
    if not is_directive(node):
        return node
    parts = node.children
    read_directive(node, path, problems)
    stray = [part for key, part in parts.items() if key in {"$for", "$else"}]
    for part in stray:
        place = part.key_place or part.place
        problems.append(malformed(place, path, "a frame has no directive but `$if` with `$then`"))
    return parts.get("$then", node)


def _check_keys(node: Node, framing: Framing, path: str, problems: list[Problem]) -> None:
    if not isinstance(node.value, dict):
        message = "a frame is a map with `data` or `raw`"
        problems.append(malformed(node.place, path, message))
        return
    for key, part in node.value.items():
        if key not in _KEYS:
            problems.append(_unknown(key, part, path))
    if ("data" in node.value) == ("raw" in node.value):
        problems.append(malformed(node.place, path, "a frame has either `data` or `raw`"))
    event = node.value.get("event")
    if event is None:
        return
    if framing != "sse":
        place = event.key_place or event.place
        problems.append(malformed(place, step(path, "event"), f"{framing} frames have no `event`"))
    elif not isinstance(event.value, str) or not _LINE.fullmatch(event.value):
        message = "an event's name is one plain line"
        problems.append(malformed(event.place, step(path, "event"), message))


def _unknown(key: str, part: Node, path: str) -> Problem:
    near = near_misses(key, _KEYS)
    return Problem(
        code="FA043",
        place=part.key_place or part.place,
        path=step(path, key),
        message=f"a frame has no `{key}`",
        hint=did_you_mean(near),
        replacement=near[0] if len(near) == 1 else None,
    )


def _wrapper(kind: str, framing: Framing, event: str | None) -> Callable[[Any], bytes]:
    """Return the function that puts a frame's value on the wire."""
    if framing == "ndjson":
        return (lambda value: as_text(value).encode() + b"\n") if kind == "raw" else _ndjson
    head = b"" if event is None else f"event: {event}\n".encode()
    if kind == "raw":
        return lambda value: head + _data_lines(as_text(value)) + b"\n"
    prefix = head + b"data: "
    return lambda value: prefix + _ENCODE(value) + b"\n\n"


def _ndjson(value: Any) -> bytes:
    return _ENCODE(value) + b"\n"


def _data_lines(text: str) -> bytes:
    """A text of many lines stays one event."""
    return "".join([f"data: {line}\n" for line in _BREAK.split(text)]).encode()
