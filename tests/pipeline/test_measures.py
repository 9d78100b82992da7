"""Measures: the declarations hold together."""

from __future__ import annotations

import pytest

from fakeai.pipeline.measures import METRICS


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_a_declaration_is_sound(metric: object) -> None:
    """Histograms have bounds that rise, the others none; hidden labels come last."""
    bounds, labels, hidden = (getattr(metric, name) for name in ("bounds", "labels", "hidden"))

    assert (getattr(metric, "kind", "") == "histogram") == bool(bounds)
    assert sorted(set(bounds)) == list(bounds)
    assert hidden == labels[len(labels) - len(hidden) :]
