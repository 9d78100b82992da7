"""openai-agents: a tool, a handoff, an extraction, a streamed chat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openai
import pytest
from agents import Agent, OpenAIChatCompletionsModel, Runner, function_tool, set_tracing_disabled
from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

set_tracing_disabled(disabled=True)


class Forecast(BaseModel):
    """What the weather will be."""

    city: str
    degrees: float


@pytest.fixture
async def model(base_url: str) -> AsyncIterator[Any]:
    """Return the chat model over the official client."""
    async with openai.AsyncOpenAI(base_url=base_url, api_key="any", max_retries=0) as client:
        yield OpenAIChatCompletionsModel(model="gpt-4o", openai_client=client)


def get_weather(city: str) -> str:
    """Get the weather in a city."""
    return f"Sunny in {city}, 21 degrees"


def forecaster(model: Any) -> Any:
    """Return an agent that knows the weather."""
    return Agent(name="Weather", model=model, tools=[function_tool(get_weather)])


async def test_an_agent_calls_its_tool_and_ends(model: Any) -> None:
    """The tool's answer is in the agent's last words."""
    result = await Runner.run(forecaster(model), "What is the weather in Paris?", max_turns=4)

    assert "Sunny in Paris, 21 degrees" in result.final_output
    assert ["tool_call_item", "tool_call_output_item", "message_output_item"] == [
        item.type for item in result.new_items
    ]


async def test_an_agent_hands_over(model: Any) -> None:
    """The other agent takes the conversation on and ends it."""
    desk = Agent(name="Desk", model=model, handoffs=[forecaster(model)])
    result = await Runner.run(desk, "Transfer me to whom the weather asks for.", max_turns=6)

    assert "Weather" == result.last_agent.name
    assert result.final_output


async def test_a_structured_extraction(model: Any) -> None:
    """What the text says is in the fields."""
    agent = Agent(name="Reader", model=model, output_type=Forecast)
    result = await Runner.run(agent, "It will have 21 degrees in Paris.", max_turns=2)

    assert Forecast(city="Paris", degrees=21) == result.final_output


async def test_a_streamed_run(model: Any) -> None:
    """A stream has the tool's call, its answer and the last words, piece by piece."""
    run = Runner.run_streamed(forecaster(model), "What is the weather in Paris?", max_turns=4)
    events = [event async for event in run.stream_events()]
    raw = [event.data for event in events if event.type == "raw_response_event"]
    pieces = [data.delta for data in raw if data.type == "response.output_text.delta"]

    assert len(pieces) > 3
    assert run.final_output == "".join(pieces)
    assert "Sunny in Paris, 21 degrees" in run.final_output
