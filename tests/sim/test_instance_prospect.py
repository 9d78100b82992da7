"""Prospects: hopeless, doubtful or sound."""

from __future__ import annotations

from typing import Any

import pytest

from fakeai.core.rng import Rng
from fakeai.sim.instance_build import Build, Setting
from fakeai.sim.instance_document import SchemaDocument
from fakeai.sim.instance_limits import LIMITS
from fakeai.sim.instance_plan import Planner
from fakeai.sim.instance_prospect import DOUBTFUL, HOPELESS, SOUND, prospect
from fakeai.sim.mentions import Mentions
from fakeai.sim.pools import BUILT_IN

NULL_OR_FLAG: Any = {"anyOf": [{"type": "null"}, {"type": "boolean"}]}
DATE: Any = {"type": "string", "format": "date"}


def look(*goal: Any, looks: int = 64) -> int:
    """Return the prospect of some schemas together."""
    planner = Planner(SchemaDocument({"allOf": list(goal)}))
    build = Build(Setting(planner, BUILT_IN, LIMITS), Rng(1).stream("test", 0), Mentions(""))
    return prospect(build, goal, [looks])


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        (({"type": "null"}, {"type": "object"}), HOPELESS),
        ((NULL_OR_FLAG, {"type": "object"}), HOPELESS),
        ((NULL_OR_FLAG, {"type": "boolean"}), SOUND),
        ((DATE, {"pattern": "^x"}), HOPELESS),
        ((DATE, {"pattern": "^2019"}), SOUND),
        (({"type": "string", "format": "idn-hostname"}, {"pattern": "^-"}), DOUBTFUL),
        (({"type": "integer"}, {"minimum": 0.1, "maximum": 0.9}), HOPELESS),
        (({"enum": ["a", "b"]}, DATE), DOUBTFUL),
        (({"enum": ["a", "2020-01-01"]}, DATE), SOUND),
        (({"enum": ["a", 1]}, {"format": "date"}), SOUND),
        (({"enum": ["a"]}, {"format": "date", "minLength": 1, "maxLength": 3}), DOUBTFUL),
        (({"type": "object"}, True), SOUND),
    ],
)
def test_the_prospect_is_that_of_the_best_way(goal: tuple[Any, ...], expected: int) -> None:
    """What is found out here need not be tried."""
    assert expected == look(*goal)


def test_without_looks_left_everything_is_taken_for_possible() -> None:
    """Looking is cheaper than trying, but not for nothing."""
    nested: Any = {"anyOf": [NULL_OR_FLAG, NULL_OR_FLAG]}

    assert HOPELESS == look(nested, {"type": "object"}, looks=3)
    assert SOUND == look(nested, {"type": "object"}, looks=1)
