"""Protocols: each reason of a refusal in the protocol's words, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest
import yaml

from fakeai.core.error import REASONS
from fakeai.spec.files import builtin_folder
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

HELLO: Final[dict[str, Any]] = {"role": "user", "content": "Hello"}
TOOL: Final = {"type": "function", "function": {"name": "add"}}
IMAGE: Final = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
CALLED: Final = {
    "role": "assistant",
    "tool_calls": [
        {"id": "call_1", "type": "function", "function": {"name": "add", "arguments": "{}"}}
    ],
}
CHOICE: Final = {"type": "function", "function": {"name": "nope"}}
AUTH: Final = "auth: { required: true, keys: { team: { key: sk-team } } }\n"
KEYS_PAGE: Final = " You can find your API key at https://platform.openai.com/account/api-keys."
OLD_KEY: Final = AUTH.replace("sk-team", 'sk-team, expires: "2020-01-01T00:00:00Z"')
MINE: Final = "models: { mine: { max_output_tokens: 50 } }\n"


class Case(NamedTuple):
    """A refused chat completion, and what is said of it."""

    reason: str
    said: str
    neutral: str
    """What a protocol says that has no words of its own."""
    param: str | None = None
    overlay: str = ""
    key: str = "sk-team"
    fields: dict[str, Any] = {}


CASES: Final = (
    Case(
        "missing_key",
        "You didn't provide an API key." + KEYS_PAGE,
        "The request has no API key.",
        overlay=AUTH,
        key="",
    ),
    Case(
        "wrong_key",
        "Incorrect API key provided (sha256:2ab0)." + KEYS_PAGE,
        "The API key is not valid (sha256:2ab0).",
        overlay=AUTH,
        key="sk-wrong",
    ),
    Case(
        "expired_key",
        "The API key 'team' has expired." + KEYS_PAGE,
        "The API key 'team' has expired.",
        overlay=OLD_KEY,
    ),
    Case(
        "orphan_result",
        "Invalid parameter: the message at messages.1 has role 'tool' and must answer a call in "
        "the 'tool_calls' of a preceding message.",
        "The result of the tool call 'call_9' answers no call before it.",
        "messages.1.tool_call_id",
        fields={"messages": [HELLO, {"role": "tool", "tool_call_id": "call_9", "content": "2"}]},
    ),
    Case(
        "missing_result",
        "An assistant message with 'tool_calls' must be followed by tool messages responding to "
        "each 'tool_call_id'. The following tool_call_ids did not have response messages: call_1",
        "The results of these tool calls do not come right after them: 'call_1'.",
        "messages.2.role",
        fields={"messages": [HELLO, CALLED, HELLO]},
    ),
    Case(
        "unknown_tool",
        "Invalid value: the tool 'nope' was not found in 'tools'.",
        "The tool 'nope' is not among those that the request offers.",
        "tool_choice",
        fields={"tools": [TOOL], "tool_choice": CHOICE},
    ),
    Case(
        "unsupported_media",
        "Invalid content: the model 'mine' does not take image input; it takes text.",
        "The model 'mine' does not take image input; it takes text.",
        "messages.0.content.0",
        overlay=MINE,
        fields={"model": "mine", "messages": [{"role": "user", "content": [IMAGE]}]},
    ),
    Case(
        "unsupported_feature",
        "The model 'mine' does not support tools.",
        "The model 'mine' does not support tools.",
        "tools",
        overlay="models: { mine: { capabilities: [json_schema] } }\n",
        fields={"model": "mine", "tools": [TOOL]},
    ),
    Case(
        "unsupported_effort",
        "Unsupported value: 'max' is not a reasoning effort of the model 'mine'. Supported values "
        "are: 'low', 'high'.",
        "'max' is no reasoning effort of the model 'mine', which has low, high.",
        "reasoning_effort",
        overlay="reasoning: { r: { tokens: 9, efforts: { low: 1, high: 2 }, default: low } }\n"
        "models: { mine: { reasoning: r } }\n",
        fields={"model": "mine", "reasoning_effort": "max"},
    ),
    Case(
        "output_limit",
        "max_tokens is too large: 51. This model supports at most 50 completion tokens.",
        "The request asks for 51 tokens; an answer of the model 'mine' has at most 50.",
        "max_tokens",
        overlay=MINE,
        fields={"model": "mine", "max_tokens": 51},
    ),
)


async def refused(world: World, case: Case) -> Any:
    """Return the error that a case leads to."""
    headers = {"authorization": f"Bearer {case.key}"} if case.key else {}
    body = {"model": "gpt-4o", "messages": [HELLO], **case.fields}
    answer = await world.send("POST", "/v1/chat/completions", body, headers=headers)

    assert answer.status in {401, 422}
    return answer.json["error"]


def without(file: str, *keys: str) -> str:
    """Return a built-in template without a part of it."""
    data = yaml.safe_load((builtin_folder() / "templates" / file).read_text())
    part = data
    for key in keys[:-1]:
        part = part[key]
    del part[keys[-1]]
    return yaml.safe_dump(data, sort_keys=False)


@pytest.mark.parametrize("case", CASES, ids=[case.reason for case in CASES])
async def test_each_reason_has_the_protocols_words(tmp_path: Path, case: Case) -> None:
    """They stand before those of its kind, with the field that is wrong."""
    error = await refused(World(tmp_path, case.overlay), case)

    assert (case.said, case.param) == (error["message"], error["param"])


@pytest.mark.parametrize("case", CASES, ids=[case.reason for case in CASES])
async def test_a_reason_without_words_is_told_in_neutral_ones(tmp_path: Path, case: Case) -> None:
    """A protocol that says nothing of reasons or fields does not borrow another one's."""
    files = {
        "templates/openai/protocol.yaml": without("openai/protocol.yaml", "reasons"),
        "templates/house/chat.yaml": without("openai/chat_completions.yaml", "inputs", "params"),
    }
    overlay = "endpoints: { chat_completions: { template: house/chat.yaml } }\n" + case.overlay
    error = await refused(World(tmp_path, overlay, files), case)

    assert (case.neutral, None) == (error["message"].removesuffix(KEYS_PAGE), error["param"])


