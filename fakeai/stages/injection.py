"""injection: looks for attacks in declared fields of the request."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, Final, Literal

from msgspec import Meta

from fakeai.core.document import locate, path_text, read
from fakeai.core.error import ApiError
from fakeai.core.metric import Metric
from fakeai.core.problem import Problem, SpecError
from fakeai.pipeline.stage import Build, Stage, Steps
from fakeai.sim.injection import (
    Detector,
    compile_detectors,
    misjudged,
    pattern_problem,
    rewritten,
    strings_at,
    texts_at,
)
from fakeai.spec.check import structure
from fakeai.spec.model import Section

if TYPE_CHECKING:
    from collections.abc import Callable

    from fakeai.core.document import Node
    from fakeai.pipeline.exchange import Exchange


class Row(Section):
    """What one detector does."""

    action: Annotated[
        Literal["reject", "log", "sanitize"],
        Meta(description="Refuse with 400, only log, or rewrite what was found."),
    ] = "reject"
    file: Annotated[
        str | None,
        Meta(description="File of its patterns; absent: `templates/injection/<name>.yaml`."),
    ] = None


class Config(Section, kw_only=True):
    """Which attacks are looked for, and where."""

    fields: Annotated[
        tuple[str, ...],
        Meta(
            min_length=1,
            description="Paths of the body whose texts are read; `*` stands for any step.",
            examples=[["messages.*.content", "input"]],
        ),
    ]
    detectors: Annotated[
        dict[str, Row], Meta(min_length=1, description="Detectors by name, in order.")
    ]
    max_characters: Annotated[
        int, Meta(ge=1, le=1_000_000, description="How much of each text is read.")
    ] = 10_000


_JUDGED: Final = {
    "must_trip": "no pattern finds anything in this text",
    "must_not_trip": "a pattern finds an attack in this text",
}
#: What is known of a body in which nothing was found.
_CLEAN: Final = "injection.clean"

FOUND = Metric(
    name="injections",
    kind="counter",
    help="Texts that looked like an attack, by detector and by what was done.",
    labels=("detector", "action"),
)


def compile_injection(config: Config | None, build: Build) -> Steps | None:
    """Return the step that looks at the declared fields of endpoints that take a body."""
    if config is None or build.files.schemas.get("request") is None:
        return None
    detectors = build.shared.once("detectors", lambda: _read_all(config, build))

    @cache
    def looks() -> list[Callable[[Exchange], None]]:
        """Compile the detectors one by one, when the first attack has come."""
        return [
            _look(config, {name: detectors[name]}, row.action, build)
            for name, row in config.detectors.items()
            if name in detectors
        ]

    whole = build.shared.once(
        "detectors.whole",
        lambda: compile_detectors(detectors, characters_max=config.max_characters),
    )
    paths = [path.split(".") for path in config.fields]

    def enter(exchange: Exchange) -> None:
        known = exchange.known
        if known is not None and _CLEAN in known:
            return
        # All detectors at once first: nearly every request is clean.
        if whole.finds(texts_at(exchange.request, paths)):
            for look in looks():
                look(exchange)
        elif known is not None:
            known[_CLEAN] = True

    return Steps(enter=enter)


def _look(
    config: Config, detectors: dict[str, Detector], action: str, build: Build
) -> Callable[[Exchange], None]:
    scanner = compile_detectors(detectors, characters_max=config.max_characters)
    paths = [path.split(".") for path in config.fields]
    log, endpoint = build.outside.log, build.name
    counted = build.meter.tallies(FOUND)

    def look(exchange: Exchange) -> None:
        found = scanner.scan(strings_at(exchange.request, paths))
        if found is None:
            return
        counted.child(found.detector, action).add()
        if action == "sanitize":
            exchange.request = rewritten(exchange.request, paths, scanner.sanitize)
        elif action == "log":
            log.info(
                "injection",
                request_id=exchange.request_id,
                endpoint=endpoint,
                detector=found.detector,
                field=found.field,
            )
        else:
            message = f"The request looks like an attack ({found.detector})."
            details = {"detector": found.detector}
            raise ApiError("injection", message, param=found.field, details=details)

    return look


def _read_all(config: Config, build: Build) -> dict[str, Detector]:
    read_ = {name: _read_one(name, row, build) for name, row in config.detectors.items()}
    return {name: detector for name, detector in read_.items() if detector is not None}


def _read_one(name: str, row: Row, build: Build) -> Detector | None:
    """Read a detector's file; what is wrong with it is a problem."""
    node = locate(build.node, ["injection", "detectors", name])
    file = row.file or f"templates/injection/{name}.yaml"
    path = build.source.find(file, node.place.file)
    if path is None:
        here, at = node.key_place or node.place, f"injection.detectors.{name}"
        build.problems.append(build.source.missing(file, here, at, node.place.file))
        return None
    try:
        document = read(path)
    except SpecError as error:
        build.problems.extend(error.problems)
        return None
    detector, found = structure(document, Detector)
    if detector is not None:
        found = _wrong(detector, document)
    build.problems.extend(found)
    return None if found else detector


def _wrong(detector: Detector, document: Node) -> list[Problem]:
    """Return the patterns that cannot be read, or else the examples that are judged wrongly."""

    def problem(code: str, path: list[str | int], message: str) -> Problem:
        place = locate(document, path).place
        return Problem(code=code, place=place, path=path_text(path), message=message)

    reasons = [pattern_problem(pattern) for pattern in detector.patterns]
    return [
        problem("FA026", ["patterns", index], f"not an RE2 pattern: {reason}")
        for index, reason in enumerate(reasons)
        if reason is not None
    ] or [problem("FA027", [name, index], _JUDGED[name]) for name, index in misjudged(detector)]


STAGE = Stage(
    name="injection",
    summary="Looks for attacks in declared fields; refuses, logs or rewrites them.",
    config=Config,
    compile=compile_injection,
    reads=frozenset({"request"}),
    refuses=("injection",),
    metrics=(FOUND,),
)
