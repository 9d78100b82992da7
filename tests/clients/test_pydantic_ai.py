"""pydantic-ai: an agent with a tool, an extraction, a streamed chat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openai
import pytest
from pydantic import BaseModel
from pydantic_ai import Agent, NativeOutput, UsageLimits
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LIMITS = UsageLimits(request_limit=4)


class Forecast(BaseModel):
    """What the weather will be."""

    city: str
    degrees: float


@pytest.fixture
async def model(base_url: str) -> AsyncIterator[Any]:
    """Return the model over the official client."""
    async with openai.AsyncOpenAI(base_url=base_url, api_key="any", max_retries=0) as client:
        yield OpenAIChatModel("gpt-4o", provider=OpenAIProvider(openai_client=client))


def get_weather(city: str) -> str:
    """Get the weather in a city."""
    return f"Sunny in {city}, 21 degrees"


async def test_an_agent_calls_its_tool_and_ends(model: Any) -> None:
    """The tool's answer is in the agent's last words."""
    agent = Agent(model, tools=[get_weather])
    result = await agent.run("What is the weather in Paris?", usage_limits=LIMITS)

    assert "Sunny in Paris, 21 degrees" in result.output
    assert (2, 1) == (result.usage.requests, result.usage.tool_calls)


async def test_an_agent_with_a_tool_ends_in_an_object(model: Any) -> None:
    """Where every turn has to call something, the tool is called once, and then the output."""
    agent = Agent(model, tools=[get_weather], output_type=Forecast)
    result = await agent.run("What is the weather in Paris?", usage_limits=LIMITS)

    assert isinstance(result.output, Forecast)
    assert "Paris" == result.output.city
    assert (2, 1) == (result.usage.requests, result.usage.tool_calls)


@pytest.mark.parametrize("output", [Forecast, NativeOutput(Forecast)], ids=["tool", "native"])
async def test_a_structured_extraction(model: Any, output: Any) -> None:
    """What the text says is in the fields."""
    agent = Agent(model, output_type=output, retries=0)
    result = await agent.run("It will have 21 degrees in Paris.", usage_limits=LIMITS)

    assert Forecast(city="Paris", degrees=21) == result.output


async def test_a_streamed_chat(model: Any) -> None:
    """The pieces make the plain answer."""
    agent = Agent(model)
    async with agent.run_stream("Tell me of the sea.", model_settings={"seed": 3}) as stream:
        pieces = [piece async for piece in stream.stream_text(delta=True, debounce_by=None)]
    plain = await agent.run("Tell me of the sea.", model_settings={"seed": 3})

    assert len(pieces) > 3
    assert plain.output == "".join(pieces)
