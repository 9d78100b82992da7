"""langchain-openai: an agent with a tool, an extraction, a streamed chat."""

from __future__ import annotations

from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_openai import ChatOpenAI
from pydantic import BaseModel


class Person(BaseModel):
    """Somebody who is told of."""

    name: str
    age: int
    email: str | None


@pytest.fixture
def model(base_url: str) -> Any:
    """Return a chat model that counts the tokens of its streams."""
    return ChatOpenAI(
        model="gpt-4o", base_url=base_url, api_key="any", max_retries=0, stream_usage=True
    )


def test_an_agent_calls_its_tool_and_ends(model: Any) -> None:
    """The tool's answer is in the agent's last words."""
    asked: list[str] = []

    def get_weather(city: str) -> str:
        """Get the weather in a city."""
        asked.append(city)
        return "Sunny, 21 degrees"

    agent = create_agent(model, tools=[get_weather])
    question = {"role": "user", "content": "What is the weather in Paris?"}
    state = agent.invoke({"messages": [question]}, {"recursion_limit": 8})
    kinds = [message.type for message in state["messages"]]

    assert ["Paris"] == asked
    assert ["human", "ai", "tool", "ai"] == kinds
    assert "Sunny, 21 degrees" in state["messages"][-1].content


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
def test_a_structured_extraction(model: Any, method: str) -> None:
    """What the text says is in the fields."""
    extract = model.with_structured_output(Person, method=method, strict=True)
    person = extract.invoke("Ada Lovelace is 36 years old; write to ada@example.com.")

    assert isinstance(person, Person)
    assert ("Ada Lovelace", 36) == (person.name, person.age)


def test_a_streamed_chat(model: Any) -> None:
    """The pieces make the plain answer, and the last one counts the tokens."""
    pieces = list(model.stream("Tell me of the sea.", seed=3))
    plain = model.invoke("Tell me of the sea.", seed=3)
    total = pieces[0]
    for piece in pieces[1:]:
        total += piece

    assert len(pieces) > 3
    assert plain.content == total.content
    assert plain.usage_metadata == total.usage_metadata


def test_batches_side_by_side(model: Any) -> None:
    """Concurrent requests get their own answers."""
    answers = model.batch([f"Tell me of number {number}." for number in range(8)])

    assert 8 == len({answer.content for answer in answers})
