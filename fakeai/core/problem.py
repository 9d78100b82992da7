"""Problems: what is wrong with a document, where, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

Severity = Literal["error", "warning"]


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
    severity: Severity = "error"
    hint: str | None = None
    replacement: str | None = None
    """The text that mends it in place of the marked characters, when only one is meant."""
    related: tuple[Related, ...] = ()
    chain: tuple[str, ...] = ()
    """How its file came in, a line a step: `overlay of fakeai.yaml (extends, line 2)`."""


class SpecError(Exception):
    """A spec that cannot be served, with all its problems and the files that were read."""

    def __init__(
        self, problems: Iterable[Problem], files: Iterable[str] = (), rest: object = None
    ) -> None:
        """Keep the problems in reading order, each once.

        `rest` is what can be read without the parts that are wrong, so that later checks can look
        at it too and all is told at once.
        """
        self.problems = in_order(problems)
        self.rest = rest
        self.files = tuple(files) or tuple({p.place.file: None for p in self.problems})
        super().__init__("; ".join(f"{p.place}: {p.code} {p.message}" for p in self.problems))


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems sorted by place, each once."""
    once = {(p.place, p.code, p.path, p.message): p for p in problems}
    return [once[key] for key in sorted(once)]
