"""Faces: what a dialect leaves unsaid."""

from __future__ import annotations

from fakeai.core.metric import Metric
from fakeai.wire.face import Face

CALLS = Metric(name="calls", kind="counter", help="Calls.", labels=("who",))


def test_a_face_shows_all_that_it_does_not_narrow() -> None:
    """Without filters, fixed labels, other words and buckets, the metric is shown as it is."""
    face = Face(name="all", help="h", metric=CALLS, labels={"by": "who"})

    assert ({}, {}, {}, ()) == (face.where, face.fixed, face.rename, face.bounds)
