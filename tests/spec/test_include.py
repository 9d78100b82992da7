"""Include: sibling files composed into one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeai.core.document import parse, plain
from fakeai.spec.include import included, joined
from fakeai.spec.schema import shape_of, spec_type
from tests.spec.sections import SECTIONS

if TYPE_CHECKING:
    from pathlib import Path

    from fakeai.core.problem import Problem

SHAPE = shape_of(spec_type(SECTIONS))


def join(whole: str, part: str) -> tuple[object, list[tuple[str, str, str]]]:
    """Return two documents as one, and code, path and first place of what is wrong."""
    problems: list[Problem] = []
    node = joined(parse(whole, "whole"), parse(part, "part"), SHAPE, problems)
    found = [(p.code, p.path, "".join(str(r.place) for r in p.related)) for p in problems]
    return plain(node), found


def test_declared_keys_lie_side_by_side() -> None:
    """Sections of both files are one section; the version may be said again."""
    whole = "{server: {port: 1}, latency: {profiles: {a: {}}}}"
    part = "{fakeai: 1, server: {host: h}, latency: {profiles: {b: {}}, default: a}, seed: 1}"

    assert (
        {
            "server": {"port": 1, "host": "h"},
            "latency": {"profiles": {"a": {}, "b": {}}, "default": "a"},
            "seed": 1,
        },
        [],
    ) == join(whole, part)


@pytest.mark.parametrize(
    ("whole", "part", "path", "first"),
    [
        ("seed: 1", "seed: 1", "seed", "whole:1:1"),
        ("models: {a: {owner: x}}", "models: {a: {created: 1}}", "models.a", "whole:1:10"),
        ("server: {port: 1}", "server: {port: 2}", "server.port", "whole:1:10"),
        ("server: 5", "server: {port: 2}", "server", "whole:1:1"),
        ("rules: []", "rules: []", "rules", "whole:1:1"),
    ],
)
def test_no_name_stands_in_both(whole: str, part: str, path: str, first: str) -> None:
    """Which of the two was meant would depend on their order."""
    _, found = join(whole, part)

    assert [("FA064", path, first)] == found


@pytest.mark.parametrize("key", ["extends", "include", "locked"])
def test_what_belongs_in_the_including_file(key: str) -> None:
    """How files are read is said in one place."""
    assert ({"seed": 1}, [("FA066", key, "")]) == join("seed: 1", f"{key}: []")


def test_patterns_are_relative_to_the_file(tmp_path: Path) -> None:
    """Each file comes once, in the order of names, and never the file itself."""
    for name in ("main.yaml", "b.yaml", "a.yaml", "deep/c.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    node = parse("include: ['*.yaml', a.yaml, 'deep/*']", "main.yaml")
    problems: list[Problem] = []

    found = [path.name for _, path in included(node, tmp_path / "main.yaml", problems)]

    assert ["a.yaml", "b.yaml", "c.yaml"] == found
    assert [] == problems


@pytest.mark.parametrize("pattern", ["none/*.yaml", "/etc/*", "''"])
def test_a_pattern_that_finds_nothing(tmp_path: Path, pattern: str) -> None:
    """A misspelt pattern would leave out files in silence."""
    problems: list[Problem] = []
    node = parse(f"include: [{pattern}]", "main.yaml")

    assert [] == list(included(node, tmp_path / "main.yaml", problems))
    assert [("FA065", "main.yaml:1:11")] == [(p.code, str(p.place)) for p in problems]


@pytest.mark.parametrize("pattern", ["models/**.yaml", "**.yaml"])
def test_a_pattern_that_cannot_be(tmp_path: Path, pattern: str) -> None:
    """The reason is told at its place."""
    problems: list[Problem] = []
    node = parse(f"include: ['{pattern}']", "main.yaml")

    assert [] == list(included(node, tmp_path / "main.yaml", problems))
    assert [("FA065", "main.yaml:1:11")] == [(p.code, str(p.place)) for p in problems]
    assert f"`{pattern}` is no pattern of files: " in problems[0].message


def test_what_is_no_list_of_texts_is_left_to_the_check(tmp_path: Path) -> None:
    """Wrong types are found with all others."""
    problems: list[Problem] = []
    for text in ("include: 5", "include: [5]", "seed: 1"):
        assert [] == list(included(parse(text, "f"), tmp_path / "f", problems))

    assert [] == problems
