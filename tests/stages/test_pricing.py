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


async def test_prices_of_all_sizes_add_up_exactly(tmp_path: Path) -> None:
    """Ten tokens at one price and five at another, of as many digits as a number has."""
    prices = "input: 0.1234567890123457, output: 98765.4321"
    world = World(tmp_path, f"pricing: {{ gpt-4o: {{ {prices} }} }}\n")
    answer = await world.chat("word " * 10, max_tokens=5, ignore_eos=True)
    expected = (10 * Decimal("0.1234567890123457") + 5 * Decimal("98765.4321")) / 10**6

    assert expected == Decimal(answer.headers["x-fakeai-cost"])


async def test_without_prices_the_stage_is_compiled_away(tmp_path: Path) -> None:
    """A spec may leave prices out altogether."""
    world = World(tmp_path, "pricing: false\nmodels: null\n")
    chat = next(e for e in world.engine.endpoints if e.name == "chat_completions")

    assert [None] == [p.steps for p in chat.stages if p.stage.name == "pricing"]


async def test_the_cost_is_told_in_a_header(tmp_path: Path) -> None:
    """Every digit of it; what is free has no header."""
    overlay = "pricing: { gpt-4o: { input: 0.1, output: 0 }, gpt-4: { input: 0, output: 0 } }"
    world = World(tmp_path, overlay)
    priced = await world.chat("one two three")
    free = await world.chat("one two three", model="gpt-4")

    assert "0.0000003" == priced.headers["x-fakeai-cost"]
    assert "0" == free.headers["x-fakeai-cost"]


async def message_cost(folder: Path, prices: str, **fields: object) -> str:
    """Return the cost of a message with a prompt of three tokens."""
    pool = "kv_cache: { pools: { main: { block_size: 1, prompt_cache: { minimum: 0 } } } }"
    world = World(folder, f"{pool}\npricing: {{ claude-opus-4-5: {{ {prices} }} }}")
    body = {
        "model": "claude-opus-4-5",
        "max_tokens": 2000,
        "messages": [{"role": "user", "content": "one two three"}],
        **fields,
    }
    answer = await world.send("POST", "/v1/messages", body)
    return answer.headers.get("x-fakeai-cost", "0")


async def test_a_prompt_that_is_to_be_kept_has_its_own_price(tmp_path: Path) -> None:
    """Without one it costs as any other."""
    kept = {"cache_control": {"type": "ephemeral"}}
    prices = "input: 1, output: 0, cache_write: 2, cached_input: 0"

    assert "0.000006" == await message_cost(tmp_path, prices, **kept)
    assert "0.000003" == await message_cost(tmp_path, prices)
    assert "0.000003" == await message_cost(
        tmp_path, "input: 1, output: 0, cache_write: null", **kept
    )


async def test_reasoning_has_its_own_price(tmp_path: Path) -> None:
    """Visible tokens do not have it."""
    thinking = {"thinking": {"type": "enabled", "budget_tokens": 1024}}
    prices = "input: 0, output: 0, cached_input: 0, cache_write: 0, reasoning: 1"

    assert 0 < Decimal(await message_cost(tmp_path, prices, **thinking))
    assert "0" == await message_cost(tmp_path, prices)


async def test_cached_tokens_have_their_own_price(tmp_path: Path) -> None:
    """The hit on the chosen worker is what is priced."""
    overlay = """
kv_cache: { pools: { main: { block_size: 16, prompt_cache: { minimum: 0, rounding: 1 } } } }
pricing: { gpt-4o: { input: 2, cached_input: 1 } }
models: { gpt-4o: { pricing: gpt-4o } }
"""
    world = World(tmp_path, overlay)
    prompt = " ".join(f"a{number}" for number in range(100))
    answers = [await world.chat(prompt, max_tokens=1) for _ in range(2)]

    assert ["0.00021", "0.000114"] == [each.headers["x-fakeai-cost"] for each in answers]


async def test_sound_has_prices_of_its_own(tmp_path: Path) -> None:
    """Ten tokens heard at one price; of the answer, the words at none and the sound at another."""
    prices = "input: 5, output: 0, audio_input: 100, audio_output: 1000"
    world = World(tmp_path, f"pricing: {{ gpt-4o-audio: {{ {prices} }} }}\n")
    sound = {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}
    answer = await world.chat(
        [{"type": "text", "text": "one two"}, sound],
        model="gpt-4o-audio-preview",
        modalities=["text", "audio"],
        audio={"voice": "alloy", "format": "mp3"},
    )
    usage = answer.json["usage"]
    heard = usage["prompt_tokens_details"]["audio_tokens"]
    spoken = usage["completion_tokens_details"]["audio_tokens"]

    assert 100 == heard
    assert Decimal(answer.headers["x-fakeai-cost"]) == Decimal(10 + 10_000 + 1000 * spoken) / 10**6
