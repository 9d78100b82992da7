"""The repository as data: its files, their syntax, and what breaks a rule."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[1]

NodeT = TypeVar("NodeT", bound=ast.AST)
Function = ast.FunctionDef | ast.AsyncFunctionDef
BLOCK: Final = (
    *(ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith),
    *(ast.Try, ast.TryStar, ast.Match),
)
BRANCH: Final = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.match_case)
SCOPE: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
MADE: Final = re.compile(r"\.(?!ci$|github$|gitignore$)|(build|dist|__pycache__)$|.*\.(lock|pyc)$")


class Finding(NamedTuple):
    """A breach of a rule; prints as a line that an editor can jump to."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        """Return `path:line: what`."""
        return f"{self.path}:{self.line}: {self.what}"


def name_of(path: Path) -> str:
    """Return a path from the top of the repository."""
    return path.relative_to(ROOT).as_posix()


def at(path: Path, what: str, line: int = 1) -> Finding:
    """Return what is wrong with a file, and on which line."""
    return Finding(name_of(path), line, what)


def module_of(path: Path) -> str:
    """Return the dotted name of a file of the package."""
    return name_of(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def written_files(folder: Path = ROOT) -> Iterator[Path]:
    """Yield the files that people write: no caches, locks or builds."""
    for path in sorted(folder.iterdir()):
        if MADE.match(path.name):
            continue
        if path.is_dir():
            yield from written_files(path)
        else:
            yield path


def python_files(*folders: str) -> list[Path]:
    """Return the Python files of top-level folders, or of the whole repository."""
    tops = [ROOT / folder for folder in folders] or [ROOT]
    return [path for top in tops for path in written_files(top) if path.suffix == ".py"]


def modules() -> list[Path]:
    """Return the files of the package that hold code."""
    return [path for path in python_files("fakeai") if path.name != "__init__.py"]


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def matches(pattern: re.Pattern[str], paths: list[Path]) -> Iterator[Finding]:
    """Yield every line of text files that a pattern is found in."""
    for path in paths:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        for number, line in enumerate(lines, 1):
            if found := pattern.search(line):
                yield at(path, repr(found[0]), number)


def nodes(*kinds: type[NodeT], folder: str = ".") -> Iterator[tuple[Path, NodeT]]:
    """Yield the nodes of some kinds below a folder, each with its file."""
    for path in python_files(folder):
        for node in ast.walk(parsed(path)):
            if isinstance(node, kinds):
                yield path, node


def functions(path: Path) -> Iterator[tuple[Function, bool]]:
    """Yield the functions of a file, and whether each is a method."""
    for node in ast.walk(parsed(path)):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Function):
                yield child, isinstance(node, ast.ClassDef)


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what belongs to a function itself, not to those defined in it."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, SCOPE):
            yield from own_nodes(child)


def runtime_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what is more than an import for the type checker."""
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield child
            yield from runtime_nodes(child)


def nesting(node: ast.AST, depth: int = 0) -> int:
    """Return how deep blocks stand in each other; `elif` goes no deeper."""
    deepest = depth
    for child in ast.iter_child_nodes(node):
        if isinstance(child, SCOPE):
            continue
        chained = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
        deeper = isinstance(child, BLOCK) and not chained
        deepest = max(deepest, nesting(child, depth + deeper))
    return deepest


def measures(function: Function, *, method: bool) -> dict[str, int]:
    """Return the sizes of a function; functions inside it are judged on their own."""
    names = function.args
    listed = len(names.posonlyargs) + len(names.args) + len(names.kwonlyargs)
    bound = method and "staticmethod" not in map(ast.unparse, function.decorator_list)
    return {
        "lines": (function.end_lineno or function.lineno) - function.lineno + 1,
        "parameters": listed + bool(names.vararg) + bool(names.kwarg) - bound,
        "nesting": nesting(function),
        "complexity": 1 + sum(isinstance(node, BRANCH) for node in own_nodes(function)),
    }


def imported(node: ast.AST) -> list[str]:
    """Return the dotted names that a statement imports, `from a import b` as `a` and `a.b`."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def names_given() -> Iterator[Finding]:
    """Yield the names of files, functions and classes."""
    for path in python_files():
        yield at(path, path.stem)
        for node in ast.walk(parsed(path)):
            if isinstance(node, Function | ast.ClassDef):
                yield at(path, node.name, node.lineno)


def names_used(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield what runs: imports, and attributes by their last two words, each with its line."""
    for node in runtime_nodes(tree):
        if isinstance(node, ast.Attribute):
            yield node.lineno, ".".join(ast.unparse(node).split(".")[-2:])
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((node.lineno, name) for name in imported(node))


def module_under_test(test: Path) -> Path | None:
    """Return the module of the same room with the longest name that the test file begins with.

    A room is one of the package, or a folder beside it.
    """
    room = test.parent.relative_to(ROOT / "tests")
    words = test.stem.removeprefix("test_").split("_")
    names = ["_".join(words[:end]) for end in range(len(words), 0, -1)]
    paths = [top / room / f"{name}.py" for name in names for top in (ROOT / "fakeai", ROOT)]
    return next((path for path in paths if path.is_file()), None)
