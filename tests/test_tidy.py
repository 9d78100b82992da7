"""The rules of the house that a linter does not know, as tests."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.reach import DEAD
from tests.repository import (
    ROOT,
    Finding,
    at,
    functions,
    matches,
    measures,
    module_under_test,
    modules,
    names_given,
    names_used,
    nodes,
    own_nodes,
    parsed,
    python_files,
    written_files,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
# Rule -> file -> why it may. A line that excuses nothing fails as well.
EXCEPTIONS: Final[dict[str, dict[str, str]]] = {
    "broad except": {
        "fakeai/engine/cycle.py": "a failed application ends its connection",
        "fakeai/pipeline/pacing.py": "what fails in a timer belongs to the task of its stream",
        "fakeai/pipeline/run.py": "the one place where a bug becomes an answer",
    },
    "clocks and dice": {"fakeai/core/clock.py": "time's door", "fakeai/core/rng.py": "chance's"},
    "dead method": {"fakeai/engine/parsing.py": "the parser calls these by their names"},
    "dead module": {"fakeai/__main__.py": "`python -m fakeai` starts here"},
    "function parameters": {"fakeai/core/error.py": "a refusal is told where it is raised"},
    "machine path": {"templates/injection/command.yaml": "shows attacks on machines"},
    "postponed work": {"templates/injection/path.yaml": "shows texts of all kinds"},
    "untested module": {
        "fakeai/__main__.py": "one call",
        "fakeai/core/error.py": "declarations only",
        "fakeai/pipeline/inputs.py": "declarations only",
        "fakeai/pipeline/outcome.py": "declarations only",
        "fakeai/pipeline/stage.py": "declarations only",
        "fakeai/spec/server.py": "declarations only",
        "fakeai/stores/port.py": "declarations only",
    },
}

FILE_LINES_MAX: Final = 300
CAPTION_CHARS_MAX: Final = 72
FUNCTION_MAX: Final = {"lines": 50, "parameters": 5, "nesting": 3, "complexity": 8}

VAGUE: Final = re.compile(
    r"(^|_)(utils?|helpers?|common|managers?|services?)(_|$)"
    r"|_(v\d|new|old|legacy|advanced|enhanced)$"
    r"|(Utils?|Helper|Manager|Service)$"
)
PROVIDERS: Final = re.compile(
    r"openai|anthropic|gpt|claude|llama|gemini|mistral|deepseek|qwen|bedrock|azure|\bcohere\b",
    re.IGNORECASE,
)
POSTPONED: Final = re.compile(r"\b(TODO|FIXME|XXX)\b")
MACHINE_PATHS: Final = re.compile(r"(?<![\w.*}/-])/(work|tmp|root|home)/\w")
FRAGMENT: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.(added|changed|fixed)\.md")

CLOCKS_AND_DICE: Final = {
    *("random", "secrets", "time", "uuid", "asyncio.sleep", "os.urandom"),
    *("date.today", "datetime.now", "datetime.today", "datetime.utcnow"),
}

# Folders of tests that look at the whole server, not at one room of it.
WHOLE_SERVER: Final = {"clients", "golden", "routes", "scenarios", "sdk"}


def assert_none(rule: str, found: Iterable[Finding]) -> None:
    """Fail on each finding that is not excused, and on each excuse that nothing needs."""
    findings = sorted(found)
    excused = EXCEPTIONS.get(rule, {})
    unused = set(excused) - {finding.path for finding in findings}
    breaches = [str(finding) for finding in findings if finding.path not in excused]
    breaches += [f"tests/test_tidy.py: {path} needs no exception" for path in sorted(unused)]
    if breaches:
        pytest.fail("\n  ".join([f"{rule}:", *breaches]), pytrace=False)


def test_each_file_has_a_caption() -> None:
    """Every Python file starts with one line that says what it is for."""
    captions = [
        (path, (ast.get_docstring(parsed(path)) or "").partition("\n")[0])
        for path in python_files()
    ]

    assert_none(
        "caption",
        [
            at(path, f"caption of {len(caption)} characters")
            for path, caption in captions
            if not 0 < len(caption) <= CAPTION_CHARS_MAX
        ],
    )


def test_files_are_short() -> None:
    """A file that needs scrolling without end holds two things."""
    sizes = [(path, len(path.read_text("utf-8").splitlines())) for path in python_files()]

    assert_none(
        "long file",
        [at(path, line=n, what=f"{n} lines") for path, n in sizes if n > FILE_LINES_MAX],
    )


@pytest.mark.parametrize("measure", FUNCTION_MAX)
def test_functions_are_small(measure: str) -> None:
    """A function is short, flat and takes few parameters."""
    limit = FUNCTION_MAX[measure]
    sizes = [
        (path, function, measures(function, method=method)[measure])
        for path in python_files()
        for function, method in functions(path)
    ]

    assert_none(
        f"function {measure}",
        [
            at(path, line=function.lineno, what=f"{function.name}: {measure} {size} > {limit}")
            for path, function, size in sizes
            if size > limit
        ],
    )


def test_init_files_hold_a_docstring_only() -> None:
    """A room is entered through its modules, so that an import says which one."""
    assert_none(
        "__init__.py",
        [
            at(path, line=statement.lineno, what=ast.unparse(statement))
            for path in set(python_files("fakeai")) - set(modules())
            for statement in parsed(path).body[1:]
        ],
    )


def test_imports_stand_at_the_top() -> None:
    """What a module needs is seen on its first screen."""
    assert_none(
        "late import",
        {
            at(path, line=node.lineno, what=ast.unparse(node))
            for path, function in nodes(ast.FunctionDef, ast.AsyncFunctionDef)
            for node in own_nodes(function)
            if isinstance(node, ast.Import | ast.ImportFrom)
        },
    )


def test_names_say_what_a_thing_is() -> None:
    """No file, class or function bears a name that would fit any other as well."""
    assert_none("vague name", [name for name in names_given() if VAGUE.search(name.what)])


def test_time_and_chance_are_passed_in() -> None:
    """Only the clock reads a clock, and only the random streams throw dice."""
    assert_none(
        "clocks and dice",
        [
            at(path, line=line, what=name)
            for path in python_files("fakeai")
            for line, name in names_used(parsed(path))
            if name in CLOCKS_AND_DICE
        ],
    )


def test_only_commands_print() -> None:
    """Below the command line, a log or an answer is the way to say something."""
    assert_none(
        "print",
        [
            at(path, line=node.lineno, what=ast.unparse(node))
            for path, node in nodes(ast.Call, folder="fakeai")
            if path.parent.name != "cli" and ast.unparse(node.func) in {"print", "pprint"}
        ],
    )


def test_no_except_catches_everything() -> None:
    """A handler names what it expects; anything else is a bug and must surface."""

    def caught(handler: ast.ExceptHandler) -> set[str]:
        return set(re.findall(r"\w+", ast.unparse(handler.type) if handler.type else "Exception"))

    assert_none(
        "broad except",
        [
            at(path, line=node.lineno, what=f"except {' '.join(sorted(caught(node)))}")
            for path, node in nodes(ast.ExceptHandler, folder="fakeai")
            if caught(node) & {"Exception", "BaseException"}
        ],
    )


@pytest.mark.parametrize("rule", DEAD)
def test_nothing_is_dead(rule: str) -> None:
    """What no command comes to, or tests alone, goes."""
    assert_none(rule, DEAD[rule]())


def test_python_knows_no_provider() -> None:
    """A provider is data: schemas, templates and a protocol file."""
    assert_none("provider in Python", matches(PROVIDERS, python_files("fakeai")))


def test_each_test_file_has_its_module() -> None:
    """`tests/room/test_thing.py`, or `test_thing_aspect.py`, tests `fakeai/room/thing.py`."""
    homeless = [
        path
        for path in python_files("tests")
        if path.name.startswith("test_")
        and path.parent != ROOT / "tests"
        and path.parent.name not in WHOLE_SERVER
        and not module_under_test(path)
    ]

    assert_none("test of no module", [at(p, "no such module") for p in homeless])


def test_each_module_has_its_test_file() -> None:
    """`fakeai/room/thing.py` is tested by `tests/room/test_thing.py`."""
    tested = {module_under_test(path) for path in python_files("tests")}

    assert_none(
        "untested module",
        [at(path, "no test file") for path in modules() if path not in tested],
    )


def test_no_file_names_a_machine() -> None:
    """The repository works wherever it is cloned."""
    assert_none("machine path", matches(MACHINE_PATHS, others()))


def test_nothing_is_postponed() -> None:
    """What is not done yet is an issue, not a remark."""
    assert_none("postponed work", matches(POSTPONED, others()))


def others() -> list[Path]:
    """Return all files but this one, which has to spell what it looks for."""
    return [path for path in written_files() if path != Path(__file__)]


def test_changelog_fragments_are_named_by_their_kind() -> None:
    """A release sorts the fragments by the last word of their names."""
    assert_none(
        "changelog fragment",
        [
            at(path, "not <slug>.<added|changed|fixed>.md")
            for path in written_files(ROOT / "changelog.d")
            if path.name != "README.md" and not FRAGMENT.fullmatch(path.name)
        ],
    )
