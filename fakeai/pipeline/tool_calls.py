"""Tool calls: which tools a request gets called, and with what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from fakeai.core.error import ApiError
from fakeai.pipeline.inputs import ToolChoice
from fakeai.pipeline.outcome import Outcome
from fakeai.pipeline.params import path_of
from fakeai.sim.tool_choice import rank_tools

if TYPE_CHECKING:
    from random import Random

    from fakeai.core.rng import Rng
    from fakeai.pipeline.exchange import Context
    from fakeai.pipeline.inputs import Grammar, Inputs, Tool
    from fakeai.pipeline.makers import Makers

CALLS_MAX: Final = 16
"""Most tools called in one turn."""

_JSON_SIGNS: Final = re.compile(r'(?:\\\\[nrt"]|[][{}",:])+')
_ENCODE: Final = msgspec.json.Encoder().encode


def wanted_calls(inputs: Inputs, context: Context) -> list[Tool]:
    """Return the tools to call, in the order of the calls; none means to answer with text.

    Left to itself, the model calls what the last user message asks for, and answers with text
    once it has a tool's result. Where it has to call again, it goes on to what it has not called.
    """
    choice = inputs.tool_choice or ToolChoice()
    offers = [tool for tool in inputs.tools if choice.names is None or tool.name in choice.names]
    _check_names(choice, inputs)
    if choice.mode == "none" or not offers or (choice.mode == "auto" and context.results):
        return []
    if choice.mode == "required" and len(offers) == 1:
        return offers
    ranked = rank_tools(context.user, [(tool.name, tool.description or "") for tool in offers])
    if choice.mode == "required":
        ranked = _fresh(ranked, offers, context.called) or ranked or [0]
    return [offers[place] for place in ranked[: CALLS_MAX if inputs.parallel_tool_calls else 1]]


def _fresh(ranked: list[int], offers: list[Tool], called: list[str]) -> list[int]:
    """Return what is ranked and has not been called, or what else there is, the last one first.

    Agents put the tool that takes their final answer last.
    """
    fresh = [place for place in ranked if offers[place].name not in called]
    if fresh or not called:
        return fresh
    return [place for place, offer in enumerate(offers) if offer.name not in called][-1:]


def _check_names(choice: ToolChoice, inputs: Inputs) -> None:
    """Refuse the choice of a tool that is not offered."""
    offered, params = {tool.name for tool in inputs.tools}, inputs.params
    for place, name in enumerate(choice.names or ()):
        if name not in offered:
            raise ApiError(
                "invalid",
                f"The tool '{name}' is not among those that the request offers.",
                reason="unknown_tool",
                param=path_of(params.tool_names, place) or params.tool_choice,
                details={"name": name, "tools": params.tools},
            )


def call_id(rng: Rng, exchange_id: str, choice: int, number: int) -> str:
    """Return the id of a call: equal answers of different exchanges have different ones."""
    return f"{exchange_id[:8]}{rng.digest(exchange_id, choice, number):016x}"


def with_new_ids(outcome: Outcome, exchange_id: str, rng: Rng) -> Outcome:
    """Return an outcome of another exchange with ids of this one; nothing is changed in place."""
    replace = msgspec.structs.replace
    return Outcome(
        choices=[
            replace(
                choice,
                segments=[
                    replace(s, id=call_id(rng, exchange_id, choice.index, s.number))
                    if s.kind == "tool_call"
                    else s
                    for s in choice.segments
                ],
            )
            for choice in outcome.choices
        ]
    )


def check_grammars(inputs: Inputs, makers: Makers) -> None:
    """Refuse a custom tool whose grammar cannot be kept to, whether it is called or not."""
    for place, tool in enumerate(inputs.tools):
        if tool.grammar is not None:
            param = path_of(inputs.params.tools, place, inputs.params.grammar)
            if tool.grammar.syntax == "lark":
                makers.check_grammar(tool.grammar.definition, param)
            else:
                makers.check(_pattern(tool.grammar), param)


def definitions(tools: list[Tool]) -> list[str]:
    """Return the words of each tool, which are part of the prompt.

    Models are shown tools in terser forms than JSON: its signs do not count.
    """
    told = [(tool.name, tool.description, tool.parameters, tool.grammar) for tool in tools]
    texts = [_ENCODE([part for part in parts if part]).decode() for parts in told]
    return [_JSON_SIGNS.sub(" ", text).strip() for text in texts]


def call_text(
    tool: Tool, makers: Makers, rng: Random, context: tuple[str, ...], param: str | None
) -> str | None:
    """Return the JSON of a call's arguments, or the text that a custom tool takes.

    None: the tool takes any text.
    """
    if tool.kind == "custom":
        if tool.grammar is None:
            return None
        if tool.grammar.syntax == "lark":
            return makers.grammar_text(tool.grammar.definition, rng, param)
        return str(makers.value(_pattern(tool.grammar), rng, context, param))
    schema: Any = tool.parameters
    if not isinstance(schema, dict) or not schema:
        return "{}"
    return _ENCODE(makers.value({**schema, "type": "object"}, rng, context, param)).decode()


def _pattern(grammar: Grammar) -> dict[str, str]:
    return {"type": "string", "pattern": f"^(?:{grammar.definition})$"}
