"""The meter of an engine, and the names under which dialects show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec
from msgspec import Meta

from fakeai.core.document import Node, locate
from fakeai.core.metric import Meter, Metric
from fakeai.core.nearest import did_you_mean, near_misses
from fakeai.core.problem import Problem
from fakeai.engine.files import read_named
from fakeai.spec.check import structure
from fakeai.spec.model import Section
from fakeai.wire.face import Face

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fakeai.pipeline.stage import Stage
    from fakeai.spec.load import Loaded
    from fakeai.stages.metrics import Config

#: The dialect that needs no file: every metric under its own name.
OWN: Final = "fakeai"

Bound = Annotated[float, Meta(ge=0)]


class FaceRow(Section, kw_only=True):
    """One metric of a dialect."""

    source: Annotated[str, Meta(description="Our name of the metric.")] = msgspec.field(name="from")
    help: Annotated[str, Meta(description="What it says of itself.")]
    labels: Annotated[
        dict[str, str | None],
        Meta(description="Labels of this metric alone, to labels of ours; null leaves one out."),
    ] = {}
    fixed: Annotated[
        dict[str, str], Meta(description="Labels that always have the same value.")
    ] = {}
    where: Annotated[
        dict[str, str], Meta(description="Label of ours to the only value that is shown.")
    ] = {}
    rename: Annotated[dict[str, str], Meta(description="Label values to the dialect's words.")] = {}
    buckets: Annotated[
        tuple[Bound, ...] | None, Meta(description="Upper bounds; absent: as ours.")
    ] = None


class DialectFile(Section, kw_only=True):
    """A file of `templates/metrics/`: our metrics under the names of another server."""

    prefix: Annotated[str, Meta(description="Start of every name.")] = ""
    labels: Annotated[dict[str, str], Meta(description="Labels of every metric, to ours.")]
    metrics: Annotated[dict[str, FaceRow], Meta(description="Metrics by name.")]


def declared_metrics(stages: Mapping[str, Stage]) -> dict[str, Metric]:
    """Return every metric that some stage declares, by name."""
    return {metric.name: metric for stage in stages.values() for metric in stage.metrics}


def compile_meter(
    loaded: Loaded, stages: Mapping[str, Stage], problems: list[Problem]
) -> tuple[Meter, list[Face]]:
    """Return the meter that a spec asks for, and its faces; without the section nothing counts."""
    config: Config | None = getattr(loaded.spec, "metrics", None)
    if config is None:
        return Meter(0), []
    declared = declared_metrics(stages)
    chosen = config.buckets.bounds_s
    faces: list[Face] = []
    for position, dialect in enumerate(config.dialects):
        if dialect == OWN:
            faces += own_faces(declared.values(), chosen)
        else:
            path: list[str | int] = ["metrics", "dialects", position]
            node = read_named(loaded, f"templates/metrics/{dialect}.yaml", path, problems)
            faces += _read_faces(node, declared, problems) if node else []
    return Meter(config.max_series, _bounds(faces)), faces


def own_faces(
    metrics: Iterable[Metric], chosen: Mapping[str, tuple[float, ...]] | None = None
) -> list[Face]:
    """Return the faces under our own names."""
    return [
        Face(
            name=f"{OWN}_{metric.name}",
            help=metric.help,
            metric=metric,
            labels={label: label for label in metric.shown},
            bounds=(chosen or {}).get(metric.name, metric.bounds),
        )
        for metric in metrics
    ]


def _read_faces(node: Node, declared: Mapping[str, Metric], problems: list[Problem]) -> list[Face]:
    file, found = structure(node, DialectFile)
    problems.extend(found)
    if file is None:
        return []
    faces: list[Face] = []
    for name, row in file.metrics.items():
        metric = declared.get(row.source)
        chosen = {**file.labels, **row.labels}
        labels = {shown: ours for shown, ours in chosen.items() if ours is not None}
        if metric is None:
            problems.append(_unknown(node, [name, "from"], row.source, declared))
            continue
        strangers = [
            label for label in (*labels.values(), *row.where) if label not in metric.labels
        ]
        if strangers:
            problems.append(_unknown(node, [name], strangers[0], metric.labels))
            continue
        faces.append(
            Face(
                name=file.prefix + name,
                help=row.help,
                metric=metric,
                labels=labels,
                where=row.where,
                fixed=row.fixed,
                rename=row.rename,
                bounds=metric.bounds if row.buckets is None else row.buckets,
            )
        )
    return faces


def _bounds(faces: Iterable[Face]) -> dict[str, tuple[float, ...]]:
    """Return for each histogram the bounds of all its faces, so that each has its exact counts."""
    bounds: dict[str, set[float]] = {}
    for face in faces:
        bounds.setdefault(face.metric.name, set()).update(face.bounds)
    return {name: tuple(sorted(values)) for name, values in bounds.items()}


def _unknown(node: Node, path: list[str], word: str, known: Iterable[str]) -> Problem:
    names = list(known)
    return Problem(
        code="FA032",
        place=locate(node, ["metrics", *path]).place,
        path=".".join(["metrics", *path]),
        message=f"unknown metric or label `{word}`",
        hint=did_you_mean(near_misses(word, names)) or f"there are: {', '.join(names)}",
    )
