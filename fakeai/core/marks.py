"""Marks: the parser's positions as places."""

from __future__ import annotations

import re
from typing import Any, Final

from fakeai.core.problem import Place

_PROPERTIES: Final = re.compile(r"(?:[&!]\S*\s+)+")

# PyYAML's types leave out what its events and marks have.
Event = Any
Mark = Any


class Marks:
    """Turns the parser's marks in one text into places."""

    __slots__ = ("_file", "_lines")

    def __init__(self, text: str, file: str) -> None:
        """Keep the lines: a value of several lines is marked to the end of its first one."""
        self._file = file
        self._lines = text.splitlines()

    def place(self, start: Mark, end: Mark) -> Place:
        """Return the stretch between two marks, on the first one's line."""
        same = start.line == end.line
        width = (end.column if same else len(self._line(start).rstrip())) - start.column
        return Place(self._file, start.line + 1, start.column + 1, max(1, width))

    def event(self, event: Event) -> Place:
        """Return where an event stands, without the anchor or tag in front of a scalar."""
        place = self.place(event.start_mark, event.end_mark)
        if not (getattr(event, "anchor", None) or getattr(event, "tag", None)):
            return place
        match = _PROPERTIES.match(self._line(event.start_mark), event.start_mark.column)
        skipped = match.end() - match.start() if match else 0
        if not skipped or skipped >= place.width:
            return place
        return Place(place.file, place.line, place.column + skipped, place.width - skipped)

    def mark(self, mark: Mark) -> Place:
        """Return a single mark; the end of the text is shown behind its last character."""
        if mark.line >= len(self._lines) and self._lines:
            return Place(self._file, len(self._lines), len(self._lines[-1]) + 1)
        return Place(self._file, mark.line + 1, mark.column + 1)

    def is_indent_tab(self, place: Place) -> bool:
        """Tell whether a tab stands here with nothing but blanks before it."""
        line = self._lines[place.line - 1] if place.line <= len(self._lines) else ""
        return line[place.column - 1 : place.column] == "\t" and not line[: place.column].strip()

    def _line(self, mark: Mark) -> str:
        return self._lines[mark.line] if mark.line < len(self._lines) else ""
