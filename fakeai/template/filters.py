"""Filters: the closed list of functions that an expression may apply.

Null means absent everywhere: it has no length, no text and no items. Nothing here waits, draws
lots, or makes more than `CHARACTERS_MAX` characters.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

CHARACTERS_MAX: Final = 16_000_000
_DIGITS_MAX: Final = 15

_encode: Final = msgspec.json.Encoder().encode


def as_text(value: Any) -> str:
    """Return a value as it reads inside a text: as JSON prints it, null as nothing."""
    if isinstance(value, str):
        return value
    return "" if value is None else _encode(value).decode()


def as_json(value: Any) -> str:
    """Return compact JSON text."""
    return _encode(value).decode()


def default(value: Any, fallback: Any = "") -> Any:
    """Return the fallback for null."""
    return fallback if value is None else value


def length(value: Any) -> int:
    """Return the number of items or characters."""
    return 0 if value is None else len(value)


def join(values: Any, separator: str = "") -> str:
    """Return the items as one text."""
    parts = [as_text(value) for value in values or ()]
    _bound(sum(map(len, parts)) + len(separator) * len(parts))
    return separator.join(parts)


def replace(value: Any, old: str, new: str) -> str:
    """Return the text with every `old` replaced."""
    text = as_text(value)
    _bound(len(text) + text.count(old) * max(0, len(new) - len(old)))
    return text.replace(old, new)


def split(value: Any, separator: str) -> list[str]:
    """Return the parts of a text between separators."""
    return as_text(value).split(separator)


def lower(value: Any) -> str:
    """Return the text in small letters."""
    return as_text(value).lower()


def upper(value: Any) -> str:
    """Return the text in capitals."""
    return as_text(value).upper()


def trim(value: Any) -> str:
    """Return the text without space around it."""
    return as_text(value).strip()


def first(values: Any) -> Any:
    """Return the first item."""
    return values[0] if values else None


def last(values: Any) -> Any:
    """Return the last item."""
    return values[-1] if values else None


def rounded(value: float, digits: int = 0) -> float:
    """Return a number with that many decimals; with none, a whole number."""
    return round(value, min(digits, _DIGITS_MAX)) if digits > 0 else round(value)


def as_int(value: Any, fallback: int | None = None) -> int | None:
    """Return a whole number, or the fallback when the value is none."""
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return fallback


def as_float(value: Any, fallback: float | None = None) -> float | None:
    """Return a number, or the fallback when the value is none."""
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return fallback


def rfc3339(unix: float, decimals: int = 0) -> str:
    """Return a Unix time as `2026-01-31T12:00:00Z`, with up to six decimals."""
    time = datetime.fromtimestamp(unix, UTC)
    fraction = f".{time.microsecond:06d}"[: decimals + 1] if decimals > 0 else ""
    return f"{time:%Y-%m-%dT%H:%M:%S}{fraction}Z"


def http_date(unix: float) -> str:
    """Return a Unix time as `Sat, 31 Jan 2026 12:00:00 GMT`."""
    return f"{datetime.fromtimestamp(unix, UTC):%a, %d %b %Y %H:%M:%S} GMT"


def strftime(unix: float, form: str) -> str:
    """Return a Unix time, in UTC, in a form such as `%Y-%m-%d`."""
    return datetime.fromtimestamp(unix, UTC).strftime(form)


def path_to(value: Any, key: str, wanted: Any) -> str | None:
    """Return the path to the first map in which a key has that value; null when none has."""
    pending: list[tuple[str, Any]] = [("", value)]
    while pending:
        path, part = pending.pop()
        if isinstance(part, dict):
            if key in part and part[key] == wanted:
                return path
            inner: Iterable[tuple[Any, Any]] = part.items()
        else:
            inner = enumerate(part) if isinstance(part, list) else ()
        steps = [(f"{path}.{step}" if path else str(step), child) for step, child in inner]
        pending += reversed([step for step in steps if isinstance(step[1], dict | list)])
    return None


def without(values: Any, key: str, unwanted: Any) -> list[Any]:
    """Return a list without the maps in which a key has that value."""
    return [v for v in values or () if not (isinstance(v, dict) and v.get(key) == unwanted)]


def _bound(characters: int) -> None:
    if characters > CHARACTERS_MAX:
        raise ValueError(f"a text of {characters:,} characters is more than {CHARACTERS_MAX:,}")


FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "abs": abs,
    "default": default,
    "first": first,
    "float": as_float,
    "http_date": http_date,
    "int": as_int,
    "join": join,
    "json": as_json,
    "last": last,
    "length": length,
    "lower": lower,
    "path_to": path_to,
    "replace": replace,
    "rfc3339": rfc3339,
    "round": rounded,
    "split": split,
    "strftime": strftime,
    "string": as_text,
    "tojson": as_json,
    "trim": trim,
    "upper": upper,
    "without": without,
}

TEXT: Final = "$text"
"""`as_text`, as a leaf itself applies it; no expression can spell this name."""
