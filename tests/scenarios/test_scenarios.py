"""Scenarios: stories of one endpoint, each a YAML file beside its like.

`send` is the method and the path, `headers` and `body` go with it; `status` and `answer` are what
is expected. `answer` is a part of the body: maps may have more keys, lists have as many items.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from fakeai.core.document import plain, read
from tests.harness import World

FOLDER = Path(__file__).parent


class Scenario(msgspec.Struct, forbid_unknown_fields=True):
    """A request and what is expected of the answer."""

    send: str
    status: int
    headers: dict[str, str] = {}
    body: Any = None
    answer: Any = None
    overlay: dict[str, Any] = {}
    """Sections that lie over the built-in spec."""


def differences(expected: Any, actual: Any, path: str = "answer") -> list[str]:
    """Return where an answer does not have what is expected of it."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return [
            found
            for key, value in expected.items()
            for found in differences(value, actual.get(key), f"{path}.{key}")
        ]
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        pairs = enumerate(zip(expected, actual, strict=True))
        return [found for at, pair in pairs for found in differences(*pair, f"{path}[{at}]")]
    return [] if expected == actual else [f"{path}: expected {expected!r}, got {actual!r}"]


def scenarios() -> list[Path]:
    """Return the files: `<protocol>/<endpoint>/<story>.yaml`."""
    return sorted(FOLDER.glob("*/*/*.yaml"))


@pytest.mark.parametrize("file", scenarios(), ids=lambda f: str(f.relative_to(FOLDER)))
async def test_scenario(file: Path, tmp_path: Path) -> None:
    """The answer has the status and all that is expected of it."""
    scenario = msgspec.convert(plain(read(file)), Scenario)
    overlay = "".join(
        f"{name}: {msgspec.json.encode(section).decode()}\n"
        for name, section in scenario.overlay.items()
    )
    world = World(tmp_path, overlay)
    method, _, path = scenario.send.partition(" ")
    answer = await world.send(method, path, scenario.body, headers=scenario.headers)

    assert scenario.status == answer.status
    assert [] == ([] if scenario.answer is None else differences(scenario.answer, answer.json))


def test_a_scenario_belongs_to_an_endpoint(tmp_path: Path) -> None:
    """Its folders are those of the row's protocol and of the row."""
    rows = {(row.row.protocol, row.name) for row in World(tmp_path).engine.endpoints}

    assert {(file.parts[-3], file.parts[-2]) for file in scenarios()} <= rows


def test_what_is_missing_is_found() -> None:
    """At its path; what was not asked for does not matter."""
    actual = {"a": [{"b": 1, "c": 2}], "d": 3}

    assert [] == differences({"a": [{"b": 1}]}, actual)
    assert ["answer.a[0].b: expected 2, got 1"] == differences({"a": [{"b": 2}]}, actual)
    assert ["answer.e: expected 1, got None"] == differences({"e": 1}, actual)
