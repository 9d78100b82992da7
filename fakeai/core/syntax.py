"""Syntax: what the YAML parser refuses, said in words, at its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from yaml import MarkedYAMLError
from yaml.reader import ReaderError

from fakeai.core.marks import Marks
from fakeai.core.problem import Place, Problem, Related

if TYPE_CHECKING:
    from yaml import YAMLError

#: The parser's own words, and what a person should look for.
_HINTS: Final = (
    ("mapping values are not allowed", "quote a text that contains `: `"),
    ("did not find expected '-' indicator", "a list and a map cannot share one indentation"),
    ("did not find expected key", "check the indentation, and quotes inside a quoted text"),
    ("did not find expected ',' or", "a `[` or `{` is not closed, or a comma is missing"),
    ("did not find expected node content", "a `[` or `{` is not closed"),
    ("found unexpected end of stream", "a quote is not closed"),
    ("could not find expected ':'", "a key needs `: ` and a value"),
    ("found character that cannot start any token", "quote a text that begins with this character"),
)


def syntax_problem(error: YAMLError, file: str, text: str) -> Problem:
    """Return what the parser says as a problem."""
    marks = Marks(text, file)
    if isinstance(error, ReaderError):
        return _control_character(error, file, text)
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return Problem(code="FA001", place=Place(file, 1, 1), path="", message=str(error))
    place = marks.mark(error.problem_mark)
    if marks.is_indent_tab(place):
        return Problem(
            code="FA003",
            place=place,
            path="",
            message="a tab indents this line",
            hint="indent with spaces: YAML does not allow tabs here",
        )
    said = error.problem or "not YAML"
    related: tuple[Related, ...] = ()
    if error.context and error.context_mark is not None:
        related = (Related(marks.mark(error.context_mark), error.context),)
    return Problem(
        code="FA001",
        place=place,
        path="",
        message=f"not YAML: {said}",
        hint=next((hint for words, hint in _HINTS if words in said), None),
        related=tuple(other for other in related if other.place != place),
    )


def _control_character(error: ReaderError, file: str, text: str) -> Problem:
    # The parser counts bytes of UTF-8.
    before = text.encode()[: int(error.position)].decode(errors="ignore")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return Problem(
        code="FA001",
        place=Place(file, line, column),
        path="",
        message=f"not YAML: the character U+{ord(text[len(before)]):04X} is not allowed",
        hint='write it as an escape in double quotes, such as "\\u0007"',
    )
