"""context: what is read out of a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fakeai.core.error import ApiError
from fakeai.pipeline.inputs import Inputs
from fakeai.pipeline.params import Params
from fakeai.sim.tokens import HeuristicCounter
from fakeai.stages.context import check_tool_results, read_context, read_prompts
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path

CALL: dict[str, Any] = {
    "role": "assistant",
    "tool_calls": [
        {"id": "call_1", "type": "function", "function": {"name": "add", "arguments": '{"a":1}'}}
    ],
}
RESULT = {"role": "tool", "tool_call_id": "call_1", "content": "two"}


def test_roles_have_their_places() -> None:
    """The last user message, all system messages and every text are kept."""
    context = read_context(
        [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "One"},
            CALL,
            RESULT,
            {"role": "user", "content": [{"type": "text", "text": "Two"}]},
        ]
    )

    assert ("Two", "Be brief.", 2, []) == (
        context.user,
        context.system,
        context.turn,
        context.results,
    )
    assert ["Be brief.", "One", "", "add", '{"a":1}', "two", "Two"] == context.texts


def test_results_at_the_end_are_for_the_answer() -> None:
    """A later message of another role takes them away."""
    asked = {"role": "user", "content": "Add"}

    assert ["two"] == read_context([asked, CALL, RESULT]).results
    assert [] == read_context([asked, CALL, RESULT, asked]).results


@pytest.mark.parametrize("messages", [[RESULT], [CALL, {**RESULT, "tool_call_id": "call_2"}]])
async def test_a_result_without_its_call_is_refused(
    tmp_path: Path, messages: list[dict[str, Any]]
) -> None:
    """The refusal names the message."""
    answer = await World(tmp_path).chat(messages=messages)

    assert 422 == answer.status
    assert f"messages.{len(messages) - 1}.tool_call_id" == answer.json["error"]["param"]


def test_a_result_after_its_call_is_fine() -> None:
    """Also when it comes twice."""
    check_tool_results([CALL, RESULT, RESULT], Params())


TWO: dict[str, Any] = {
    "role": "assistant",
    "tool_calls": [{**CALL["tool_calls"][0], "id": id_} for id_ in ("call_1", "call_2")],
}
OTHER = {**RESULT, "tool_call_id": "call_2"}
ASKED = {"role": "user", "content": "Add"}


@pytest.mark.parametrize(
    ("messages", "ids", "place"),
    [
        ([ASKED, CALL], ["call_1"], 1),
        ([ASKED, CALL, ASKED], ["call_1"], 2),
        ([CALL, ASKED, RESULT], ["call_1"], 1),
        ([TWO, RESULT], ["call_2"], 1),
        ([TWO, OTHER, ASKED, RESULT], ["call_1"], 2),
        ([TWO, CALL, RESULT, OTHER], ["call_1", "call_2"], 1),
    ],
)
def test_calls_without_their_results_are_refused(
    messages: list[dict[str, Any]], ids: list[str], place: int
) -> None:
    """The results of all calls come before anything else; the refusal names what comes instead."""
    with pytest.raises(ApiError) as caught:
        check_tool_results(messages, Params(messages="messages"))

    assert ("missing_result", ids) == (caught.value.reason, caught.value.details["ids"])
    assert f"messages.{place}.role" == caught.value.param


def test_results_come_in_any_order() -> None:
    """And what is no call needs none: an older function call, or no calls at all."""
    older = {"role": "assistant", "function_call": {"name": "add", "arguments": "{}"}}
    check_tool_results([TWO, OTHER, RESULT, ASKED], Params())
    check_tool_results([older, ASKED, {**older, "tool_calls": None}], Params())


async def test_no_answer_is_gone_on_from(tmp_path: Path) -> None:
    """None is kept: a client that is told so sends everything again."""
    thread = {"type": "continue", "previous_message_id": "msg_1"}
    messages = [{"role": "user", "content": "And then?"}]
    body = {"model": "claude-opus-4-5", "messages": messages, "thread": thread}
    world = World(tmp_path)
    answers = [
        await world.send("POST", "/v1/messages", {**body, "max_tokens": 9}),
        await world.send("POST", "/v1/messages/count_tokens", body),
    ]
    error = {
        "type": "not_found_error",
        "message": "Thread not found: msg_1",
        "details": {"error_code": "thread_not_found"},
    }

    assert [(404, error)] * 2 == [(answer.status, answer.json["error"]) for answer in answers]


def test_who_said_what() -> None:
    """The last user text, all system and developer texts, the number of user messages."""
    context = read_context(
        [
            {"role": "system", "content": "Be kind."},
            {"role": "user", "content": "One"},
            {"role": "assistant", "content": "Two"},
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": "Three"},
        ]
    )

    assert ("Three", "Be kind.\nBe brief.", 2) == (context.user, context.system, context.turn)
    assert ["Be kind.", "One", "Two", "Be brief.", "Three"] == context.texts


def test_prompts_may_be_token_ids() -> None:
    """Ids become the text that they were made of; ids out of range are refused."""
    counter = HeuristicCounter()
    ids = counter.encode("Hello there")

    assert ["Hi", "Hello there"] == read_prompts(Inputs(prompts=["Hi", ids]), counter).prompts
    with pytest.raises(ApiError, match="Invalid tokens"):
        read_prompts(Inputs(prompts=[[-1]]), counter)
