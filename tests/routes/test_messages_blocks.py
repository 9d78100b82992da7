"""/v1/messages: each block of a conversation is read, wherever it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from tests.harness import Answer, World

TEXT: Final[Any] = {"type": "text", "text": "one two three four five"}
RESULT: Final[Any] = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "cloudless"}
DOCUMENT: Final[Any] = {
    "type": "document",
    "title": "Whales",
    "source": {"type": "text", "media_type": "text/plain", "data": TEXT["text"]},
}
PIECES: Final[Any] = {"type": "document", "source": {"type": "content", "content": [TEXT, TEXT]}}
FOUND: Final[Any] = {
    "type": "search_result",
    "source": "whales",
    "title": "Whales",
    "content": [TEXT, TEXT],
}


async def ask(world: World, content: list[Any], path: str = "/v1/messages") -> Answer:
    """Send what a user says after a call."""
    call = {"type": "tool_use", "id": "toolu_1", "name": "sky", "input": {}}
    messages = [
        {"role": "user", "content": "How is the sky?"},
        {"role": "assistant", "content": [call]},
        {"role": "user", "content": content},
    ]
    tools = [{"name": "sky", "input_schema": {"type": "object"}}]
    body = {"model": "all-round", "max_tokens": 200, "messages": messages, "tools": tools}
    if path.endswith("count_tokens"):
        del body["max_tokens"]
    return await world.send("POST", path, body)


async def counted(world: World, content: list[Any]) -> int:
    """Return the tokens of what a user says."""
    answer = await ask(world, content, "/v1/messages/count_tokens")
    tokens: int = answer.json["input_tokens"]
    return tokens


def holding(*parts: Any) -> Any:
    """Return the result of a tool that holds parts."""
    return {**RESULT, "content": list(parts)}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ([TEXT, RESULT], 6),
        ([RESULT, TEXT], 6),
        ([RESULT, TEXT, RESULT], 7),
        ([holding(TEXT)], 5),
        ([holding(DOCUMENT)], 6),
        ([holding(PIECES)], 10),
        ([holding(FOUND)], 12),
        ([RESULT, FOUND], 13),
        ([RESULT, DOCUMENT], 7),
    ],
    ids=str,
)
async def test_each_block_counts(world: World, content: list[Any], words: int) -> None:
    """Every word of it, and what it is called."""
    nothing = {**RESULT, "content": ""}

    assert words == await counted(world, content) - await counted(world, [nothing])


@pytest.mark.parametrize(
    "content", [[TEXT, RESULT], [holding(FOUND)], [holding(DOCUMENT)]], ids=str
)
async def test_what_stands_in_a_result_is_answered(world: World, content: list[Any]) -> None:
    """In text, by its words, also where the user says something before it."""
    answer = (await ask(world, content)).json
    said = answer["content"][0]["text"]

    assert "end_turn" == answer["stop_reason"]
    assert "cloudless" in said or TEXT["text"] in said


@pytest.mark.parametrize(
    ("part", "param"),
    [
        ({**FOUND, "content": 5}, "content"),
        ({**FOUND, "content": [{"type": "text"}]}, "text"),
        ({"type": "document"}, "source"),
    ],
)
async def test_a_part_that_is_none_is_refused(world: World, part: Any, param: str) -> None:
    """In a message, and in the result of a tool."""
    for content in ([RESULT, part], [holding(part)]):
        answer = await ask(world, content)

        assert 400 == answer.status
        assert f"{param}: " in answer.json["error"]["message"]


async def test_the_system_may_speak_in_the_middle(world: World) -> None:
    """Its words count; one that only changes settings has none."""
    first = {"role": "user", "content": "Hi"}
    added: Any = [
        {"role": "system", "content": "one two three"},
        {"role": "system", "content": [TEXT]},
        {"role": "system", "output_config": {"effort": "xhigh"}},
    ]
    path, body = "/v1/messages/count_tokens", {"model": "all-round"}
    alone = (await world.send("POST", path, {**body, "messages": [first]})).json
    both = (await world.send("POST", path, {**body, "messages": [first, *added]})).json

    assert 8 == both["input_tokens"] - alone["input_tokens"]


async def test_a_set_of_tools_needs_no_name(world: World) -> None:
    """What a single tool of the provider's does."""
    body = {"model": "all-round", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}
    tools = ["browser_toolset_20260801", "bash_20250124"]
    answers = [
        await world.send("POST", "/v1/messages", {**body, "tools": [{"type": kind}]})
        for kind in tools
    ]

    assert [200, 400] == [answer.status for answer in answers]


async def choose(world: World, choice: Any, **fields: Any) -> Answer:
    """Ask with a choice of tool."""
    body = {"model": "all-round", "max_tokens": 60, "messages": [{"role": "user", "content": "Hi"}]}
    return await world.send("POST", "/v1/messages", {**body, "tool_choice": choice, **fields})


@pytest.mark.parametrize("choice", [{"type": "any"}, {"type": "tool", "name": "bash"}])
async def test_no_tool_can_be_forced_where_there_is_none(world: World, choice: Any) -> None:
    """Whether the list is missing or empty."""
    answers = [await choose(world, choice), await choose(world, choice, tools=[])]

    assert [400, 400] == [answer.status for answer in answers]
    assert "while providing tools" in answers[0].json["error"]["message"]
    assert 200 == (await choose(world, {"type": "auto"})).status


@pytest.mark.parametrize(
    ("kind", "name", "given"),
    [
        ("bash_20250124", "bash", {"command": "pwd"}),
        (
            "text_editor_20250728",
            "str_replace_based_edit_tool",
            {"command": "view", "path": "/memories"},
        ),
        ("computer_20250124", "computer", {"action": "screenshot"}),
        ("web_search_20250305", "web_search", {}),
    ],
)
async def test_a_tool_of_the_providers_can_be_forced(
    world: World, kind: str, name: str, given: Any
) -> None:
    """Its call asks for what harms nobody; left to itself, the model does not call it."""
    tools = [{"type": kind, "name": name}]
    forced = (await choose(world, {"type": "tool", "name": name}, tools=tools)).json
    free = (await choose(world, {"type": "auto"}, tools=tools)).json

    assert [(name, given)] == [(block["name"], block["input"]) for block in forced["content"]]
    assert ["text"] == [block["type"] for block in free["content"]]
