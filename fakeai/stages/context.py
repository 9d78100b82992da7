"""context: what the model is shown, as texts."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from fakeai.core.error import ApiError
from fakeai.pipeline.conversation import called, message_text, read_mixed
from fakeai.pipeline.counters import counters_of
from fakeai.pipeline.exchange import Context
from fakeai.pipeline.media import holds_media
from fakeai.pipeline.params import path_of
from fakeai.pipeline.stage import Build, Recall, Stage, Steps
from fakeai.pipeline.tool_calls import definitions

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.inputs import Inputs
    from fakeai.pipeline.params import Params
    from fakeai.sim.tokens import Counter

#: Roles of messages that bear the result of a tool.
_RESULTS: Final = frozenset({"tool", "function"})
_SYSTEM: Final = frozenset({"system", "developer"})


def compile_context(_config: None, build: Build) -> Steps | None:
    """Return the step that reads the conversation, or the prompts."""
    if build.files.words.isdisjoint({"messages", "prompts"}):
        return None
    by_name = counters_of(build)

    def enter(exchange: Exchange) -> None:
        inputs, model = exchange.inputs, exchange.model
        if inputs.previous is not None:
            raise _unknown_previous(inputs.previous)
        if inputs.prompts is None or model is None:
            messages = inputs.messages or []
            check_tool_results(messages, inputs.params)
            tools = definitions(inputs.tools) if inputs.tools else ()
            exchange.context = read_context(messages, tools)
        else:
            exchange.context = read_prompts(inputs, by_name[model.tokenizer])

    return Steps(enter=enter, recall=Recall(take=attrgetter("context"), put=_put))


def _put(exchange: Exchange, kept: Context) -> None:
    exchange.context = kept


def read_prompts(inputs: Inputs, counter: Counter) -> Context:
    """Return the prompts as texts; refuse token ids that the model does not have."""
    try:
        given = inputs.prompts or []
        texts = [text if isinstance(text, str) else counter.decode(text) for text in given]
    except ValueError as error:
        raise ApiError(
            "invalid", f"Invalid tokens: {error}.", param=inputs.params.prompts
        ) from None
    return Context(texts=texts, prompts=texts, user=texts[-1] if texts else "", turn=1)


def read_context(messages: list[dict[str, Any]], tools: Sequence[str] = ()) -> Context:
    """Return the texts of a conversation, and who said what last."""
    texts: list[str] = []
    system: list[str] = []
    results: list[str] = []
    names: list[str] = []
    user, turn, has_media = "", 0, False
    for message in messages:
        content, role = message.get("content"), message.get("role")
        if isinstance(content, str):
            text = content
        else:
            text = message_text(content)
            has_media = has_media or holds_media(content)
        texts.append(text)
        calls = called(message)
        texts += calls
        if role == "user" and not message.get("beside_results"):
            user, turn = text, turn + 1
            names, results = [], []
            continue
        names += calls[::2]
        if role in _RESULTS:
            results.append(text)
        elif role != "user":
            results = []
            if role in _SYSTEM:
                system.append(text)
    mixed = read_mixed(messages) if has_media else []
    return Context(
        texts=texts,
        definitions=list(tools),
        user=user,
        system="\n".join(system),
        turn=turn,
        media=[piece for piece in mixed if not isinstance(piece, str)],
        mixed=mixed,
        results=results,
        called=names,
    )


def check_tool_results(messages: list[dict[str, Any]], params: Params) -> None:
    """Refuse a tool's result that answers no call before it, and calls without their results."""
    calls: set[str] = set()
    waiting: dict[str, None] = {}
    for position, message in enumerate(messages):
        role = message.get("role")
        if role == "tool":
            id_ = message.get("tool_call_id")
            if id_ not in calls:
                raise _orphan(message, position, params)
            waiting.pop(id_, None)
            continue
        if waiting:
            raise _unanswered(waiting, position, params)
        if "tool_calls" in message:
            made = dict.fromkeys(str(call.get("id")) for call in message["tool_calls"] or [])
            calls |= made.keys()
            if role == "assistant":
                waiting = made
    if waiting:
        raise _unanswered(waiting, len(messages) - 1, params)


def _unknown_previous(id_: str) -> ApiError:
    """Return the refusal to go on from an answer."""
    return ApiError(
        "unknown_resource",
        f"The conversation up to '{id_}' is not kept; send all of its messages.",
        reason="unknown_previous",
        details={"previous": id_},
    )


def _unanswered(ids: Collection[str], position: int, params: Params) -> ApiError:
    """Return the refusal of calls after which something else than their results comes."""
    named = ", ".join(f"'{id_}'" for id_ in ids)
    return ApiError(
        "invalid",
        f"The results of these tool calls do not come right after them: {named}.",
        reason="missing_result",
        param=path_of(params.messages, position, "role"),
        details={"ids": list(ids)},
    )


def _orphan(message: dict[str, Any], position: int, params: Params) -> ApiError:
    """Return the refusal of a result without its call."""
    id_ = message.get("tool_call_id")
    return ApiError(
        "invalid",
        f"The result of the tool call '{id_}' answers no call before it.",
        reason="orphan_result",
        param=path_of(params.messages, position, params.call_id),
        details={"id": id_, "message": path_of(params.messages, position)},
    )


STAGE = Stage(
    name="context",
    summary="Reads the conversation: its texts, the last user message, the turn.",
    compile=compile_context,
    reads=frozenset({"inputs", "model"}),
    writes=frozenset({"context"}),
    refuses=("invalid", "unknown_resource"),
)
