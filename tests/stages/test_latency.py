"""latency: when tokens are due, from the model's profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path


def profile(text: str) -> str:
    """Return an overlay whose default profile is the given one."""
    return f"latency: {{ default: mine, profiles: {{ mine: {text} }} }}\n"


async def times(world: World, **fields: object) -> list[float]:
    """Return when each part of a stream of three tokens came."""
    answer = await world.chat("word " * 100, stream=True, max_tokens=3, **fields)
    return [round(time, 6) for time, part in answer.parts if part]


async def test_the_prompt_takes_time_by_its_tokens(tmp_path: Path) -> None:
    """TTFT is the overhead plus the uncached prompt tokens times their own time."""
    overlay = profile("{ ttft: { overhead: 500ms, per_uncached_token: 2ms }, itl: 0ms }")

    assert {0.7} == set(await times(World(tmp_path, overlay)))


async def test_ttft_can_be_a_duration_or_a_distribution(tmp_path: Path) -> None:
    """A lone duration is constant; a distribution is drawn for every request."""
    constant = await times(World(tmp_path, profile("{ ttft: 2s, itl: 1s }")))
    uniform = profile("{ ttft: { distribution: uniform, min: 5s, max: 6s }, itl: 1s }")
    drawn = await times(World(tmp_path, uniform))

    assert [2.0, 3.0, 4.0] == constant
    assert 5.0 <= drawn[0] <= 6.0


async def test_itl_is_drawn_for_every_token(tmp_path: Path) -> None:
    """Gaps differ, and repeat for the same request."""
    overlay = profile("{ ttft: 1s, itl: { distribution: lognormal, median: 1s, sigma: 0.5 } }")
    one = await times(World(tmp_path, overlay))
    two = await times(World(tmp_path, overlay))

    assert one == two
    assert one[1] - one[0] != one[2] - one[1]


async def test_a_model_has_its_own_profile(tmp_path: Path) -> None:
    """`models.*.latency` goes before `latency.default`."""
    overlay = """
latency: { default: slow, profiles: { slow: { ttft: 9s }, fast: { ttft: 1s } } }
models: { gpt-4o: { latency: fast } }
"""

    assert {1.0} == set(await times(World(tmp_path, overlay)))


async def test_plain_and_streamed_take_the_same_time(tmp_path: Path) -> None:
    """The same draws are made for both."""
    overlay = profile("{ ttft: 1s, itl: { distribution: exponential, mean: 1s } }")
    world = World(tmp_path, overlay)
    last = (await times(world))[-1]
    before = world.clock.now()
    plain = await world.chat("word " * 100, max_tokens=3)

    assert last == round(plain.parts[0][0] - before, 6)
