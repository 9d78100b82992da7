"""Log lines whose fields are known at start, each kind compiled once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

    Render = Callable[[float, tuple[object, ...]], bytes]
    """The Unix time of a line and the values of its fields to its bytes."""

_MICRO: Final = 1_000_000
#: The bytes of ASCII that print.
_PLAIN: Final = bytes(range(0x20, 0x7F))


def compile_plain(level: str, event: str, fields: tuple[str, ...]) -> Render:
    """Return what makes a line for files and pipes."""
    form = f" [{level}] {event}" + "".join([f" {field}=%s" for field in fields])
    stamp = compile_stamp()

    def render(time_s: float, values: tuple[object, ...]) -> bytes:
        line = form % values
        # The second question takes three times as long, and is seldom asked.
        if not line.isascii() or line.encode().translate(None, _PLAIN):
            line = line if line.isprintable() else form % tuple(map(shown, values))
        return f"{stamp(time_s)}{line}\n".encode()

    return render


def compile_json(level: str, event: str, fields: tuple[str, ...]) -> Render:
    """Return what makes a line for machines."""
    line = msgspec.defstruct("Line", [*fields, "event", "level", "timestamp"])
    encode = msgspec.json.Encoder(enc_hook=str).encode
    stamp = compile_stamp()

    def render(time_s: float, values: tuple[object, ...]) -> bytes:
        return encode(line(*values, event, level, stamp(time_s))) + b"\n"

    return render


def compile_stamp() -> Callable[[float], str]:
    """Return what writes a Unix time in ISO 8601; the text of a second is made once."""
    second, text = -1, ""

    def stamp(time_s: float) -> str:
        nonlocal second, text
        whole_s = int(time_s)
        if whole_s != second:
            second, text = whole_s, datetime.fromtimestamp(whole_s, UTC).isoformat()[:-6]
        micros = int((time_s - whole_s) * _MICRO)
        return f"{text}.{micros:06}Z" if micros else f"{text}Z"

    return stamp


def shown(value: object) -> str:
    """Return a value as people are shown it: a line break in it would forge a line."""
    text = str(value)
    return text if text.isprintable() else repr(text)
