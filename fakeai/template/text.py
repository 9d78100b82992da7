"""Prose: whole texts in ordinary Jinja, within the limits of leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from jinja2 import TemplateNotFound, TemplateSyntaxError, nodes
from jinja2.runtime import LoopContext

from fakeai.core.error import ApiError
from fakeai.template.check import Checker
from fakeai.template.environment import TemplateEnvironment
from fakeai.template.hints import FREE, Kinds, kinds
from fakeai.template.leaf import settle
from fakeai.template.report import file_report
from fakeai.template.tree import FAULTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from jinja2 import Template

    from fakeai.core.problem import Problem
    from fakeai.template.check import Types
    from fakeai.template.report import Report

_MACRO: Final[Kinds] = (Callable[..., Any],)


class Text:
    """A compiled text."""

    __slots__ = ("_file", "_template", "variables")

    def __init__(self, file: str, template: Template, variables: frozenset[str]) -> None:
        """Texts are made by `compile_text`."""
        self._file = file
        self._template = template
        self.variables = variables
        """The variables that the text reads."""

    def __call__(self, variables: dict[str, object]) -> str:
        """Return the text."""
        try:
            return self._template.render(variables)
        except FAULTS as error:
            raise ApiError("internal", f"The text {self._file} failed: {error}") from error


def compile_text(
    source: str,
    file: str,
    scope: Mapping[str, Any],
    problems: list[Problem],
    folders: Sequence[Path] = (),
) -> Text | None:
    """Return the text of a source, or None when problems were found.

    `scope` is that of `compile_tree`; `include` and `extends` read from `folders` only.
    """
    before = len(problems)
    prose = _Prose(TemplateEnvironment(folders), problems)
    types = {name: kinds(annotation) for name, annotation in scope.items()}
    template = prose.checked(source, file, types, ())
    if template is None or len(problems) > before:
        return None
    try:
        compiled = prose.environment.from_string(template)
    except TemplateSyntaxError as error:
        file_report(file, problems, source).add("FA040", str(error.message), error.lineno)
        return None
    return Text(file, compiled, frozenset(prose.names & scope.keys()))


class _Prose:
    """Checks a text together with all that it includes."""

    def __init__(self, environment: TemplateEnvironment, problems: list[Problem]) -> None:
        self.environment = environment
        self.names: set[str] = set()
        self._problems = problems

    def checked(
        self, source: str, file: str, types: Types, chain: tuple[str, ...]
    ) -> nodes.Template | None:
        """Return the parsed text; `chain` names the texts that led here."""
        report = file_report(file, self._problems, source)
        try:
            template = self.environment.parse(source, file, file)
        except TemplateSyntaxError as error:
            report.add("FA040", str(error.message), error.lineno)
            return None
        settle(template)
        known = {**types, **_own_names(template)}
        checker = Checker(known, report)
        checker.kinds(template)
        self.names |= checker.names
        for node in template.find_all((nodes.Include, nodes.Extends, nodes.FromImport)):
            self._follow(node, known, chain, report)
        for imported in template.find_all(nodes.Import):
            report.add("FA040", "import macros by name: `from … import …`", imported.lineno)
        return template

    def _follow(self, node: Any, types: Types, chain: tuple[str, ...], report: Report) -> None:
        """Check the text that an `include`, `extends` or `import` names."""
        name = node.template.value if isinstance(node.template, nodes.Const) else None
        if not isinstance(name, str):
            report.add("FA040", "the name of another text is written out", node.lineno)
        elif name in chain:
            report.add("FA040", f"`{name}` includes itself", node.lineno)
        else:
            self._load(name, types, chain, report, node)

    def _load(
        self, name: str, types: Types, chain: tuple[str, ...], report: Report, node: Any
    ) -> None:
        environment, loader = self.environment, self.environment.folders
        try:
            source, file, _ = loader.get_source(environment, name)
        except TemplateNotFound:
            if not getattr(node, "ignore_missing", False):
                report.add("FA040", f"there is no text `{name}`", node.lineno)
            return
        before = len(self._problems)
        self.checked(source, file or name, types, (*chain, name))
        if len(self._problems) == before:
            # Read now, so that no request waits for a disk.
            environment.get_template(name)


def _own_names(template: nodes.Template) -> dict[str, Kinds]:
    """Return what a text itself names: loop and macro variables, `set`, macros."""
    names = {node.name: FREE for node in template.find_all(nodes.Name) if node.ctx != "load"}
    if template.find(nodes.For):
        names["loop"] = (LoopContext,)
    if template.find(nodes.Block):
        names["super"] = _MACRO
    for macro in template.find_all(nodes.Macro):
        names |= {macro.name: _MACRO, "caller": _MACRO}
    for imported in template.find_all(nodes.FromImport):
        pairs = [name if isinstance(name, tuple) else (name, name) for name in imported.names]
        names |= {alias: _MACRO for _, alias in pairs}
    return names
