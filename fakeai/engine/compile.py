"""Spec to Engine: every row of the route table as one pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from fakeai.core.problem import SpecError
from fakeai.core.value import Value
from fakeai.engine.arrival import Arrival, compile_addresses
from fakeai.engine.check import check_pipeline, check_routes, own_routes
from fakeai.engine.cors import check_cors
from fakeai.engine.dispatch import unrouted_app
from fakeai.engine.endpoint import compile_app, not_routed
from fakeai.engine.files import read_dialects, read_files
from fakeai.engine.lint import lint_gates
from fakeai.engine.metering import compile_meter
from fakeai.engine.scrape import check_paths, scrape_pages
from fakeai.engine.table import GENERATE, GENERATORS, STAGES
from fakeai.pipeline.files import NO_FILES, EndpointFiles
from fakeai.pipeline.recall import recalled
from fakeai.pipeline.refuse import compile_refusal
from fakeai.pipeline.registry import Registry
from fakeai.pipeline.run import compile_run
from fakeai.pipeline.settlement import settled
from fakeai.pipeline.stage import Build, Shared
from fakeai.pipeline.variables import getters
from fakeai.spec.endpoint import Endpoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from fakeai.core.metric import Meter
    from fakeai.core.problem import Problem
    from fakeai.engine.endpoint import App
    from fakeai.engine.route import Route
    from fakeai.pipeline.protocol import Protocol
    from fakeai.pipeline.stage import Outside, Stage, Steps
    from fakeai.pipeline.variables import Getter
    from fakeai.spec.load import Loaded
    from fakeai.wire.client_ip import ClientAddresses

UNROUTED: Final = "unrouted"
ADMIN: Final = "admin"
#: What a generator of answers writes.
_MADE: Final = "usage.completion"


class PlannedStage(Value):
    """A stage's part in one endpoint: its steps, or why it has none."""

    stage: Stage
    steps: Steps | None
    skipped: bool = False


class CompiledEndpoint(Value):
    """One row of the route table, ready to serve."""

    name: str
    row: Endpoint
    route: Route
    files: EndpointFiles
    stages: tuple[PlannedStage, ...]
    app: App


class Engine(Value):
    """All that was compiled out of one spec."""

    loaded: Loaded
    outside: Outside
    endpoints: tuple[CompiledEndpoint, ...]
    unrouted: App
    dialects: dict[str, Protocol]
    warnings: tuple[Problem, ...]
    shared: Shared
    registry: Registry
    sources: dict[str, Getter]
    meter: Meter
    pages: dict[Route, App]
    """Pages of the server's own, for which no row of the route table stands."""
    addresses: ClientAddresses
    admin_steps: tuple[Steps, ...]
    """What a request for an admin route passes before the token is looked at."""


def compile_engine(loaded: Loaded, outside: Outside) -> Engine:
    """Compile a spec; raise SpecError with everything that is wrong with it."""
    spec, problems = loaded.spec, list(loaded.problems)
    shared = Shared()
    registry = Registry(spec)
    sources = getters(registry.listing, outside.clock.now)
    check_pipeline(loaded, STAGES, GENERATORS, problems)
    check_cors(loaded, problems)
    lint_gates(loaded, problems)
    addresses = compile_addresses(loaded, problems)
    routes = check_routes(loaded, problems)
    dialects = read_dialects(loaded, sources, problems)
    meter, faces = compile_meter(loaded, STAGES, problems)
    pages = scrape_pages(getattr(spec, "metrics", None), meter, faces)
    own = own_routes(spec)
    check_paths(loaded, pages, [*routes.values(), *own], problems)
    compiler = _Compiler(
        loaded, outside, shared, registry, meter, dialects, sources, addresses, problems
    )
    endpoints = [
        compiler.endpoint(name, row, routes[name])
        for name, row in spec.endpoints.items()
        if name in routes and row.protocol in dialects
    ]
    compiled = tuple(endpoint for endpoint in endpoints if endpoint is not None)
    unrouted = compiler.unrouted(compiled, [*pages, *own])
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors or unrouted is None:
        raise SpecError(problems)
    return Engine(
        loaded=loaded,
        outside=outside,
        endpoints=compiled,
        unrouted=unrouted,
        dialects=dialects,
        warnings=tuple(problems),
        shared=shared,
        registry=registry,
        sources=sources,
        meter=meter,
        pages={route: compiler.page(steps) for route, steps in pages.items()},
        addresses=addresses,
        admin_steps=tuple(compiler.outer(ADMIN) if spec.server.admin else ()),
    )


