"""What nothing comes to: modules, names, methods and data that are dead."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, Final

import yaml

from fakeai.core.error import KINDS
from tests.repository import (
    ROOT,
    Finding,
    Function,
    at,
    imported,
    module_of,
    modules,
    name_of,
    nodes,
    parsed,
    python_files,
    written_files,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Folders of data that a spec chooses from by name; the built-in one need not choose it all.
CHOSEN_BY_NAME: Final = {"injection", "metrics", "text"}
# Classes of libraries that call methods of ours by their names.
CALLERS: Final = {
    *("ImmutableSandboxedEnvironment", "Litestar", "Response[None]"),
    *("asyncio.Protocol", "click.Group"),
}
ATTRIBUTE: Final = re.compile(r"\.(\w+)")


def dead_modules() -> Iterator[Finding]:
    """Yield the modules that no command can come to."""
    live = reached("fakeai.cli.main")
    for path in modules():
        if module_of(path) not in live:
            yield at(path, "no import leads here from fakeai.cli.main")


def dead_names() -> Iterator[Finding]:
    """Yield the functions, classes and values that neither the package nor a benchmark uses."""
    live = {name for path in python_files("fakeai", "benchmarks") for name in names_needed(path)}
    for path in modules():
        for statement in parsed(path).body:
            dead = [n for n in names_defined(statement) if f"{module_of(path)}.{n}" not in live]
            yield from (at(path, f"nothing uses {name}", statement.lineno) for name in dead)


def dead_methods() -> Iterator[Finding]:
    """Yield the methods whose names no attribute has, in Python or in a template."""
    templates = [path.read_text("utf-8") for path in written_files(ROOT / "templates")]
    live = {name for text in templates for name in ATTRIBUTE.findall(text)}
    for folder in ("fakeai", "benchmarks"):
        live |= {node.attr for _, node in nodes(ast.Attribute, folder=folder)}
    for path, owner in nodes(ast.ClassDef, folder="fakeai"):
        methods = [node for node in owner.body if isinstance(node, Function)]
        if CALLERS & set(map(ast.unparse, owner.bases)):
            methods = []
        for method in methods:
            if method.name not in live and not method.name.startswith("__"):
                yield at(path, f"nothing uses {owner.name}.{method.name}", method.lineno)


def dead_kinds() -> Iterator[Finding]:
    """Yield the kinds of refusal with which nothing is refused."""
    calls = [node for _, node in nodes(ast.Call, folder="fakeai")]
    raised = {ast.unparse(call.args[0]) for call in calls if ast.unparse(call.func) == "ApiError"}
    for kind in KINDS:
        if repr(kind) not in raised:
            yield at(ROOT / "fakeai/core/error.py", f"nothing is refused as {kind}")


def dead_data() -> Iterator[Finding]:
    """Yield the schemas and templates that no endpoint of the built-in spec comes to."""
    used = spec_files(yaml.safe_load((ROOT / "fakeai.yaml").read_text(encoding="utf-8")))
    for path in (*written_files(ROOT / "schemas"), *written_files(ROOT / "templates")):
        if name_of(path) not in used and path.parent.name not in CHOSEN_BY_NAME:
            yield at(path, "no endpoint of fakeai.yaml uses this file")


DEAD: Final = {
    "dead module": dead_modules,
    "dead name": dead_names,
    "dead method": dead_methods,
    "dead kind": dead_kinds,
    "dead data": dead_data,
}


def mentioned(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports, or names in a string to import them late."""
    for node in ast.walk(parsed(path)):
        yield from imported(node)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value.partition(":")[0]


def reached(start: str) -> set[str]:
    """Return the modules of the package that imports lead to from one of them."""
    files = {module_of(path): path for path in modules()}
    found: set[str] = set()
    ahead = [start]
    while ahead:
        module = ahead.pop()
        if module in files and module not in found:
            found.add(module)
            ahead += mentioned(files[module])
    return found


def names_defined(statement: ast.stmt) -> set[str]:
    """Return the names that a statement gives to functions, classes and values."""
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return {statement.name}
        case ast.Assign(targets=targets):
            named = [node for target in targets for node in ast.walk(target)]
            names = {node.id for node in named if isinstance(node, ast.Name)}
            return names - {"__all__"}
        case ast.AnnAssign(target=ast.Name(name)):
            return {name}
    return set()


def names_needed(path: Path) -> Iterator[str]:
    """Yield the dotted names of what a file uses, its own but where it is defined."""
    homes: dict[str, str] = {}
    for node in ast.walk(parsed(path)):
        yield from imported(node)
        if isinstance(node, ast.ImportFrom):
            homes |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{homes.get(node.value.id)}.{node.attr}"
    # The command line asks a module that it names in a string for its `command`.
    yield from (f"{module}.command" for module in mentioned(path))
    for statement in parsed(path).body:
        named = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        loaded = {node.id for node in named if isinstance(node.ctx, ast.Load)}
        for name in loaded - names_defined(statement):
            yield f"{module_of(path)}.{name}"


def endpoint_files(name: str, row: dict[str, Any]) -> set[str]:
    """Return the files that a row of the route table stands for."""
    default = f"{row['protocol']}/{name}.yaml"
    return {
        f"schemas/{row.get('schema') or default}",
        f"templates/{row.get('template') or default}",
        f"templates/{row['protocol']}/protocol.yaml",
    }


def spec_files(spec: dict[str, Any]) -> set[str]:
    """Return the files that a spec stands for: of its endpoints and of its metrics."""
    files = {"schemas/fakeai.schema.json"}
    files |= {f"templates/metrics/{dialect}.yaml" for dialect in spec["metrics"]["dialects"]}
    return files.union(*(endpoint_files(name, row) for name, row in spec["endpoints"].items()))
