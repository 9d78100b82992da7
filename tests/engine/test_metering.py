"""Metering: dialects are files, checked against what the stages declare."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeai.core.problem import SpecError
from fakeai.engine.metering import declared_metrics
from fakeai.engine.table import STAGES
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

OWN = "templates/metrics/house.yaml"
SPEC = "metrics: { dialects: [house] }\n"


async def test_a_new_dialect_is_a_file(tmp_path: Path) -> None:
    """Its prefix, its labels, left out or fixed, its filter, its words, its buckets."""
    file = """
prefix: house_
labels: { llm: model }
metrics:
  words:
    from: tokens
    where: { type: completion }
    help: Words.
  done: { from: answers, labels: { how: finish_reason }, rename: { length: cut }, help: Ends. }
  said: { from: answers, labels: { llm: null }, fixed: { site: lab }, help: Answers. }
  wait: { from: time_to_first_token_seconds, help: Wait., buckets: [0.3] }
"""
    world = World(tmp_path, SPEC, {OWN: file})
    await world.chat("Hi", max_tokens=5)
    text = (await world.send("GET", "/metrics")).body.decode()

    assert 'house_words_total{llm="gpt-4o"} 5.0' in text
    assert 'house_done_total{how="cut",llm="gpt-4o"} 1.0' in text
    assert 'house_said_total{site="lab"} 1.0' in text
    assert 'house_wait_bucket{le="0.3",llm="gpt-4o"} 1.0' in text
    assert "fakeai_" not in text


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{ from: tokenz, help: h }", "FA032 unknown metric or label `tokenz`"),
        ("{ from: tokens, help: h, labels: { x: colour } }", "FA032 .*`colour`"),
        ("{ from: tokens, help: h, where: { colour: red } }", "FA032 .*`colour`"),
        ("{ from: tokens }", "FA01"),
    ],
)
def test_a_wrong_dialect_is_a_problem(tmp_path: Path, row: str, message: str) -> None:
    """At its place in the file."""
    with pytest.raises(SpecError, match=rf"house\.yaml:\d.*{message}"):
        World(tmp_path, SPEC, {OWN: f"labels: {{}}\nmetrics:\n  words: {row}\n"})


def test_a_dialect_needs_its_file(tmp_path: Path) -> None:
    """A name alone means nothing."""
    with pytest.raises(SpecError, match="FA037"):
        World(tmp_path, SPEC)


def test_every_metric_has_one_name() -> None:
    """Two stages cannot declare the same."""
    names = [metric.name for stage in STAGES.values() for metric in stage.metrics]

    assert sorted(set(names)) == sorted(names)
    assert set(names) == set(declared_metrics(STAGES))
