"""Layers: a spec's file, its parents, and what they include."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from fakeai.core.document import Node, compose_map, locate
from fakeai.core.nearest import did_you_mean, near_misses
from fakeai.core.problem import Place, Problem, Related
from fakeai.core.source import read_text
from fakeai.core.value import Record, Value
from fakeai.spec.files import BUILTIN, SPEC_FILE, builtin_folder, real, shown
from fakeai.spec.include import included, joined

if TYPE_CHECKING:
    from pathlib import Path

    from fakeai.spec.shape import Shape

PARENTS_MAX: Final = 8
_VERSION: Final = "fakeai"
_EXTENDS: Final = "extends"


class Layer(Value):
    """One file of a chain with all that it includes."""

    path: Path
    file: str
    node: Node


class Reading(Record):
    """Everything read for one spec: the layers, how they came in, and what was wrong."""

    shape: Shape
    problems: list[Problem] = msgspec.field(default_factory=list)
    files: list[str] = msgspec.field(default_factory=list)
    chains: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    broken: bool = False
    """Whether a part is missing, so that what the rest means cannot be judged."""

    def chain(self, path: Path, line: str | None = None) -> list[Layer]:
        """Return a file's layers, its farthest parent first; `line` says why it is read."""
        name = shown(path)
        if line is not None:
            self.chains[name] = (line,)
        return self._read(path, name, [])

    def _read(self, path: Path, file: str, below: list[Layer]) -> list[Layer]:
        node = self._node(path, file)
        if node is None:
            return []
        self._head(node, file)
        node = self._composed(node, path)
        layer = Layer(path, file, node)
        parent = self._parent(layer, below)
        if parent is None:
            return [layer]
        line = locate(node, [_EXTENDS]).place.line
        name = "the built-in spec" if _is_builtin(parent) else shown(parent)
        step = f"overlay of {name} (extends, line {line})"
        above = self._read(parent, shown(parent), [*below, layer])
        self.chains[file] = (step, *self.chains.get(shown(parent), ()), *self.chains.get(file, ()))
        return [*above, layer]

    def _node(self, path: Path, file: str) -> Node | None:
        self.files.append(file)
        text = read_text(path, file, self.problems)
        node = None if text is None else compose_map(text, file, self.problems)
        self.broken = self.broken or node is None
        return node

    def _composed(self, node: Node, path: Path) -> Node:
        for pattern, part_path in included(node, path, self.problems):
            part_file = shown(part_path)
            place = pattern.place
            self.chains[part_file] = (f"included by {place.file} (line {place.line})",)
            part = self._node(part_path, part_file)
            if part is not None:
                node = joined(node, part, self.shape, self.problems)
        return node

    def _head(self, node: Node, file: str) -> None:
        """Check the format version, and put the right one in so that it is reported once."""
        if not isinstance(node.value, dict):
            return
        version = node.value.get(_VERSION)
        place, message = Place(file, 1, 1), ""
        if version is None:
            message = "a spec begins with `fakeai: 1`"
        elif version.value != 1 or isinstance(version.value, bool):
            place, message = version.place, "the version of the format is `1`"
        elif next(iter(node.value)) != _VERSION:
            place, message = version.key_place or version.place, "`fakeai: 1` must be the first key"
        if message:
            self.problems.append(Problem(code="FA014", place=place, path=_VERSION, message=message))
            node.value[_VERSION] = Node(1, place)

    def _parent(self, layer: Layer, below: list[Layer]) -> Path | None:
        """Return the file that a layer extends, unless that goes round or too deep."""
        named = locate(layer.node, [_EXTENDS])
        if not isinstance(named.value, str):
            return None
        path = _resolve(named.value, layer.path.parent)
        chain = [*below, layer]
        if path is None:
            self._no_parent(layer, named)
        elif real(path) in {real(other.path) for other in chain}:
            self._round(chain, named, path)
        elif len(chain) > PARENTS_MAX:
            message = f"more than {PARENTS_MAX} parents: {_arrows(chain, path)}"
            self._refuse("FA061", named, message)
        else:
            return path
        self.broken = True
        return None

    def _round(self, chain: list[Layer], named: Node, path: Path) -> None:
        message = f"goes round: {_arrows(chain, path)}"
        related = tuple(
            Related(locate(layer.node, [_EXTENDS]).place, f"`{layer.file}` extends the next one")
            for layer in chain[:-1]
        )
        self._refuse("FA060", named, message, related=related)

    def _no_parent(self, layer: Layer, named: Node) -> None:
        folder = layer.path.parent
        around = [BUILTIN, *(path.name for path in sorted(folder.glob("*.y*ml")))]
        near = near_misses(str(named.value), [name for name in around if name != layer.path.name])
        message = f"there is no file `{named.value}` beside this one, nor a built-in one"
        self._refuse("FA062", named, message, hint=did_you_mean(near))

    def _refuse(self, code: str, named: Node, message: str, **more: Any) -> None:
        problem = Problem(code=code, place=named.place, path=_EXTENDS, message=message, **more)
        self.problems.append(problem)


def _resolve(name: str, folder: Path) -> Path | None:
    if name == BUILTIN:
        return builtin_folder() / SPEC_FILE
    return next((path for path in (folder / name, builtin_folder() / name) if path.is_file()), None)


def _is_builtin(path: Path) -> bool:
    return real(path) == real(builtin_folder() / SPEC_FILE)


def _arrows(chain: list[Layer], last: Path) -> str:
    return " → ".join([*(layer.file for layer in chain), shown(last)])
