"""pricing: cost follows usage and the declared prices, exactly."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path


async def cost_of(world: World) -> float:
    """Return the cost of ten prompt tokens and five of output, as the log has it."""
    await world.chat("word " * 10, max_tokens=5, ignore_eos=True)
    return float(str(world.log.lines[-1][2]["cost_usd"]))


async def test_prices_are_per_million_tokens(tmp_path: Path) -> None:
    """`input` and `output` each count their own tokens."""
    overlay = "pricing: { gpt-4o: { input: 2, output: 3 } }\n"

    assert float(Decimal("0.000035")) == await cost_of(World(tmp_path, overlay))


async def test_a_model_without_a_price_costs_nothing(tmp_path: Path) -> None:
    """`pricing: null` on the model takes the price away."""
    assert 0.0 == await cost_of(World(tmp_path, "models: { gpt-4o: { pricing: null } }\n"))


async def test_without_prices_the_stage_is_compiled_away(tmp_path: Path) -> None:
    """A spec may leave prices out altogether."""
    world = World(tmp_path, "pricing: false\nmodels: null\n")
    chat = next(e for e in world.engine.endpoints if e.name == "chat_completions")

    assert [None] == [p.steps for p in chat.stages if p.stage.name == "pricing"]
