"""/v1/messages: what is kept of a prompt, and what usage tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

MARK: Final = {"type": "ephemeral"}
LONG_MARK: Final = {"type": "ephemeral", "ttl": "1h"}
WORDS: Final = " ".join([f"w{number}" for number in range(2001)])
SMALL: Final = "kv_cache: { pools: { main: { prompt_cache: { minimum: 32, rounding: 1 } } } }"
ASKED: Final = {"role": "user", "content": "Three more words"}


def text(words: str, **fields: Any) -> dict[str, Any]:
    """Return a block of text."""
    return {"type": "text", "text": words, **fields}


def marked(words: str, mark: Any = MARK) -> dict[str, Any]:
    """Return a block of text that ends what is to be kept."""
    return text(words, cache_control=mark)


async def usage_of(world: World, **fields: Any) -> Any:
    """Ask for a message; return what its usage tells of the input."""
    body = {"model": "claude-sonnet-4-5", "max_tokens": 4, "messages": [ASKED], **fields}
    return (await world.send("POST", "/v1/messages", body)).json["usage"]


def told(usage: Any) -> tuple[int, int, int]:
    """Return the tokens after the last mark, those written, and those read."""
    return (
        usage["input_tokens"],
        usage["cache_creation_input_tokens"],
        usage["cache_read_input_tokens"],
    )


async def count(world: World, **fields: Any) -> int:
    """Return how many tokens a prompt has."""
    body = {"model": "claude-sonnet-4-5", "messages": [ASKED], **fields}
    answer = await world.send("POST", "/v1/messages/count_tokens", body)
    return int(answer.json["input_tokens"])


async def test_a_short_prompt_is_never_kept(tmp_path: Path) -> None:
    """Under the minimum of the pool a mark means nothing."""
    world = World(tmp_path)

    for _ in range(3):
        assert (5, 0, 0) == told(await usage_of(world, system=[marked("Be brief")]))


async def test_what_is_kept_is_written_once_and_read_from_then_on(tmp_path: Path) -> None:
    """What comes after the mark is neither, and a new one after it changes nothing."""
    world = World(tmp_path)
    others = [{"role": "user", "content": "Other words, four"}]
    usages = [
        await usage_of(world, system=[marked(WORDS)], messages=messages)
        for messages in ([ASKED], [ASKED], others)
    ]

    assert [(3, 2001, 0), (3, 0, 2001), (4, 0, 2001)] == list(map(told, usages))


async def test_the_price_follows_what_is_told(tmp_path: Path) -> None:
    """Written tokens cost more than others, those read less, and those after the mark as ever."""
    world = World(tmp_path, "pricing: { claude-sonnet: { output: 0 } }")
    body = {"model": "claude-sonnet-4-5", "max_tokens": 1, "messages": [ASKED]}
    costs = [
        (await world.send("POST", "/v1/messages", {**body, "system": system})).headers[
            "x-fakeai-cost"
        ]
        for system in ([marked(WORDS)], [marked(WORDS)], [text(WORDS)])
    ]
    written, read, fresh = 2001 * 3.75, 2001 * 0.3, 2001 * 3

    expected = [(each + 9) / 1e6 for each in (written, read, fresh)]

    assert pytest.approx(expected) == list(map(float, costs))


async def test_without_a_mark_nothing_is_told(tmp_path: Path) -> None:
    """The worker has it cached all the same, which is shown as what the simulation did."""
    world = World(tmp_path)
    body = {"model": "claude-sonnet-4-5", "max_tokens": 1, "messages": [ASKED], "system": WORDS}
    answers = [await world.send("POST", "/v1/messages", body) for _ in range(2)]

    assert [(2004, 0, 0)] * 2 == [told(answer.json["usage"]) for answer in answers]
    assert ["0", "2000"] == [each.headers["x-fakeai-cached-tokens"] for each in answers]


async def test_a_hit_of_less_than_all_is_read_and_the_rest_is_written(tmp_path: Path) -> None:
    """A mark further on keeps more, from where the cache ends."""
    world = World(tmp_path)
    await usage_of(world, system=[marked(WORDS)])
    longer = await usage_of(world, system=[text(WORDS), marked(WORDS)])

    assert (3, 4002 - 1920, 1920) == told(longer)  # 2000 are cached, as multiples of 128


async def test_long_and_short_are_told_apart(tmp_path: Path) -> None:
    """What is kept for an hour comes first; both are told in the stream's first event, too."""
    world = World(tmp_path)
    fields = {
        "system": [marked(WORDS, LONG_MARK)],
        "messages": [{"role": "user", "content": [marked("Now in words of one"), text("So?")]}],
    }
    body = {"model": "claude-sonnet-4-5", "max_tokens": 4, "stream": True, **fields}
    streamed = (await world.send("POST", "/v1/messages", body)).chunks
    begun, ended = streamed[0]["message"]["usage"], streamed[-2]["usage"]
    read = await usage_of(world, **fields)

    assert (2, 2006, 0) == told(begun) == told(ended)
    assert {"ephemeral_5m_input_tokens": 5, "ephemeral_1h_input_tokens": 2001} == (
        begun["cache_creation"]
    )
    assert (2, 0, 2006) == told(read)
    assert {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0} == (
        read["cache_creation"]
    )


