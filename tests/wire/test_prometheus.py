"""Prometheus: one meter under the names of two dialects."""

from __future__ import annotations

import pytest
from prometheus_client.parser import text_string_to_metric_families

from fakeai.core.metric import Meter, Metric
from fakeai.core.snapshot import Snapshot
from fakeai.wire import prometheus
from fakeai.wire.face import Face
from fakeai.wire.prometheus import exposition

CALLS = Metric(name="calls", kind="counter", help="Calls.", labels=("who", "why", "box"))
TIMES = Metric(name="times", kind="histogram", help="Times.", labels=("who",), bounds=(1.0, 2.0))


def pieces(meter: Meter, *faces: Face, accept: str = "") -> list[bytes]:
    """Return the text as it is made."""
    snapshot = Snapshot()
    list(snapshot.take(meter))
    return list(exposition(snapshot, faces, accept)[0])


def samples(meter: Meter, *faces: Face) -> dict[tuple[str, tuple[str, ...]], float]:
    """Return what Prometheus's own parser reads out of the text."""
    text = b"".join(pieces(meter, *faces)).decode()
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_labels_left_out_are_summed_up() -> None:
    """A filter picks, a new word may make two values one."""
    meter = Meter(10)
    for who, why, box in (("ann", "fun", "1"), ("ann", "joy", "2"), ("bob", "pay", "1")):
        meter.tallies(CALLS).child(who, why, box).add()
    whole = Face(name="all", help="h", metric=CALLS, labels={"by": "who"})
    picked = Face(name="pay", help="h", metric=CALLS, labels={}, where={"why": "pay"})
    renamed = Face(name="why", help="h", metric=CALLS, labels={"y": "why"}, rename={"joy": "fun"})

    assert {
        ("all_total", ("ann",)): 2,
        ("all_total", ("bob",)): 1,
        ("pay_total", ()): 1,
        ("why_total", ("fun",)): 2,
        ("why_total", ("pay",)): 1,
    } == samples(meter, whole, picked, renamed)


def test_each_face_has_its_own_buckets() -> None:
    """Counts are exact where the meter knows the bounds."""
    meter = Meter(10)
    for value in (0.5, 1.5, 9.0):
        meter.histograms(TIMES).child("ann").observe(value)
    face = Face(name="times", help="h", metric=TIMES, labels={"by": "who"}, bounds=(2.0,))

    assert {
        ("times_bucket", ("ann", "2.0")): 2,
        ("times_bucket", ("ann", "+Inf")): 3,
        ("times_count", ("ann",)): 3,
        ("times_sum", ("ann",)): 11,
    } == samples(meter, face)


def test_what_nobody_measures_is_not_shown() -> None:
    """A stage that is compiled away leaves no metric behind."""
    face = Face(name="calls", help="h", metric=CALLS, labels={})

    assert {} == samples(Meter(10), face)


def test_the_accept_header_chooses_the_format() -> None:
    """OpenMetrics for those who ask, plain text for everybody else."""
    types = ("*/*", "application/openmetrics-text; version=1.0.0")
    plain, asked = (exposition(Snapshot(), [], accept)[1] for accept in types)

    assert plain.startswith("text/plain; version=0.0.4")
    assert asked.startswith("application/openmetrics-text; version=1.0.0")


@pytest.mark.parametrize("accept", ["", "application/openmetrics-text; version=1.0.0"])
def test_a_long_text_comes_in_pieces(accept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are the lines of the whole text, whatever a piece holds; each family begins once."""
    meter = Meter(10)
    for who in ("ann", "bob", "eve", "sue", "tim"):
        meter.tallies(CALLS).child(who, "fun", "1").add()
        meter.histograms(TIMES).child(who).observe(1.5)
    faces = [
        Face(name="calls", help="h\nh", metric=CALLS, labels={"by": "who"}),
        Face(name="times", help="h", metric=TIMES, labels={"by": "who"}, bounds=(1.0, 2.0)),
        Face(name="none", help="h", metric=CALLS, labels={}, where={"who": "nobody"}),
    ]
    [whole] = pieces(meter, *faces, accept=accept)
    monkeypatch.setattr(prometheus, "LINES_MAX", 2)
    parts = pieces(meter, *faces, accept=accept)

    assert whole == b"".join(parts)
    assert 3 == whole.count(b"# TYPE")
    assert max(part.count(b"\n") for part in parts) <= 8
