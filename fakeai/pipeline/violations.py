"""From a validator's errors to the violation that was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from fakeai.pipeline.protocol import Violation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jsonschema_rs import ValidationError

_VALUE_WIDTH: Final = 80
_MAX_LISTED: Final = 40
_NAMES: Final = {
    "array": "an array",
    "boolean": "a boolean",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}


def best_violation(errors: Iterable[ValidationError]) -> Violation:
    """Return the first violation, taken down to the alternative that was meant."""
    return _descend(next(iter(errors)))


def _descend(error: ValidationError) -> Violation:
    branches: list[list[ValidationError]] | None = getattr(error.kind, "context", None)
    if not branches:
        return _violation(error)
    path = list(error.instance_path)
    near = [b for b in branches if not any(_mismatch(e, path) for e in b)]
    if near:
        return _descend(min(near, key=_distance)[0])
    tagged = [b for b in branches if not any(_wrong_type(e, path) for e in b)]
    if not tagged:
        return _wrong_types(error, branches)
    tags = [e for branch in tagged for e in branch if _mismatch(e, path)]
    same = [e for e in tags if e.instance_path == tags[0].instance_path]
    return _wrong_tag(same)


def _mismatch(error: ValidationError, path: list[str | int]) -> bool:
    """Whether the error says that another alternative was meant: its type or its tag differs."""
    return _wrong_type(error, path) or _wrong_constant(error, path)


def _wrong_type(error: ValidationError, path: list[str | int]) -> bool:
    return error.kind.name == "type" and list(error.instance_path) == path


def _wrong_constant(error: ValidationError, path: list[str | int]) -> bool:
    is_tag = len(error.instance_path) == len(path) + 1 or list(error.instance_path) == path
    return is_tag and error.kind.name in {"const", "enum"}


def _distance(branch: list[ValidationError]) -> tuple[int, int]:
    """Fewest errors first, then the one that got deepest."""
    return len(branch), -max(len(error.instance_path) for error in branch)


def _wrong_types(error: ValidationError, branches: list[list[ValidationError]]) -> Violation:
    path = list(error.instance_path)
    types: list[str] = []
    for branch in branches:
        for each in branch:
            if _wrong_type(each, path):
                types += [t for t in _types(each) if t not in types]
    return _make("type", path, error.instance, _words(types))


def _wrong_tag(errors: list[ValidationError]) -> Violation:
    values: list[Any] = []
    for error in errors:
        values += [v for v in _allowed(error) if v not in values]
    first = errors[0]
    return _make("enum", list(first.instance_path), first.instance, _listed(values))


def _violation(error: ValidationError) -> Violation:
    kind: Any = error.kind
    path, keyword = list(error.instance_path), kind.name
    expected = ""
    if keyword == "required":
        path = [*path, kind.property]
    elif keyword == "type":
        expected = _words(_types(error))
    elif keyword in {"const", "enum"}:
        keyword, expected = "enum", _listed(_allowed(error))
    elif keyword == "pattern":
        expected = str(kind.pattern)
    elif keyword == "format":
        expected = str(kind.format)
    elif keyword == "additionalProperties":
        path = [*path, kind.unexpected[0]]
    return _make(keyword, path, error.instance, expected, getattr(kind, "limit", None))


def _make(keyword: str, path: list[Any], value: Any, expected: str, limit: Any = None) -> Violation:
    return Violation(
        keyword=keyword,
        param=".".join(str(step) for step in path) or None,
        value=_short(value),
        expected=expected,
        limit=int(limit) if isinstance(limit, float) and limit.is_integer() else limit,
        number="decimal" if isinstance(limit, float) else "integer",
        actual_type=_NAMES[_type_name(value)],
    )


def _types(error: ValidationError) -> list[str]:
    kind: Any = error.kind
    return [str(name) for name in kind.types]


def _allowed(error: ValidationError) -> list[Any]:
    kind: Any = error.kind
    return [kind.expected_value] if kind.name == "const" else list(kind.options)


def _words(types: list[str]) -> str:
    names = [_NAMES[t] for t in types if t != "null"] or ["null"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _listed(values: list[Any]) -> str:
    shown = [f"'{v}'" if isinstance(v, str) else _short(v) for v in values if v is not None]
    if len(shown) > _MAX_LISTED:
        shown = [*shown[:_MAX_LISTED], "…"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= _VALUE_WIDTH else f"{text[:_VALUE_WIDTH]}…"


def _type_name(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    names = {dict: "object", list: "array", str: "string", int: "integer", float: "number"}
    return names.get(type(value), "null")
