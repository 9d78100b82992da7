"""Marks: what stands in encoded JSON where a value comes later.

A mark is a name between two NUL characters, which encoded JSON never contains.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

_MARK: Final = re.compile(rb"\0(\w+)\0")


def mark(name: str) -> msgspec.Raw:
    """Return a value that is encoded as the mark of this name."""
    return msgspec.Raw(b"\0%b\0" % name.encode())


def parted(encoded: bytes) -> tuple[list[bytes], list[str]]:
    """Return what stands around the marks, and the names of the marks between."""
    parts = _MARK.split(encoded)
    return parts[::2], [name.decode() for name in parts[1::2]]
