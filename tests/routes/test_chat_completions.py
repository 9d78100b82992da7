"""/v1/chat/completions: what holds for the answer to any valid request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakeai.sim.tokens import HeuristicCounter
from tests.routes.drawing import TEXTS, listed, schema_of, values
from tests.routes.joining import joined
from tests.routes.modes import Published, plain_and_streamed

if TYPE_CHECKING:
    from tests.harness import Answer, World

FILE: Final = "openai/chat_completions.yaml"
REQUEST: Final = schema_of(FILE, "request")
VALID_REQUEST: Final = jsonschema_rs.validator_for(REQUEST)
PUBLISHED: Final = Published(FILE)

NAMES: Final = ["get_weather", "tell-a_joke", "x"]
SCHEMAS: Final[list[Any]] = [
    {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    {"type": "object", "properties": {"n": {"enum": [1, None]}, "at": {"format": "date"}}},
    {"type": "object"},
    None,
]
CHOICES: Final[list[Any]] = [
    "required",
    "auto",
    {"type": "function", "function": {"name": "x"}},
    {"type": "custom", "custom": {"name": "x"}},
    {
        "type": "allowed_tools",
        "allowed_tools": {
            "mode": "required",
            "tools": [{"type": "function", "function": {"name": "x"}}],
        },
    },
    "none",
]
GRAMMARS: Final = [
    {"syntax": "regex", "definition": "[a-z]{3,5}"},
    {"syntax": "lark", "definition": 'start: "x" | "y" start'},
]
POOLS: Final = {
    "model": st.sampled_from(["all-round", "by-characters"]),
    "name": st.sampled_from(NAMES),
    "stream": st.booleans(),
    "modalities": st.sampled_from([["text"], None]),
    "n": st.sampled_from([2, 3, 1, None]),
    "tool_choice": st.sampled_from(CHOICES),
    "function_call": st.sampled_from(["auto", {"name": "x"}, "none"]),
    "$defs/function_call": st.just({"name": "x", "arguments": "{}"}),
    "$defs/name": st.sampled_from(NAMES),
    "stop": st.sampled_from(["e", [" a", "\n"], ["the", "of", "x", "qq"], None]),
    "grammar": st.sampled_from(GRAMMARS),
    "max_tokens": st.none() | st.integers(0, 40),
    "max_completion_tokens": st.none() | st.integers(0, 40),
    "min_tokens": st.integers(0, 30),
    "$defs/json_schema": st.sampled_from(SCHEMAS),
}
DRAWS: Final = settings(
    max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def coherent(body: Any) -> Any:
    """Return a request in which results answer all calls, and the tool that is chosen is there."""
    messages: list[Any] = []
    for message in body["messages"]:
        if message["role"] == "tool":
            called = {"name": "get_weather", "arguments": "{}"}
            call = {"id": message["tool_call_id"], "type": "function", "function": called}
            messages.append({"role": "assistant", "content": None, "tool_calls": [call]})
        messages.append(message)
        if message["role"] == "assistant":
            ids = [call["id"] for call in message.get("tool_calls") or []]
            messages += [{"role": "tool", "tool_call_id": id_, "content": "x"} for id_ in ids]
    offers = [tool.get("function") or tool["custom"] for tool in body.get("tools") or []]
    for offer in [*offers[:1], *(body.get("functions") or [])[:1]]:
        offer["name"] = "x"
    return {**body, "messages": messages}


OFTEN: Final = frozenset({"tools", "tool_choice", "functions", "logprobs", "response_format"})


@st.composite
def requests(draw: Any) -> Any:
    """Draw a valid request for a conversation."""
    return coherent(draw(values(REQUEST, POOLS, OFTEN).filter(VALID_REQUEST.is_valid)))


async def both(world: World, body: Any) -> tuple[Answer, Answer]:
    """Send a request in both modes."""
    plain, streamed = plain_and_streamed(body)
    path = "/v1/chat/completions"
    return await world.send("POST", path, plain), await world.send("POST", path, streamed)


def limit_of(body: Any) -> int:
    """Return the most tokens of a choice that a request allows."""
    return int(body.get("max_completion_tokens") or body.get("max_tokens") or 1200)


@DRAWS
@given(body=requests())
async def test_any_valid_request_is_answered_in_both_modes(world: World, body: Any) -> None:
    """Body and chunks are as published here, the chunks make the body, and usage is the same."""
    PUBLISHED.check(*await both(world, body), joined)


@DRAWS
@given(body=requests())
async def test_any_answer_keeps_to_its_request(world: World, body: Any) -> None:
    """So many choices, no stop text in them, and never a token over the limit."""
    answer = (await both(world, body))[0].json
    contents = [choice["message"]["content"] or "" for choice in answer["choices"]]
    stops = listed(body.get("stop"))
    limit = limit_of(body)

    assert (body.get("n") or 1) == len(contents)
    assert [] == [stop for stop in stops for content in contents if stop in content]
    assert answer["usage"]["completion_tokens"] <= limit * len(contents)
    if body["model"] == "all-round":
        assert all(HeuristicCounter().count(content) <= limit for content in contents)


@DRAWS
@given(prompt=TEXTS, n=st.integers(2, 4), seed=st.integers(0, 99), limit=st.integers(12, 40))
async def test_choices_are_distinct(
    world: World, prompt: str, n: int, seed: int, limit: int
) -> None:
    """Wherever there is room for another text, each choice is one."""
    fields = {"model": "all-round", "seed": seed, "max_tokens": limit, "n": n}
    answer = (await world.chat(prompt, **fields)).json

    assert n == len({choice["message"]["content"] for choice in answer["choices"]})


@DRAWS
@given(body=requests(), top=st.integers(0, 4))
async def test_logprobs_are_those_of_the_content(world: World, body: Any, top: int) -> None:
    """The tokens make the content, their bytes make the tokens, the first alternative leads."""
    asked = {**body, "logprobs": True, "top_logprobs": top}
    for choice in (await both(world, asked))[0].json["choices"]:
        entries = (choice["logprobs"] or {"content": []})["content"]
        raw = b"".join(bytes(entry["bytes"]) for entry in entries)

        assert (choice["message"]["content"] or "") == raw.decode()
        assert [top] * len(entries) == [len(entry["top_logprobs"]) for entry in entries]


def test_the_draws_reach_every_property() -> None:
    """No property of a request is left out by the way requests are drawn."""
    drawn: set[str] = set()

    @settings(DRAWS, max_examples=200)
    @given(requests())
    def note(body: Any) -> None:
        drawn.update(body)

    note()

    assert set(REQUEST["properties"]) == drawn
