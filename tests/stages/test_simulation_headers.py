"""simulation_headers: what the simulation did, on the response."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path


async def test_worker_hit_and_cost_are_shown(tmp_path: Path) -> None:
    """Streams bear the headers too; the hit is the worker's, not the reported one."""
    world = World(tmp_path)
    await world.chat("word " * 100)
    plain, streamed = [await world.chat("word " * 100, stream=s) for s in (False, True)]

    assert plain.headers["x-fakeai-cost"] == streamed.headers["x-fakeai-cost"]
    assert [("main-0", "96"), ("main-0", "96")] == [
        (answer.headers["x-fakeai-worker"], answer.headers["x-fakeai-cached-tokens"])
        for answer in (plain, streamed)
    ]


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        ("1", "0.00001"),
        ("1_000_000", "10"),
        ("100_000", "1"),
        ("0", "0"),
        ("1e-7", "0.000000000001"),
        ("1e+21", "10000000000000000"),
        ("12.345", "0.00012345"),
    ],
)
async def test_a_cost_has_all_its_digits(tmp_path: Path, price: str, expected: str) -> None:
    """And no exponent, however small or large it is, nor zeros that say nothing."""
    world = World(tmp_path, f"pricing: {{ gpt-4o: {{ input: {price}, output: 0 }} }}\n")
    headers = (await world.chat("word " * 10)).headers

    assert expected == headers["x-fakeai-cost"]


async def test_each_header_has_its_name_or_none(tmp_path: Path) -> None:
    """The spec names each header, and null leaves it out."""
    overlay = "simulation_headers: { worker: x-w, cached_tokens: null, cost: x-c }\n"
    headers = (await World(tmp_path, overlay).chat()).headers
    other = "simulation_headers: { worker: null, cached_tokens: x-t, cost: null }\n"
    rest = (await World(tmp_path, other).chat()).headers

    assert {"x-w", "x-c"} == {name for name in headers if name in {"x-w", "x-t", "x-c"}}
    assert {"x-t"} == {name for name in rest if name in {"x-w", "x-t", "x-c"}}
    assert not [name for name in (*headers, *rest) if name.startswith("x-fakeai")]


async def test_the_section_can_be_switched_off(tmp_path: Path) -> None:
    """Without the section there are none."""
    headers = (await World(tmp_path, "simulation_headers: null\n").chat()).headers

    assert not [name for name in headers if name.startswith("x-fakeai")]
