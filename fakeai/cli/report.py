"""Reports: problems as text for people and as data for machines."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final
from unicodedata import east_asian_width
from urllib.parse import quote

import msgspec

from fakeai.cli.command import write_file
from fakeai.core.source import read_text
from fakeai.spec.codes import catalogue
from fakeai.spec.files import on_disk

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fakeai.core.problem import Place, Problem

    Lines = Callable[[str], Sequence[str]]
    """A file, as problems name it, to its lines."""

_VARIABLE: Final = "${"
_LINE_MAX: Final = 120
_GUTTER: Final = " " * 6
_RESET: Final = "\x1b[0m"
_COLORS: Final = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "caret": "\x1b[36m"}


def lines_on_disk(file: str) -> list[str]:
    """Return the lines of a file, none if it cannot be read."""
    return (read_text(on_disk(file), file, []) or "").splitlines()


def human(
    problems: Sequence[Problem],
    *,
    color: bool = False,
    files: int | None = None,
    lines: Lines = lines_on_disk,
) -> str:
    """Return each problem with its source line and a caret, and a count at the end.

    `files` is how many were read; without it, those that have problems are counted.
    """
    if not problems:
        return ""
    source = {
        place.file: lines(place.file)
        for place in {p.place.file: p.place for p in problems}.values()
    }
    blocks = [_block(problem, source[problem.place.file], color=color) for problem in problems]
    count = len(source) if files is None else files
    return "\n".join([*blocks, _summary(problems, count)])


def _block(problem: Problem, lines: Sequence[str], *, color: bool) -> str:
    kind = _painted(f"{problem.severity}[{problem.code}]", problem.severity, color=color)
    what = f"{problem.path}: {problem.message}" if problem.path else problem.message
    notes = [f"{related.place}: {related.message}" for related in problem.related]
    block = [f"{problem.place}: {kind} {what}"]
    if problem.place.line <= len(lines):
        block += _excerpt(problem, lines[problem.place.line - 1], color=color)
    elif problem.hint:
        notes.insert(0, problem.hint)
    return "\n".join([*block, *(f"{_GUTTER}= {note}" for note in (*notes, *problem.chain))])


def _excerpt(problem: Problem, line: str, *, color: bool) -> list[str]:
    """Return the source line, cut around the place if it is long, and the caret under it."""
    column, width = problem.place.column - 1, problem.place.width
    start = max(0, column - _LINE_MAX // 2) if len(line) > _LINE_MAX else 0
    cut = line[start : start + _LINE_MAX]
    before, marked = cut[: column - start], cut[column - start : column - start + width]
    head = "…" if start else ""
    tail = "…" if start + _LINE_MAX < len(line) else ""
    caret = _painted("^" * max(1, _cells(marked)), "caret", color=color)
    indent = " " * (_cells(before) + len(head) + max(0, column - start - len(before)))
    hint = f" {problem.hint}" if problem.hint else ""
    shown = f"{head}{cut}{tail}".replace("\t", " ")
    return [f"{problem.place.line:>5} | {shown}", f"{_GUTTER}| {indent}{caret}{hint}"]


def _cells(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _painted(text: str, part: str, *, color: bool) -> str:
    return f"{_COLORS[part]}{text}{_RESET}" if color else text


def _summary(problems: Sequence[Problem], files: int) -> str:
    counts = Counter(problem.severity for problem in problems)
    parts = [_counted(counts[kind], kind) for kind in ("error", "warning") if counts[kind]]
    first = min(problems, key=lambda problem: problem.severity)
    return (
        f"{' and '.join(parts)} in {_counted(files, 'file')}. "
        f"`fakeai explain {first.code}` says more."
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def as_json(problems: Sequence[Problem]) -> str:
    """Return the problems as a JSON document."""
    counts = Counter(problem.severity for problem in problems)
    document = {
        "errors": counts["error"],
        "warnings": counts["warning"],
        "problems": [msgspec.to_builtins(problem) for problem in problems],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()


def github(problems: Sequence[Problem]) -> str:
    """Return workflow commands that mark the lines of a change on GitHub."""
    return "\n".join(_command(problem) for problem in problems)


def _command(problem: Problem) -> str:
    place = problem.place
    fields = {
        "file": place.file,
        "line": place.line,
        "col": place.column,
        "endColumn": place.column + place.width,
        "title": problem.code,
    }
    head = ",".join(f"{key}={_escaped(str(value), field=True)}" for key, value in fields.items())
    return f"::{problem.severity} {head}::{_escaped(_sentence(problem))}"


def _escaped(text: str, *, field: bool = False) -> str:
    pairs = [("%", "%25"), ("\r", "%0D"), ("\n", "%0A")]
    for character, escape in [*pairs, (":", "%3A"), (",", "%2C")] if field else pairs:
        text = text.replace(character, escape)
    return text


def _sentence(problem: Problem) -> str:
    parts = [f"{problem.path}: {problem.message}" if problem.path else problem.message]
    return " - ".join([*parts, *([problem.hint] if problem.hint else [])])


def sarif(problems: Sequence[Problem]) -> str:
    """Return the problems as a SARIF 2.1.0 log, for code-scanning tools."""
    used = sorted({problem.code for problem in problems})
    run = {
        "tool": {"driver": {"name": "FakeAI", "rules": [_sarif_rule(code) for code in used]}},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(problem) for problem in problems],
    }
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode()


def _sarif_rule(code: str) -> dict[str, Any]:
    entry = catalogue()[code]
    return {
        "id": code,
        "shortDescription": {"text": entry.title},
        "fullDescription": {"text": entry.meaning},
        "help": {"text": entry.advice},
    }


def _sarif_result(problem: Problem) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "level": problem.severity,
        "message": {"text": _sentence(problem)},
        "locations": [_location(problem.place)],
    }
    if problem.related:
        result["relatedLocations"] = [
            {**_location(related.place), "message": {"text": related.message}}
            for related in problem.related
        ]
    if problem.replacement is not None:
        result["fixes"] = [_sarif_fix(problem)]
    return result


def _sarif_fix(problem: Problem) -> dict[str, Any]:
    replacement = {
        "deletedRegion": _region(problem.place),
        "insertedContent": {"text": problem.replacement},
    }
    change = {"artifactLocation": _artifact(problem.place), "replacements": [replacement]}
    return {"description": {"text": problem.hint or "mend it"}, "artifactChanges": [change]}


def _location(place: Place) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _artifact(place), "region": _region(place)}}


def _artifact(place: Place) -> dict[str, str]:
    return {"uri": quote(place.file, safe="/:")}


def _region(place: Place) -> dict[str, int]:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endColumn": place.column + place.width,
    }


def apply_fixes(problems: Sequence[Problem]) -> list[str]:
    """Write the replacements of errors into their files; return a line for each one made."""
    made: list[str] = []
    for file in sorted({problem.place.file for problem in problems}):
        here = [problem for problem in problems if problem.place.file == file]
        text = read_text(on_disk(file), file, [])
        mended, changes = fixed(text or "", here)
        if changes:
            write_file(on_disk(file), mended)
        made += changes
    return made


def fixed(text: str, problems: Sequence[Problem]) -> tuple[str, list[str]]:
    """Return a file's text with the replacements of its errors made, and a line for each.

    Of two that overlap only one is made; the next run finds what is left. What comes from a
    variable is not in the file.
    """
    lines = text.splitlines(keepends=True)
    wanted = {p.place: p.replacement for p in problems if p.severity == "error"}
    made: list[str] = []
    before: Place | None = None
    for place, replacement in sorted(wanted.items(), reverse=True):
        start, end = place.column - 1, place.column - 1 + place.width
        overlaps = before is not None and before.line == place.line and before.column - 1 < end
        if replacement is None or overlaps or place.line > len(lines):
            continue
        line = lines[place.line - 1]
        if _VARIABLE in line[start:end]:
            continue
        lines[place.line - 1] = line[:start] + replacement + line[end:]
        made.append(f"{place}: `{line[start:end]}` is now `{replacement}`")
        before = place
    return "".join(lines), made[::-1]
