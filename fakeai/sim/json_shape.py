"""JSON shapes: the schema of the object that a text asks for."""

from __future__ import annotations

import re
from json import JSONDecodeError, JSONDecoder
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT_CHARACTERS_MAX: Final = 32_000
"""Characters of the conversation, counted from its end, that are read."""
KEYS_MAX: Final = 32
_OBJECTS_MAX: Final = 16
_DEPTH_MAX: Final = 8

_DECODER: Final = JSONDecoder()
_PICTURES: Final = r"\u200d\u2600-\u27bf\ufe0f\U0001f000-\U0001faff"
_NAME: Final = rf"(?!\d)[\w{_PICTURES}][\w{_PICTURES}-]{{0,63}}"
_QUOTED: Final = re.compile(rf"[\"'`“「]({_NAME})[\"'`”」]")
_NAMED: Final = re.compile(rf"{_QUOTED.pattern}(?!\s{{0,4}}[:=])")
_LISTED: Final = re.compile(
    r"\b(?:keys?|fields?|properties|attributes)\b[\s:]{1,4}"
    r"((?:[^\W\d]\w{0,63}(?:, and | and |, ?)){0,31}[^\W\d]\w{0,63})",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(r", and | and |, ?")
ANY_SHAPE: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"title": {"type": "string"}, "summary": {"type": "string"}},
    "required": ["title", "summary"],
}
"""The object of a text that describes none."""


def wanted_shape(text: str) -> dict[str, Any]:
    """Return the schema of the object that a text describes.

    A JSON Schema in the text is taken as it stands, an example gives its keys and types, and
    names that are quoted or listed as keys become texts.
    """
    tail = text[-TEXT_CHARACTERS_MAX:]
    found = [value for _, _, value in _objects(tail) if value]
    for value in reversed(found):
        if is_schema(value):
            return {**value, "type": "object"}
    return _like(found[0], 0) if found else _keys(tail) or ANY_SHAPE


def stated_schema(text: str) -> dict[str, Any] | None:
    """Return the last JSON Schema of an object that stands in a text."""
    if '"properties"' not in text:
        return None
    found = [value for _, _, value in _objects(text[-TEXT_CHARACTERS_MAX:])]
    return next(
        ({**value, "type": "object"} for value in reversed(found) if is_schema(value)), None
    )


def without_shapes(text: str, shape: dict[str, Any] | None = None) -> str:
    """Return a text without the JSON Schemas in it, and without the examples of a shape."""
    if "{" not in text:
        return text
    kept, end = [], 0
    for start, stop, value in _objects(text):
        if is_schema(value) or (shape is not None and _like(value, 0) == shape):
            kept.append(text[end:start])
            end = stop
    return " ".join([*kept, text[end:]]) if kept else text


def without_keys(text: str, shape: dict[str, Any]) -> str:
    """Return a text without the keys of a shape that it names in quotes, but gives no value."""
    keys = shape.get("properties", {})
    return _NAMED.sub(lambda match: " " if match[1] in keys else match[0], text)


def is_schema(value: dict[str, Any]) -> bool:
    """Tell whether a JSON object is the JSON Schema of one."""
    return isinstance(value.get("properties"), dict)


def _objects(text: str) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Yield the JSON objects in a text, and where each begins and ends."""
    start, end = text.find("{"), 0
    for _ in range(_OBJECTS_MAX):
        if start < 0:
            return
        try:
            found, end = _DECODER.raw_decode(text, start)
        except (JSONDecodeError, RecursionError):
            end = start + 1
        else:
            yield start, end, found
        start = text.find("{", end)


def _like(example: Any, depth: int) -> dict[str, Any]:
    """Return the schema of values like an example."""
    if depth >= _DEPTH_MAX:
        return {}
    if isinstance(example, dict):
        names = list(example)[:KEYS_MAX]
        properties = {name: _like(example[name], depth + 1) for name in names}
        return {
            "type": "object",
            "properties": properties,
            "required": names,
            "additionalProperties": False,
        }
    if isinstance(example, list):
        items = _like(example[0], depth + 1) if example else {"type": "string"}
        return {"type": "array", "items": items, "minItems": 1, "maxItems": 3}
    if isinstance(example, bool):
        return {"type": "boolean"}
    if isinstance(example, int):
        return {"type": "integer", "minimum": 0, "maximum": 1000}
    return {"type": "number" if isinstance(example, float) else "string"}


def _keys(text: str) -> dict[str, Any] | None:
    listed = [_BETWEEN.split(names) for names in _LISTED.findall(text)]
    enumerated = [name for names in listed if len(names) > 1 for name in names]
    names = enumerated or _QUOTED.findall(text) or [name for names in listed for name in names]
    wanted = list(dict.fromkeys(names))[:KEYS_MAX]
    if not wanted:
        return None
    return {
        "type": "object",
        "properties": {name: {"type": "string"} for name in wanted},
        "required": wanted,
        "additionalProperties": False,
    }