class _Compiler(Value):
    loaded: Loaded
    outside: Outside
    shared: Shared
    registry: Registry
    meter: Meter
    dialects: dict[str, Protocol]
    sources: dict[str, Getter]
    addresses: ClientAddresses
    problems: list[Problem]

    def endpoint(self, name: str, row: Endpoint, route: Route) -> CompiledEndpoint | None:
        """Compile one row, or note what keeps it from compiling."""
        dialect = self.dialects[row.protocol]
        files = read_files(self.loaded, name, row, dialect, self.problems)
        generator = GENERATORS.get(row.generate) if row.generate else None
        if files is None or (row.generate and generator is None):
            return None
        build = self._build(name, row, files, dialect)
        answers = generator is not None and _MADE in generator.writes
        build = msgspec.structs.replace(build, answers=answers)
        stages = tuple(
            self._plan(stage, build, skipped=stage.name in row.skip)
            for stage in self._order(generator)
        )
        steps = recalled([(planned.stage, planned.steps) for planned in stages])
        app = self._app(steps, dialect, route.rest, makes=answers)
        return CompiledEndpoint(name, row, route, files, stages, app)

    def unrouted(self, endpoints: tuple[CompiledEndpoint, ...], pages: list[Route]) -> App | None:
        """Compile what answers paths and methods that no endpoint has."""
        fallback = self.loaded.spec.fallback_protocol
        if fallback not in self.dialects:
            return None
        rest = [e.route for e in endpoints if e.row.when is None]
        refuse = not_routed(allowed_methods([*rest, *pages]))
        apps = {
            protocol: self._app([*self.outer(UNROUTED, protocol), refuse], self.dialects[protocol])
            for protocol in dict.fromkeys([fallback, *(e.row.protocol for e in endpoints)])
        }
        return unrouted_app(endpoints, apps, fallback)

    def outer(self, name: str, protocol: str | None = None) -> list[Steps]:
        """Compile the stages that also see requests for which no row of the table stands."""
        protocol = protocol or self.loaded.spec.fallback_protocol
        row = Endpoint(route="GET /", protocol=protocol)
        build = self._build(name, row, NO_FILES, self.dialects[protocol])
        build = msgspec.structs.replace(build, admin=name == ADMIN)
        planned = [
            self._plan(stage, build, skipped=False) for stage in self._order(None) if stage.outer
        ]
        return [plan.steps for plan in planned if plan.steps is not None]

    def page(self, steps: list[Steps]) -> App:
        """Compile a page of the server's own; it refuses as paths without an endpoint do."""
        return self._app(steps, self.dialects[self.loaded.spec.fallback_protocol])

    def _order(self, generator: Stage | None) -> list[Stage]:
        names = [name for name in self.loaded.spec.pipeline if name in STAGES or name == GENERATE]
        order = [generator if name == GENERATE else STAGES[name] for name in names]
        return [stage for stage in order if stage is not None]

    def _plan(self, stage: Stage, build: Build, *, skipped: bool) -> PlannedStage:
        config = getattr(self.loaded.spec, stage.section_name, None) if stage.config else None
        steps = None if skipped else stage.compile(config, build)
        return PlannedStage(stage, steps, skipped=skipped)

    def _build(self, name: str, row: Endpoint, files: EndpointFiles, dialect: Protocol) -> Build:
        return Build(
            name=name,
            row=row,
            spec=self.loaded.spec,
            node=self.loaded.node,
            files=files,
            source=self.loaded.files,
            dialect=dialect,
            outside=self.outside,
            shared=self.shared,
            registry=self.registry,
            meter=self.meter,
            getters=self.sources,
            problems=self.problems,
        )

    def _app(
        self, steps: list[Steps], dialect: Protocol, rest: str | None = None, *, makes: bool = False
    ) -> App:
        clock, log = self.outside.clock, self.outside.log
        fail = compile_refusal(dialect, log)
        run = compile_run(steps, settled(fail, steps, clock) if makes else fail, log)
        return compile_app(run, clock, Arrival(dialect, self.addresses, self.outside.rng), rest)


def allowed_methods(routes: list[Route]) -> Callable[[str], list[str]]:
    """Return the function that says which methods a path has."""
    patterns = [(route.pattern(), route.methods) for route in routes]

    def allowed(path: str) -> list[str]:
        return sorted({m for pattern, ms in patterns if pattern.fullmatch(path) for m in ms})

    return allowed
