"""Documents back to YAML text, each value with its origin if wanted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fakeai.core.document import Node

_PLAIN: Final = re.compile(r"[A-Za-z_./][A-Za-z0-9_./ -]*(?<! )")
_WORDS: Final = frozenset(
    {"true", "false", "null", "True", "False", "Null", "TRUE", "FALSE", "NULL"}
)
#: What JSON lets stand in a text and YAML does not.
_UNPRINTABLE: Final = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_COLUMN: Final = 56


def yaml_text(node: Node, *, provenance: bool = False) -> str:
    """Return a document as YAML that reads back to the same data."""
    rows = _rows(node, 0)
    if not provenance:
        return "".join(f"{text}\n" for text, _ in rows)
    return "".join(
        f"{text:<{_COLUMN}} # {origin}\n" if origin else f"{text}\n" for text, origin in rows
    )


def _rows(node: Node, depth: int) -> Iterator[tuple[str, str]]:
    pad = "  " * depth
    value = node.value
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _entry(f"{pad}{_scalar(key)}:", child, depth)
    elif isinstance(value, list):
        for child in value:
            yield from _entry(f"{pad}-", child, depth)
    else:
        yield f"{pad}{_scalar(value)}", str(node.place)


def _entry(head: str, child: Node, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(child.value, dict | list) and child.value:
        yield head, ""
        yield from _rows(child, depth + 1)
    else:
        yield f"{head} {_scalar(_empty(child))}", str(child.place)


def _empty(node: Node) -> object:
    if isinstance(node.value, dict):
        return {}
    return [] if isinstance(node.value, list) else node.value


def _scalar(value: object) -> str:
    """Return a scalar as YAML; a text that could be read as something else is quoted."""
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value not in _WORDS:
        return value
    text = msgspec.json.encode(value).decode()
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
