"""Stage: one behaviour as a value that compiles to steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

import msgspec

from fakeai.core.value import Record, Value
from fakeai.sim.pools import BUILT_IN

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from fakeai.core.clock import Clock
    from fakeai.core.document import Node
    from fakeai.core.metric import Meter, Metric
    from fakeai.core.problem import Problem
    from fakeai.core.rng import Rng
    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.files import EndpointFiles
    from fakeai.pipeline.protocol import Protocol as Dialect
    from fakeai.pipeline.registry import Registry
    from fakeai.pipeline.variables import Getter
    from fakeai.sim.corpus import Corpus
    from fakeai.sim.pools import Pools
    from fakeai.spec.endpoint import Endpoint
    from fakeai.spec.files import Files
    from fakeai.spec.model import Spec

Step = Callable[["Exchange"], None]
WaitingStep = Callable[["Exchange"], "Awaitable[None] | None"]
"""Does what it can at once and returns what is left to be awaited, None where nothing is.

What it returns runs in a task; what it does at once may run in none.
"""
WriteLine = Callable[[tuple[object, ...]], None]
"""Writes a line of the log from the values of its fields."""
T = TypeVar("T")


class Log(Protocol):
    """Where a stage writes structured lines."""

    def info(self, event: str, **fields: object) -> object:
        """Write a line at level info."""

    def debug(self, event: str, **fields: object) -> object:
        """Write a line at level debug."""

    def error(self, event: str, **fields: object) -> object:
        """Write a line at level error."""

    def prepare(self, level: str, event: str, fields: tuple[str, ...]) -> WriteLine | None:
        """Return what writes lines of these fields; None when the level is not written."""

    def close(self) -> None:
        """Write what waits to be written; no line comes after it."""


class Outside(Value):
    """What comes from outside the spec: time, chance, the log, ready text."""

    clock: Clock
    rng: Rng
    log: Log
    corpus: Corpus
    pools: Pools = BUILT_IN
    """Names, cities and the like, for JSON."""


class Shared(Record):
    """Parts that all endpoints of one engine share, each made once."""

    parts: dict[str, object] = msgspec.field(default_factory=dict)
    kept: dict[str, str] = msgspec.field(default_factory=dict)
    """What is remembered from one request to the next, by the path that asks for it."""

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Return the part of this name, making it at the first call."""
        if name not in self.parts:
            self.parts[name] = make()
        return cast("T", self.parts[name])

    def remember(self, where: str, what: str) -> None:
        """Note what is remembered of earlier requests for the section or row at this path."""
        self.kept[where] = what

    def keep(self, name: str, where: str, what: str, make: Callable[[], T]) -> T:
        """Return the part of this name, of which something is remembered."""
        self.remember(where, what)
        return self.once(name, make)


class Build(Value):
    """All that a stage may look at while it compiles for one endpoint."""

    name: str
    row: Endpoint
    spec: Spec
    node: Node
    """The merged document, for places of problems."""
    files: EndpointFiles
    source: Files
    """Where files that the spec names are found."""
    dialect: Dialect
    outside: Outside
    shared: Shared
    registry: Registry
    meter: Meter
    """Where a stage counts what it declares as `metrics`."""
    getters: dict[str, Getter]
    problems: list[Problem]
    answers: bool = False
    """Whether the row's generator makes tokens: only then is there something to run and to pay."""
    admin: bool = False
    """Whether this is the door of the server's own admin routes."""
    readers: list[Callable[[Exchange], bool]] = []
    """Of the leaves that read what was asked, each tells whether it will: an open stream then
    holds it to its end."""


class Recall(Value):
    """How to note what a stage has set, and how to set it again."""

    take: Callable[[Exchange], Any]
    """Returns what was set; None to have it worked out the next time as well."""
    put: Callable[[Exchange, Any], None]


#: For a stage that only refuses: what has passed once passes again.
PASSED = Recall(take=lambda _exchange: True, put=lambda _exchange, _kept: None)


class Steps(Value):
    """What a compiled stage runs; all are closures over constants.

    `enter` or `wait` runs in the order of the pipeline; `leave` runs in reverse order for every
    stage entered, whatever became of the exchange.
    """

    enter: Step | None = None
    wait: WaitingStep | None = None
    leave: Step | None = None
    settle: Step | None = None
    """Brings what `enter` made of the usage in line with it, once that tells what was made of an
    exchange that ended in an error; before any leave."""
    recall: Recall | None = None
    """Where all that `enter` does follows from what the stage reads: how to do it again."""


class Stage(Value, kw_only=True):
    """One behaviour: what it is called, declares, reads, writes and may refuse with."""

    name: str
    summary: str
    compile: Callable[[Any, Build], Steps | None]
    """(its section's value or None, build) -> steps, or None when there is nothing to do."""
    config: Any = None
    """Type of the section of the same name; None when it has none."""
    section: str | None = None
    """Name of the section when it is not the stage's own."""
    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    refuses: tuple[str, ...] = ()
    metrics: tuple[Metric, ...] = ()
    """What it measures; the names are shown as `fakeai_<name>`."""
    outer: bool = False
    """Whether it also sees requests that no endpoint takes."""
    gate: bool = False
    """Whether it guards the door; the examples of a spec do not pass it."""

    @property
    def section_name(self) -> str:
        """Where its config stands in the spec."""
        return self.section or self.name