async def test_any_counter_finds_all_of_it_again(tmp_path: Path) -> None:
    """Forty texts of 51 tokens each have fewer when they are joined."""
    world = World(tmp_path, "models: { claude-sonnet-4-5: { tokenizer: characters } }")
    turns: list[Any] = [{"role": "user", "content": "a" * 201}] * 39
    turns.append({"role": "user", "content": [marked("a" * 201)]})
    usages = [
        await usage_of(world, messages=[*turns, {"role": "user", "content": tail * 100}])
        for tail in ("b", "c")
    ]

    assert [(25, 2040, 0), (25, 0, 2040)] == list(map(told, usages))


TOOL: Final = {"name": "find", "description": WORDS, "input_schema": {"type": "object"}}
USE: Final = {"type": "tool_use", "id": "toolu_1", "name": "find", "input": {"what": WORDS}}
RESULT: Final = {"type": "tool_result", "tool_use_id": "toolu_1", "content": WORDS}
IMAGE: Final = {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}
FILE: Final = {"type": "document", "source": {"type": "file", "file_id": "file_1"}}


@pytest.mark.parametrize(
    ("fields", "after"),
    [
        ({"tools": [{**TOOL, "cache_control": MARK}]}, 3),
        ({"tools": [{**TOOL, "cache_control": MARK}], "system": "And four more words"}, 7),
        ({"system": [marked(WORDS), text("And four more words")]}, 7),
        ({"system": WORDS, "cache_control": MARK}, 0),
        ({"messages": [{"role": "user", "content": [marked(WORDS), text("two more")]}]}, 2),
        (
            {"messages": [{"role": "user", "content": [{**RESULT, "cache_control": MARK}]}, ASKED]},
            3,
        ),
        (
            {"messages": [{"role": "user", "content": [{**RESULT, "content": [marked(WORDS)]}]}]},
            0,
        ),
        (
            {
                "system": WORDS,
                "messages": [
                    {"role": "user", "content": [{**IMAGE, "cache_control": MARK}, text("What?")]}
                ],
            },
            2,
        ),
        (
            {
                "system": WORDS,
                "messages": [
                    {"role": "user", "content": [{**FILE, "cache_control": MARK}, text("What?")]}
                ],
            },
            2,
        ),
    ],
)
async def test_a_mark_may_stand_wherever_a_block_does(
    tmp_path: Path, fields: dict[str, Any], after: int
) -> None:
    """All of the prompt up to its end is written, then read; `count_tokens` counts all of it."""
    world = World(tmp_path)
    messages = fields.get("messages", [])
    if messages and messages[0]["content"][0]["type"] == "tool_result":
        call = {"role": "assistant", "content": [{**USE, "input": {}}]}
        fields = {**fields, "messages": [ASKED, call, *messages]}
    whole = await count(world, **fields)
    first, second = [told(await usage_of(world, **fields)) for _ in range(2)]

    assert (after, whole - after, 0) == first
    assert (after, 0, whole - after) == second


