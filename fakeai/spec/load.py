"""Load: from files to one checked spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from fakeai.core.document import Node, locate, read
from fakeai.core.problem import Problem, SpecError, in_order
from fakeai.core.value import Value
from fakeai.spec.aliases import contested
from fakeai.spec.check import structure
from fakeai.spec.files import BUILTIN, SPEC_FILE, Files, builtin_folder, real
from fakeai.spec.layers import Layer, Reading
from fakeai.spec.locales import unknown_locale
from fakeai.spec.locks import broken_locks, idle_locks, unknown_locks
from fakeai.spec.merge import Merge
from fakeai.spec.pruning import without
from fakeai.spec.references import dangling
from fakeai.spec.schema import shape_of, spec_type
from fakeai.spec.times import impossible_times
from fakeai.spec.variables import Variables, declared_variables, unused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from fakeai.spec.model import Spec

_BUILTIN_FILE: Final = f"{BUILTIN}:{SPEC_FILE}"


class Loaded(Value):
    """A checked spec, the document it was read from, and its files."""

    spec: Spec
    node: Node
    files: Files
    problems: tuple[Problem, ...]
    """Warnings."""
    chains: Mapping[str, tuple[str, ...]]
    """File to the lines that say how it came in."""

    @property
    def name(self) -> str:
        """The uppermost file, as messages name it."""
        return self.files.read[0]

    @property
    def chain(self) -> tuple[str, ...]:
        """How the uppermost file lies over its parents."""
        return self.chains.get(self.name, ())


def load(
    path: Path | None,
    overlays: Sequence[Path] = (),
    *,
    sections: Mapping[str, Any],
    environ: Mapping[str, str],
) -> Loaded:
    """Return the checked spec of a file (None: the built-in one) under its overlays.

    `sections` are the types of the stages' sections, `environ` is where variables come from.
    SpecError holds everything that is wrong.
    """
    return _Loader(sections, environ).load(path, overlays)


class _Loader:
    """One reading: the files, what they mean together, and what is wrong."""

    def __init__(self, sections: Mapping[str, Any], environ: Mapping[str, str]) -> None:
        self._sections = sections
        self._environ = environ
        self._type = spec_type(sections)
        self._shape = shape_of(self._type)
        self._reading = Reading(self._shape)

    def load(self, path: Path | None, overlays: Sequence[Path]) -> Loaded:
        """Read, merge, fill in and check."""
        layers = self._layers(path or builtin_folder() / SPEC_FILE, overlays)
        if self._reading.broken:
            raise self._error(self._reading.problems)
        tree = self._merged(layers)
        variables = Variables(declared_variables(tree), self._environ)
        tree = _with_words(variables.filled(tree))
        spec, found = structure(tree, self._type)
        found += [*dangling(tree, self._shape, self._type(fakeai=1)), *contested(tree)]
        found += [*unknown_locale(tree), *impossible_times(tree, self._shape)]
        earlier = [*self._reading.problems, *variables.problems]
        # What could not be read or filled in is reported; that it has the wrong type is noise.
        noisy = variables.failed | {problem.place for problem in earlier}
        found = [*earlier, *(problem for problem in found if problem.place not in noisy)]
        if spec is None or found:
            raise self._error(found, self._rest(tree, layers, found))
        warnings = self._chained([*unused(tree, variables), *self._lint(tree)])
        return Loaded(spec, tree, self._files(layers), warnings, self._reading.chains)

    def _rest(self, tree: Node, layers: list[Layer], found: Iterable[Problem]) -> Loaded | None:
        """Return the spec without what is wrong in it, where that is a spec."""
        tree = without(tree, {problem.place for problem in found})
        spec, left = structure(tree, self._type)
        if spec is None or left:
            return None
        return Loaded(spec, tree, self._files(layers), (), self._reading.chains)

    def _layers(self, path: Path, overlays: Sequence[Path]) -> list[Layer]:
        layers = self._reading.chain(path)
        for overlay in overlays:
            below = layers[-1].file if layers else str(path)
            known = {real(layer.path) for layer in layers}
            chain = self._reading.chain(overlay, f"overlay of {below} (--scenario)")
            layers += [layer for layer in chain if real(layer.path) not in known]
        return layers

    def _merged(self, layers: list[Layer]) -> Node:
        problems = self._reading.problems
        for layer in layers:
            problems += unknown_locks(layer.node, self._type.__struct_fields__)
            problems += idle_locks(layer.node, self._shape)
        merge = Merge(self._shape, self._sections.keys(), problems)
        tree = merge.without_removed(layers[0].node)
        for layer in layers[1:]:
            problems += broken_locks(tree, layer.node)
            tree = merge.laid(tree, layer.node)
        return tree

    def _lint(self, tree: Node) -> Iterable[Problem]:
        endpoints = locate(tree, ["endpoints"])
        if endpoints is not tree and endpoints.value != {}:
            return
        yield Problem(
            code="FA100",
            place=locate(tree, ["fakeai"]).place,
            path="endpoints",
            message="this spec has no endpoints: every request is answered with 404",
            severity="warning",
            hint="`extends: builtin` brings the built-in ones",
        )

    def _files(self, layers: list[Layer]) -> Files:
        uppermost = layers[::-1]
        read = dict.fromkeys([*(layer.file for layer in uppermost), *self._reading.files])
        folders = dict.fromkeys([*(layer.path.parent for layer in uppermost), builtin_folder()])
        return Files(tuple(read), tuple(folders))

    def _chained(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        chains = self._reading.chains
        return tuple(
            msgspec.structs.replace(problem, chain=chains.get(problem.place.file, ()))
            for problem in in_order(problems)
        )

    def _error(self, problems: Iterable[Problem], rest: Loaded | None = None) -> SpecError:
        return SpecError(self._chained(problems), dict.fromkeys(self._reading.files), rest)


def _with_words(tree: Node) -> Node:
    """Return a spec that has words to refuse in: without a row, those of the built-in one."""
    server = tree.children.get("server", Node({}, tree.place))
    rows = tree.children.get("endpoints")
    said = "protocol" in server.children and server.children["protocol"].value is not None
    if (rows is not None and rows.children) or said or not isinstance(server.value, dict):
        return tree
    protocol = locate(read(builtin_folder() / SPEC_FILE, _BUILTIN_FILE), ["server", "protocol"])
    server = Node({**server.children, "protocol": protocol}, server.place, server.key_place)
    return Node({**tree.children, "server": server}, tree.place, tree.key_place)
