"""Wording: values and what was expected of them, in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from fakeai.core.nearest import listed
from fakeai.spec.shape import kind_of, tag_of
from fakeai.spec.units import UNITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fakeai.spec.shape import Schema

_KINDS: Final = {
    "null": "null",
    "boolean": "`true` or `false`",
    "integer": "an integer",
    "number": "a number",
    "string": "a string",
    "array": "a list",
    "object": "a map",
}
_SHOWN_MAX: Final = 40
_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")
_RESERVED: Final = frozenset({"true", "false", "null"})
_NUMBER: Final = re.compile(r"\d+(_\d+)*(\.\d+)?")
_SPACED: Final = re.compile(r"^\s*([\d_.]+)\s*([A-Za-z]+)\s*$")


def got(value: object) -> str:
    """Return what a value is; the text of a string stays in the file, it may be a secret."""
    kind = kind_of(value)
    if kind in {"integer", "number"}:
        return f"the number `{value}`"
    if kind == "boolean":
        return f"`{str(value).lower()}`"
    return _KINDS[kind]


def shown(value: object) -> str:
    """Return a scalar as code, shortened."""
    text = "null" if value is None else plain_text(value)
    return f"`{text if len(text) <= _SHOWN_MAX else text[: _SHOWN_MAX - 1] + '…'}`"


def expected(options: Sequence[Schema]) -> str:
    """Return what the options take, as one phrase."""
    words = list(dict.fromkeys(_expected(option) for option in options if option != _NULL))
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} or {words[-1]}"


_NULL: Final = {"type": "null"}


def _expected(option: Schema) -> str:
    if "x-form" in option:
        return str(option["x-form"]) + such_as(option)
    if "x-unit" in option:
        return f"a {option['x-unit']}{such_as(option)}"
    if "enum" in option:
        return ("one of " if len(option["enum"]) > 1 else "") + listed(map(str, option["enum"]))
    tag = tag_of(option)
    if tag is not None:
        return f"a map with `{option['x-tag']}`"
    return _KINDS.get(option.get("type", ""), "a value")


def such_as(option: Schema) -> str:
    """Return the schema's first example in parentheses, or nothing."""
    examples = option.get("examples")
    return f" (such as `{examples[0]}`)" if examples else ""


def yaml_word(text: str) -> str:
    """Return a text as it must be written in YAML to stay that text."""
    if _PLAIN.fullmatch(text) and text.lower() not in _RESERVED:
        return text
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'


def with_unit(text: str, unit: str) -> str | None:
    """Return a quantity mended: a unit of the wrong case or behind a space, a dot at an end."""
    match = _SPACED.match(text)
    if match is None:
        return None
    near = [known for known in UNITS[unit] if known.lower() == match[2].lower()]
    # `.5s` and `5.s` are half and five seconds to whoever writes them.
    number = f"0{match[1]}" if match[1].startswith(".") else match[1].removesuffix(".")
    return number + near[0] if len(near) == 1 and _NUMBER.fullmatch(number) else None


def unit_hint(value: object, unit: str) -> str:
    """Return what to write in place of a bare number."""
    if unit == "size":
        return f"write `{value}B`; larger units are {listed(UNITS[unit][1:])}"
    return f"write `{value}s`, or `{value}ms`, whichever is meant"


def quantity_hint(unit: str) -> str:
    """Return what a quantity with this kind of unit looks like."""
    units = listed(UNITS[unit])
    alone = ", or alone" if unit == "count" else ""
    return f"a number and one of {units} without a space{alone}"


def plain_text(value: Any) -> str:
    """Return a scalar as YAML writes it without quotes."""
    return str(value).lower() if isinstance(value, bool) else str(value)