async def test_a_mark_on_a_call_keeps_the_call(tmp_path: Path) -> None:
    """Its name and arguments are part of what is kept."""
    world = World(tmp_path)
    call = {"role": "assistant", "content": [text("So."), {**USE, "cache_control": MARK}]}
    messages = [ASKED, call, {"role": "user", "content": [{**RESULT, "content": "two words"}]}]
    whole = await count(world, messages=messages)
    first, second = [told(await usage_of(world, messages=messages)) for _ in range(2)]

    assert [(2, whole - 2, 0), (2, 0, whole - 2)] == [first, second]


BLOCKS: Final = st.lists(
    st.builds(
        lambda words, mark: {**text(words), **({"cache_control": mark} if mark else {})},
        st.sampled_from(["one", "two, words.", " ".join(["many"] * 40), WORDS[:200]]),
        st.sampled_from([None, None, MARK]),
    ),
    min_size=1,
    max_size=3,
)
TURNS: Final = st.lists(BLOCKS, min_size=1, max_size=3)


def unmarked(blocks: list[Any]) -> list[Any]:
    """Return blocks without their marks."""
    return [text(block["text"]) for block in blocks]


def in_turns(turns: list[list[Any]]) -> list[Any]:
    """Return messages, by turns of the user and the assistant."""
    roles = ("user", "assistant")
    return [{"role": roles[n % 2], "content": turn} for n, turn in enumerate(turns)]


async def kept_tokens(world: World, system: list[Any], turns: list[list[Any]]) -> int:
    """Return how many tokens stand before the end of the last mark."""
    blocks = [(0, place, block) for place, block in enumerate(system)]
    blocks += [(n, m, b) for n, turn in enumerate(turns, 1) for m, b in enumerate(turn)]
    ends = [(number, place) for number, place, block in blocks if "cache_control" in block]
    if not ends:
        return 0
    number, place = ends[-1]
    asked = await count(world)
    if number == 0:
        return await count(world, system=system[: place + 1]) - asked
    cut = [*turns[: number - 1], turns[number - 1][: place + 1]]
    return await count(world, system=system, messages=in_turns(cut))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    counter=st.sampled_from(["heuristic", "characters"]),
    system=BLOCKS,
    turns=TURNS,
    stream=st.booleans(),
)
async def test_what_is_told_adds_up(
    tmp_path: Path, counter: str, system: list[Any], turns: list[Any], stream: bool
) -> None:
    """All prompt tokens are written, read or neither; a repetition reads what was written."""
    world = World(tmp_path, f"{SMALL}\nmodels: {{ claude-sonnet-4-5: {{ tokenizer: {counter} }} }}")
    fields = {"system": system, "messages": in_turns(turns)}
    whole, kept = await count(world, **fields), await kept_tokens(world, system, turns)
    kept = kept if kept >= 32 else 0
    body = {"model": "claude-sonnet-4-5", "max_tokens": 4, **fields}
    first = (await world.send("POST", "/v1/messages", {**body, "stream": stream})).body
    answer = (await world.send("POST", "/v1/messages", body)).json
    bare = {**body, "system": unmarked(system), "messages": in_turns(list(map(unmarked, turns)))}
    plain = (await world.send("POST", "/v1/messages", bare)).json

    assert f'"input_tokens":{whole - kept},"cache_creation_input_tokens":{kept},'.encode() in first
    assert (whole - kept, 0, kept) == told(answer["usage"])
    assert (whole, 0, 0) == told(plain["usage"])
    assert answer["content"] == plain["content"]
