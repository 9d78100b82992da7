"""Variables: `${NAME}` in values, for the names that `vars` declares."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from fakeai.core.document import Node, path_text, plain
from fakeai.core.nearest import did_you_mean, near_misses
from fakeai.core.problem import Place, Problem
from fakeai.core.scalar import Scalar, plain_scalar
from fakeai.core.value import Record
from fakeai.spec.model import Variable
from fakeai.spec.shape import kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fakeai.spec.shape import Path

#: `$${` stands for a literal `${`; `${{` is a dollar before a template's expression.
_USE: Final = re.compile(r"\$(\$)?\{(?!\{)([^{}]*)\}?")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_VARS: Final = "vars"
_KINDS: Final = {
    "string": ("string",),
    "integer": ("integer",),
    "number": ("integer", "number"),
    "boolean": ("boolean",),
}


class Variables(Record):
    """The declared variables, what the environment gives them, and what went wrong."""

    declared: Mapping[str, Variable]
    environ: Mapping[str, str]
    problems: list[Problem] = msgspec.field(default_factory=list)
    used: set[str] = msgspec.field(default_factory=set)
    failed: set[Place] = msgspec.field(default_factory=set)
    """Values that could not be filled in: what else is wrong with them is noise."""

    def filled(self, tree: Node) -> Node:
        """Return the document with every variable replaced by its value."""
        if not isinstance(tree.value, dict):
            return tree
        entries = {
            key: child if key == _VARS else self._fill(child, (key,))
            for key, child in tree.value.items()
        }
        return Node(entries, tree.place, tree.key_place)

    def _fill(self, node: Node, path: Path) -> Node:
        value = node.value
        if isinstance(value, dict):
            entries = {key: self._fill(child, (*path, key)) for key, child in value.items()}
            return Node(entries, node.place, node.key_place)
        if isinstance(value, list):
            items = [self._fill(child, (*path, index)) for index, child in enumerate(value)]
            return Node(items, node.place, node.key_place)
        if not isinstance(value, str) or "${" not in value:
            return node
        return Node(self._scalar(value, node, path), node.place, node.key_place)

    def _scalar(self, text: str, node: Node, path: Path) -> Scalar:
        """A value that is one variable has its type; inside a text it is text."""
        whole = _USE.fullmatch(text)
        if whole and not whole[1]:
            return self._value(whole, node, path)
        parts: list[str] = []
        end = 0
        for use in _USE.finditer(text):
            parts.append(text[end : use.start()])
            value = use[0][1:] if use[1] else self._value(use, node, path)
            parts.append(str(value).lower() if isinstance(value, bool) else str(value))
            end = use.end()
        return "".join([*parts, text[end:]])

    def _value(self, use: re.Match[str], node: Node, path: Path) -> Scalar:
        name = use[2]
        place = _inside(node, use)
        if not _NAME.fullmatch(name) or not use[0].endswith("}"):
            message = f"`{use[0]}` is not a variable"
            hint = "`${NAME}`; a default stands in `vars`, and `$${` is a literal `${`"
            return self._fail("FA072", node, path, (place, message, hint))
        variable = self.declared.get(name)
        if variable is None:
            near = did_you_mean(near_misses(name, self.declared))
            hint = near or f"declare it: `vars: {{ {name}: {{ env: {name} }} }}`"
            message = f"the variable `{name}` is not declared"
            return self._fail("FA070", node, path, (place, message, hint))
        self.used.add(name)
        given = self.environ.get(variable.env) if variable.env else None
        if given is not None and not _is_text(given):
            message = f"`{variable.env}` in the environment is not UTF-8"
            return self._fail("FA073", node, path, (place, message, None))
        if given is None and variable.default is None:
            where = f"set `{variable.env}` in the environment, or " if variable.env else ""
            message = f"the variable `{name}` has no value"
            return self._fail("FA071", node, path, (place, message, f"{where}give it a `default`"))
        type_ = variable.type or "string"
        value = variable.default if given is None else _typed(given, type_)
        if not _fits(value, type_):
            source = "its default" if given is None else f"`{variable.env}` in the environment"
            message = f"the variable `{name}` has the type {type_}, {source} has not"
            return self._fail("FA073", node, path, (place, message, None))
        return value

    def _fail(self, code: str, node: Node, path: Path, what: tuple[Place, str, str | None]) -> str:
        place, message, hint = what
        self.failed.add(node.place)
        self.problems.append(
            Problem(code=code, place=place, path=path_text(path), message=message, hint=hint)
        )
        return str(node.value)


def literal(text: str) -> str:
    """Return a text as it must be written so that no variable is read in it."""
    return _USE.sub(lambda use: f"${use[0]}", text)


def unused(tree: Node, variables: Variables) -> list[Problem]:
    """Return a warning for each variable that no value uses."""
    declared = tree.children.get(_VARS)
    entries = declared.children if declared else {}
    return [
        Problem(
            code="FA101",
            place=node.key_place or node.place,
            path=f"{_VARS}.{name}",
            message=f"no value uses the variable `{name}`",
            severity="warning",
        )
        for name, node in entries.items()
        if name not in variables.used
    ]


def declared_variables(tree: Node) -> dict[str, Variable]:
    """Return the variables of `vars`; those that are wrong are left for the check to report."""
    section = tree.children.get(_VARS)
    entries = section.children if section else {}
    return {name: _variable(plain(node)) for name, node in entries.items()}


def _variable(row: object) -> Variable:
    given: Any = row if isinstance(row, dict) else {}
    env, default, type_ = given.get("env"), given.get("default"), given.get("type")
    if isinstance(default, (dict, list)):
        default = None
    if type_ not in _KINDS:
        type_ = kind_of("" if default is None else default)
    return Variable(env=env if isinstance(env, str) else None, default=default, type=type_)


def _is_text(given: str) -> bool:
    """Bytes of the environment that are not UTF-8 are surrogates in Python's text."""
    return not any("\ud800" <= character <= "\udfff" for character in given)


def _typed(text: str, type_: str) -> Scalar:
    if type_ == "string":
        return text
    try:
        return plain_scalar(text.strip())
    except ValueError:
        return text


def _fits(value: Scalar, type_: str) -> bool:
    return kind_of(value) in _KINDS[type_]


def _inside(node: Node, use: re.Match[str]) -> Place:
    """Mark the variable alone where the text stands in the file as it is read."""
    place, text = node.place, str(node.value)
    if place.width not in {len(text), len(text) + 2} or "\n" in text:
        return place
    start = place.column + (place.width - len(text)) // 2 + use.start()
    return Place(place.file, place.line, start, len(use[0]))
