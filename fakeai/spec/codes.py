"""Codes: the closed catalogue of everything that can be wrong."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from textwrap import indent
from typing import Final

import msgspec

from fakeai.core.document import plain, read

_FILE: Final = Path(__file__).with_name("codes.yaml")


class Code(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of problem: what it means, what it looks like, and what to do."""

    title: str
    meaning: str
    wrong: str
    right: str
    advice: str


@cache
def catalogue() -> dict[str, Code]:
    """Return every code with its explanation, in order."""
    return msgspec.convert(plain(read(_FILE, _FILE.name)), dict[str, Code])


def page(code: str) -> str | None:
    """Return what `fakeai explain` prints for a code, or None when there is no such code."""
    entry = catalogue().get(code)
    if entry is None:
        return None
    wrong, right = indent(entry.wrong.rstrip(), "    "), indent(entry.right.rstrip(), "    ")
    return (
        f"{code}: {entry.title}\n\n{entry.meaning}\n\nWrong:\n\n{wrong}\n\n"
        f"Right:\n\n{right}\n\n{entry.advice}"
    )
