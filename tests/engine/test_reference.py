"""Reference: the page that says what is counted."""

from __future__ import annotations

from fakeai.engine.metering import own_faces
from fakeai.engine.reference import metrics_page
from fakeai.engine.table import STAGES


def test_every_metric_stands_on_the_page_once() -> None:
    """Under the name that scrapers see."""
    page = metrics_page(STAGES.values(), [])
    for stage in STAGES.values():
        for face in own_faces(stage.metrics):
            suffix = "_total" if face.metric.kind == "counter" else ""

            assert 1 == page.count(f"| `{face.name}{suffix}` | {face.metric.kind} |")
