"""The reference page of the metrics, written from their declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fakeai.engine.metering import OWN, own_faces

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fakeai.pipeline.stage import Stage
    from fakeai.wire.face import Face

_RULE: Final = "|---|---|---|---|\n"
_INTRODUCTION: Final = """\
# Metrics

Written by `make docs` from the declarations of the stages.

With a section `metrics` the server shows what it counts at `GET /metrics`, as Prometheus text or,
for an `Accept` header that asks for it, as OpenMetrics; `GET /metrics.json` is a summary per model,
API key and endpoint. Scraping is not counted, limited or banned. The last errors, each with its
time, kind, endpoint, request id and message, are at `GET /_fakeai/errors` when `server.admin` is
set. Without the section there is neither a route nor a counter.

Times of tokens are those of the simulated engine: the moments at which its schedule has each token
due, in simulated seconds, the wait in the queue included. A plain answer takes as long as its
stream would, so both are measured alike. What a client did not stay for is neither counted nor
priced, and whoever leaves the queue has only waited: its prompt was nobody's work. An echo of the
prompt takes no time and is no token that was made. The end of a request is read from the clock.

Label values are a closed set. Models that are not declared count as `other`; so does whatever comes
after `max_series` sets of label values. There numbers add up; of a share the highest is shown, and
of what limits left the least. An empty label means that there was none, such as a request that was
refused before its model was known.

Engine metrics of an answer show once its model has had one; a scraper sees zeros from then on.

A page shows one moment: all numbers are copied first, and what is counted at the end of a request
stands still meanwhile. The text is written a few milliseconds at a time, so that streams go on, and
one page after the other, however many scrapers there are.

`dialects` shows the same numbers under other names. A dialect is a file of `templates/metrics/`: a
new one needs no Python.
"""


def metrics_page(stages: Iterable[Stage], dialect: Iterable[Face]) -> str:
    """Return the page in Markdown: every metric by its stage, then what dialects make of them."""
    parts = [_INTRODUCTION]
    for stage in stages:
        if stage.metrics:
            parts += [f"\n## {stage.name}\n\n", "| metric | kind | labels | what |\n", _RULE]
            parts += [_row(face, face.help) for face in own_faces(stage.metrics)]
    parts += ["\n## Other dialects\n\n", "| metric | kind | labels | the same as |\n", _RULE]
    parts += [_row(face, f"`{OWN}_{_shown(face.metric.name, face)}`") for face in dialect]
    return "".join(parts)


def _row(face: Face, last: str) -> str:
    labels = ", ".join(f"`{label}`" for label in face.labels)
    return f"| `{_shown(face.name, face)}` | {face.metric.kind} | {labels} | {last} |\n"


def _shown(name: str, face: Face) -> str:
    return f"{name}_total" if face.metric.kind == "counter" else name
