"""composition: choices made of segments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.pipeline.composition import Composition, Kit
from fakeai.pipeline.exchange import Context, Exchange
from fakeai.pipeline.inputs import Inputs, ResponseFormat, Tool
from tests.harness import World

if TYPE_CHECKING:
    from pathlib import Path


async def _nothing(*_args: object) -> None:
    """Stand in for a connection."""


def composition(folder: Path, inputs: Inputs, model: str = "gpt-4o") -> Composition:
    """Return a composition with the parts of a compiled server."""
    engine = World(folder).engine
    kit = engine.shared.once("kit", _missing)
    exchange = Exchange({}, _nothing, _nothing)
    exchange.id, exchange.inputs = "0123456789", inputs
    exchange.context = Context(user="the weather", texts=["the weather"])
    served = engine.registry.resolve(model)
    assert served is not None
    return Composition(kit, exchange, served)


def _missing() -> Kit:
    raise AssertionError("the completion generator did not make its kit")


def test_segments_come_in_order_and_know_their_places(tmp_path: Path) -> None:
    """Reasoning first, then the calls, numbered, each with an id of its own."""
    tools = [Tool(name="weather"), Tool(name="the_weather")]
    inputs = Inputs(tools=tools, parallel_tool_calls=True)
    choice = composition(tmp_path, inputs, "o3").choice("the weather", 0, 0)

    assert ["reasoning", "tool_call", "tool_call"] == [s.kind for s in choice.segments]
    assert [0, 1, 2] == [segment.index for segment in choice.segments]
    assert [0, 1] == [call.number for call in choice.tool_calls]
    assert 2 == len({call.id for call in choice.tool_calls})
    assert [{}, {}] == [call.arguments for call in choice.tool_calls]


def test_an_echo_goes_before_the_text(tmp_path: Path) -> None:
    """The prompt is a segment of its own, with logprobs when they are asked for."""
    inputs = Inputs(echo=True, logprobs=True, max_tokens=3)
    choice = composition(tmp_path, inputs).choice("Once upon", 0, 0)

    assert ["Once", " upon"] == choice.segments[0].tokens
    assert 5 == len(choice.logprobs)


def test_the_stop_text_is_told(tmp_path: Path) -> None:
    """A protocol may say which one it was."""
    inputs = Inputs(stop=["e"], ignore_eos=True, max_tokens=100)
    choice = composition(tmp_path, inputs).choice("weather", 0, 0)

    assert ("stop", "e") == (choice.finish_reason, choice.stop_sequence)


def test_json_is_drawn_anew_for_each_choice(tmp_path: Path) -> None:
    """Another index or another redraw gives another instance."""
    schema = {"type": "integer", "minimum": 0, "maximum": 10**9}
    inputs = Inputs(response_format=ResponseFormat(kind="json_schema", schema=schema))
    made = composition(tmp_path, inputs)
    texts = {made.choice("x", index, redraw).text for index, redraw in ((0, 0), (0, 1), (1, 0))}

    assert 3 == len(texts)
    assert all(text.isdigit() for text in texts)


def test_the_limit_is_the_least_of_all(tmp_path: Path) -> None:
    """The request's, the model's, and what the window has left."""
    limits = [composition(tmp_path, Inputs(max_tokens=n), "gpt-4").limit for n in (5, 0, 9_000)]

    assert [5, 8_192, 8_192] == limits