async def test_words_are_changed_in_the_protocol(tmp_path: Path) -> None:
    """So is the code; both may show what there is to say of the reason."""
    data = yaml.safe_load((builtin_folder() / "templates/openai/protocol.yaml").read_text())
    data["reasons"]["orphan_result"] = {"code": "orphan", "message": "{{ error.details.id }}?"}
    world = World(tmp_path, files={"templates/openai/protocol.yaml": yaml.safe_dump(data)})
    error = await refused(world, next(c for c in CASES if c.reason == "orphan_result"))

    assert ("orphan", "call_9?") == (error["code"], error["message"])


def result(id_: str) -> dict[str, Any]:
    """Return a block with a tool's result."""
    return {"type": "tool_result", "tool_use_id": id_, "content": "2"}


USE: Final = {"type": "tool_use", "id": "toolu_1", "name": "add", "input": {}}
ORPHAN: Final = (
    "unexpected `tool_use_id` found in `tool_result` blocks: toolu_9. Each `tool_result` block "
    "must have a corresponding `tool_use` block in the previous message."
)
UNANSWERED: Final = (
    "`tool_use` ids were found without `tool_result` blocks immediately after: toolu_1. Each "
    "`tool_use` block must have a corresponding `tool_result` block in the next message."
)
ASSISTANT: Final = {"role": "assistant", "content": [USE]}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"messages": [{"role": "user", "content": [result("toolu_9")]}]},
            f"messages.0.content.0: {ORPHAN}",
        ),
        (
            {
                "system": "Be brief.",
                "messages": [
                    HELLO,
                    ASSISTANT,
                    {"role": "user", "content": [result("toolu_1"), result("toolu_9")]},
                ],
            },
            f"messages.2.content.1: {ORPHAN}",
        ),
        ({"messages": [HELLO, ASSISTANT, HELLO]}, f"messages.1: {UNANSWERED}"),
        ({"system": "Be brief.", "messages": [ASSISTANT]}, f"messages.0: {UNANSWERED}"),
        (
            {"tools": [{"name": "add", "input_schema": {}}], "tool_choice": CHOICE["function"]},
            "Tool 'nope' not found in provided tools",
        ),
        (
            {"max_tokens": 64_001},
            (
                "max_tokens: 64001 > 64000, which is the maximum allowed number of output tokens "
                "for claude-sonnet-4-5"
            ),
        ),
        (
            {"thinking": {"type": "enabled", "budget_tokens": 2048}},
            "`max_tokens` must be greater than `thinking.budget_tokens`.",
        ),
    ],
)
async def test_blocks_are_named_where_the_request_has_them(
    tmp_path: Path, fields: dict[str, Any], said: str
) -> None:
    """A client of `/v1/messages` hears of its own blocks, not of another protocol's roles."""
    body = {"model": "claude-sonnet-4-5", "max_tokens": 9, "messages": [HELLO], **fields}
    if "tool_choice" in fields:
        body["tool_choice"] = {"type": "tool", **fields["tool_choice"]}
    answer = await World(tmp_path).send("POST", "/v1/messages", body)

    assert (400, said) == (answer.status, answer.json["error"]["message"])


async def test_a_missing_and_a_wrong_key_are_told_apart(tmp_path: Path) -> None:
    """In the words of `/v1/messages`."""
    world = World(tmp_path, AUTH)
    body = {"model": "claude-sonnet-4-5", "max_tokens": 9, "messages": [HELLO]}
    said = [
        (await world.send("POST", "/v1/messages", body, headers=headers)).json["error"]["message"]
        for headers in ({}, {"x-api-key": "sk-wrong"})
    ]

    assert ["x-api-key header is required", "invalid x-api-key"] == said


def test_every_reason_is_tried_above() -> None:
    """The list is closed; no chat completion has a budget of reasoning or a thread."""
    others = {"reasoning_budget", "unknown_previous"}

    assert set(REASONS) == {case.reason for case in CASES} | others
