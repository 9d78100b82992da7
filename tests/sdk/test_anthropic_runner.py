"""The official client's own loop over tools, whose threads nobody keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anthropic
import pytest
from anthropic import beta_tool

if TYPE_CHECKING:
    from collections.abc import Callable

ASKED: Any = [{"role": "user", "content": "What is the weather in Oslo?"}]


@beta_tool
def get_weather(city: str) -> str:
    """Tell the weather of a city.

    Args:
        city: The name of the city.
    """
    return f"cloudless in {city}, 9 degrees"


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
def test_the_tool_runner_comes_to_its_end(live: Callable[[str], str], *, stream: bool) -> None:
    """It calls the tool, sends the result alone, hears that nothing is kept, and sends it all."""
    with anthropic.Anthropic(base_url=live(""), api_key="any", max_retries=0) as client:
        runner: Any = client.beta.messages.tool_runner(
            model="claude-opus-4-5",
            max_tokens=8192,
            messages=ASKED,
            tools=[get_weather],
            stream=stream,
        )
        last = runner.until_done()

    assert "end_turn" == last.stop_reason
    assert "cloudless in Oslo, 9 degrees" in last.content[0].text
