"""Reports: problems of one template, each at its exact place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fakeai.core.nearest import did_you_mean, near_misses
from fakeai.core.problem import Place, Problem
from fakeai.core.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fakeai.core.document import Node


class Report(Value):
    """Where the problems of one leaf, or of one prose file, are written down."""

    problems: list[Problem]
    path: str
    locate: Callable[[int, int], Place]
    """From a mark (a leaf's character, a file's line) and a width."""
    find: Callable[[int, str], Place] | None = None
    """From a mark and the word that is meant, where a mark alone is too little."""

    def add(self, code: str, message: str, mark: int) -> None:
        """Write down a problem."""
        place = self.locate(mark, 1)
        self.problems.append(Problem(code=code, place=place, path=self.path, message=message))

    def unknown(self, code: str, message: str, word: tuple[int, str], known: Iterable[str]) -> None:
        """Write down a word that means nothing, with the known ones that are near it."""
        mark, text = word
        place = self.find(mark, text) if self.find else self.locate(mark, len(text))
        near = near_misses(text, known)
        self.problems.append(
            Problem(
                code=code,
                place=place,
                path=self.path,
                message=message,
                hint=did_you_mean(near),
                # A place that marks something else (a folded text) must not be replaced.
                replacement=near[0] if len(near) == 1 and place.width == len(text) else None,
            )
        )


def leaf_report(node: Node, path: str, problems: list[Problem], start: int = 0) -> Report:
    """Return the report of a string; `start` is where in it the expression begins."""
    place, text = node.place, str(node.value)
    # Folded, escaped and many-line strings do not map one to one; they are marked as a whole.
    quote = (place.width - len(text)) // 2
    exact = "\n" not in text and place.width in {len(text), len(text) + 2}

    def locate(mark: int, width: int) -> Place:
        if not exact:
            return place
        return Place(place.file, place.line, place.column + quote + start + mark, width)

    return Report(problems, path, locate)


def file_report(file: str, problems: list[Problem], source: str = "") -> Report:
    """Return the report of a prose file, whose marks are lines."""
    lines = source.split("\n")

    def locate(line: int, _width: int) -> Place:
        text = lines[line - 1] if line <= len(lines) else ""
        column = len(text) - len(text.lstrip()) + 1
        return Place(file, line, column, max(1, len(text.strip())))

    def find(line: int, word: str) -> Place:
        """Of several, it could be any."""
        text = lines[line - 1] if line <= len(lines) else ""
        found = [each.start() for each in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text)]
        return Place(file, line, found[0] + 1, len(word)) if len(found) == 1 else locate(line, 1)

    return Report(problems, "", locate, find)
