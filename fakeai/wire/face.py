"""Faces: metrics under the names of another server."""

from __future__ import annotations

import msgspec

from fakeai.core.metric import Metric


class Face(msgspec.Struct, frozen=True, kw_only=True):
    """A metric as a dialect shows it: another name, other labels, buckets of its own."""

    name: str
    help: str
    metric: Metric
    labels: dict[str, str]
    """Label as shown to label of the metric; those left out are summed up."""
    where: dict[str, str] = {}
    """Label of the metric to the only value that is shown."""
    fixed: dict[str, str] = {}
    """Labels that always have the same value."""
    rename: dict[str, str] = {}
    """Label value to the word that the dialect has for it."""
    bounds: tuple[float, ...] = ()
