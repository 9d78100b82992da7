"""tool_calls: which tools are called."""

from __future__ import annotations

from random import Random

import pytest

from fakeai.core.error import ApiError
from fakeai.pipeline.exchange import Context
from fakeai.pipeline.inputs import Grammar, Inputs, Tool, ToolChoice
from fakeai.pipeline.makers import Makers
from fakeai.pipeline.params import Params
from fakeai.pipeline.tool_calls import call_text, wanted_calls

TOOLS = [Tool(name="send_email"), Tool(name="get_weather")]


def called(prompt: str, choice: ToolChoice | None = None, **words: object) -> list[str]:
    """Return the names of the tools that a prompt gets called."""
    inputs = Inputs(tools=TOOLS, tool_choice=choice, **words)  # type: ignore[arg-type]
    return [tool.name for tool in wanted_calls(inputs, Context(user=prompt))]


def test_auto_follows_the_prompt() -> None:
    """A tool is called when the prompt asks for it."""
    assert ["get_weather"] == called("the weather?")
    assert [] == called("a joke")


def test_one_tool_is_called_unless_parallel_calls_are_asked_for() -> None:
    """The one that is meant, or all that are."""
    prompt = "email the weather"

    assert ["send_email"] == called(prompt)
    assert ["send_email", "get_weather"] == called(prompt, parallel_tool_calls=True)


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (ToolChoice(mode="none"), []),
        (ToolChoice(mode="required"), ["send_email"]),
        (ToolChoice(mode="required", names=["get_weather"]), ["get_weather"]),
        (ToolChoice(mode="auto", names=["get_weather"]), []),
    ],
)
def test_the_choice_decides(choice: ToolChoice, expected: list[str]) -> None:
    """It forbids, forces or narrows."""
    assert expected == called("send an email" if choice.names else "x", choice)


def test_a_result_ends_the_calling() -> None:
    """Left to itself, the model answers a result with text."""
    inputs = Inputs(tools=TOOLS)
    context = Context(user="the weather?", results=["sunny"])

    assert [] == wanted_calls(inputs, context)


def test_a_tool_that_is_not_offered_cannot_be_chosen() -> None:
    """The refusal names the choice."""
    choice = ToolChoice(mode="required", names=["nope"])
    with pytest.raises(ApiError) as caught:
        called("x", choice, params=Params(tool_choice="tool_choice"))

    assert ("invalid", "tool_choice") == (caught.value.kind, caught.value.param)


@pytest.mark.parametrize(
    ("already", "expected"),
    [
        ([], ["get_weather"]),
        (["get_weather"], ["send_email"]),
        (["send_email"], ["get_weather"]),
        (["get_weather", "send_email"], ["get_weather"]),
    ],
)
def test_a_required_call_goes_on_to_what_was_not_called(
    already: list[str], expected: list[str]
) -> None:
    """What the prompt means comes first; when all were called, it is called again."""
    inputs = Inputs(tools=TOOLS, tool_choice=ToolChoice(mode="required"))
    context = Context(user="the weather?", called=already)

    assert expected == [tool.name for tool in wanted_calls(inputs, context)]


def test_arguments_are_an_object_and_custom_tools_take_text() -> None:
    """A tool without parameters gets an empty object; a pattern is kept to."""
    makers = Makers()
    digits = Grammar(syntax="regex", definition="[0-9]{4}")

    def text_of(tool: Tool) -> str | None:
        return call_text(tool, makers, Random(1), (), "")

    assert "{}" == text_of(Tool(name="a"))
    assert "{}" == text_of(Tool(name="a", parameters={"properties": {}}))
    assert (text_of(Tool(name="a", kind="custom", grammar=digits)) or "").isdigit()
    assert text_of(Tool(name="a", kind="custom")) is None
