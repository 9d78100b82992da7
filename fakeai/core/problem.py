"""Problems: what is wrong with a document, where, and what to do."""

from __future__ import annotations

from typing import Literal

import msgspec


class Place(msgspec.Struct, frozen=True, order=True):
    """A stretch of one line of a file; line and column count from 1."""

    file: str
    line: int
    column: int
    width: int = 1

    def __str__(self) -> str:
        """Return `file:line:column`, as editors and terminals link it."""
        return f"{self.file}:{self.line}:{self.column}"


class Related(msgspec.Struct, frozen=True):
    """A second place that explains a problem."""

    place: Place
    message: str


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong with a document."""

    code: str
    place: Place
    path: str
    message: str
    severity: Literal["error", "warning"] = "error"
    hint: str | None = None
    replacement: str | None = None
    """The text that mends it in place of the marked characters, when only one is meant."""
    related: tuple[Related, ...] = ()
    chain: tuple[str, ...] = ()
    """How this file came in: one line a step, such as `overlay of fakeai.yaml (extends, line 2)`."""


class SpecError(Exception):
    """A spec that cannot be served, with all its problems."""

    def __init__(self, problems: list[Problem]) -> None:
        """Keep the problems in reading order."""
        self.problems = sorted(problems, key=lambda p: (p.place, p.code, p.message))
        super().__init__("; ".join(f"{p.place}: {p.code} {p.message}" for p in self.problems))
