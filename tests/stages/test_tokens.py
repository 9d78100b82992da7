"""tokens: the prompt is counted and kept inside the context window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fakeai.sim.blocks import BlockHasher
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from fakeai.sim.blocks import KeyedText

SMALL = "models: { small: { context_window: 20, max_output_tokens: 15 } }\n"


async def ask(world: World, content: str, **fields: object) -> tuple[int, Any]:
    """Return status and body of a chat with the small model."""
    messages = [{"role": "user", "content": content}]
    answer = await world.send(
        "POST", "/v1/chat/completions", {"model": "small", "messages": messages, **fields}
    )
    return answer.status, answer.json


async def test_words_and_punctuation_are_counted(tmp_path: Path) -> None:
    """The heuristic counter finds two words and a comma and a mark."""
    answer = await World(tmp_path).chat("Hello, world!")

    assert 4 == answer.json["usage"]["prompt_tokens"]


async def test_the_counter_of_the_model_counts(tmp_path: Path) -> None:
    """`tokenizer` names another counter, and its keys change the count."""
    overlay = """
tokens: { counters: { eights: { kind: characters, ratio: 8 } } }
models: { gpt-4o: { tokenizer: eights } }
"""
    answer = await World(tmp_path, overlay).chat("x" * 80)

    assert 10 == answer.json["usage"]["prompt_tokens"]


async def test_the_default_counter_can_be_another(tmp_path: Path) -> None:
    """`tokens.default` holds for models that name none."""
    answer = await World(tmp_path, "tokens: { default: characters }\n").chat("x" * 80)

    assert 20 == answer.json["usage"]["prompt_tokens"]


async def test_a_prompt_beyond_the_window_is_refused(tmp_path: Path) -> None:
    """The wording gives the window and how much was asked for."""
    status, body = await ask(World(tmp_path, SMALL), "word " * 25)

    assert 400 == status
    assert "context_length_exceeded" == body["error"]["code"]
    assert "maximum context length is 20 tokens" in body["error"]["message"]
    assert "25" in body["error"]["message"]


async def test_prompt_and_output_together_must_fit(tmp_path: Path) -> None:
    """18 + 2 fit into 20, 18 + 3 do not."""
    world = World(tmp_path, SMALL)

    assert 200 == (await ask(world, "word " * 18, max_tokens=2))[0]
    assert 400 == (await ask(world, "word " * 18, max_tokens=3))[0]


async def test_more_output_than_the_model_has_is_refused(tmp_path: Path) -> None:
    """`max_output_tokens` bounds what may be asked for; the param is the one that was sent."""
    status, body = await ask(World(tmp_path, SMALL), "word", max_completion_tokens=16)

    assert (422, "max_completion_tokens") == (status, body["error"]["param"])


async def test_an_answer_never_leaves_the_window(tmp_path: Path) -> None:
    """Without a limit of its own, an answer ends where the window does."""
    status, body = await ask(World(tmp_path, SMALL), "word " * 14, ignore_eos=True)

    assert 200 == status
    assert 6 == body["usage"]["completion_tokens"]


WEATHER = {
    "name": "get_weather",
    "description": "Current weather",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
}


async def test_tools_count_by_the_words_of_their_definitions(tmp_path: Path) -> None:
    """Beside them there is a declared number for the request and one for each tool."""
    none = "tokens: { tools: { per_request: 0, per_tool: 0 } }\n"
    some = "tokens: { tools: { per_request: 100, per_tool: 10 } }\n"
    tools = [{"type": "function", "function": WEATHER}] * 2
    counts = []
    for overlay, offers in ((none, []), (none, tools), (some, []), (some, tools)):
        answer = await World(tmp_path, overlay).chat("Hello", tools=offers)
        counts.append(answer.json["usage"]["prompt_tokens"])

    assert [1, 1 + 2 * 9, 1, 1 + 2 * 9 + 120] == counts


async def test_a_count_of_tokens_is_what_the_request_has(tmp_path: Path) -> None:
    """Tools count there as they do in the request itself."""
    tool = {**WEATHER, "input_schema": WEATHER["parameters"]}
    body = {
        "model": "claude-sonnet-4-5",
        "system": "Be brief.",
        "messages": [{"role": "user", "content": "Hello"}],
        "tools": [tool],
    }
    world = World(tmp_path)
    answer = await world.send("POST", "/v1/messages", {**body, "max_tokens": 9})
    counted = await world.send("POST", "/v1/messages/count_tokens", body)

    assert answer.json["usage"]["input_tokens"] == counted.json["input_tokens"]
    assert 20 < counted.json["input_tokens"]


async def test_equal_requests_count_alike_and_share_nothing(tmp_path: Path) -> None:
    """What one answer adds to its usage is not in the next one's."""
    world = World(tmp_path)
    usages = [
        (await world.chat("Why do whales sing? " * 300, max_tokens=10)).json["usage"]
        for _ in range(3)
    ]

    assert 1 == len({usage["prompt_tokens"] for usage in usages})
    assert [10, 10, 10] == [usage["completion_tokens"] for usage in usages]
    cached = [usage["prompt_tokens_details"]["cached_tokens"] for usage in usages]
    assert 0 == cached[0] < cached[1] == cached[2]


async def test_a_prompt_has_the_same_count_with_a_cache_as_without(tmp_path: Path) -> None:
    """Once a model has blocks they count its prompts, whitespace and short ones too."""
    contents = ["Hello, world! " * 30, "   ", "a b\n" * 40 + "  ", "no", "漢字 and words " * 9]
    fleet = "kv_cache: { default: main, pools: { main: { block_size: 4 } } }\n"
    plain, cached = World(tmp_path, "kv_cache: null\n"), World(tmp_path, fleet)
    counts = [
        [(await world.chat(content)).json["usage"]["prompt_tokens"] for content in contents]
        for world in (plain, cached)
    ]

    assert counts[0] == counts[1]


async def test_a_prompt_is_cut_once_for_count_and_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the count has cut is what the cache looks for."""
    cut: list[list[str]] = []
    prompt = BlockHasher.prompt

    def counted(hasher: BlockHasher, texts: list[str]) -> KeyedText:
        cut.append(texts)
        return prompt(hasher, texts)

    monkeypatch.setattr(BlockHasher, "prompt", counted)
    world = World(tmp_path, "kv_cache: { default: main, pools: { main: {} } }\n")
    for content in ("first", "second"):
        await world.chat(content)
    await world.send("POST", "/v1/completions", {"model": "gpt-4o", "prompt": "third"})

    assert [["first"], ["second"], ["third"]] == cut
