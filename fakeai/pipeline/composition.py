"""Composition: the choices of one exchange, each made of segments."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from fakeai.core.error import ApiError
from fakeai.core.value import Value
from fakeai.pipeline.logprobs import token_logprobs
from fakeai.pipeline.outcome import Choice, Segment
from fakeai.pipeline.params import path_of
from fakeai.pipeline.prompted import offered, read_prompted
from fakeai.pipeline.tool_calls import call_id, call_text, check_grammars, wanted_calls
from fakeai.pipeline.writing import Pen, told
from fakeai.sim.json_shape import ANY_SHAPE, wanted_shape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    from fakeai.core.rng import Rng
    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.inputs import Tool
    from fakeai.pipeline.makers import Makers
    from fakeai.pipeline.personas import Persona
    from fakeai.pipeline.reasoning import Thought
    from fakeai.pipeline.registry import ServedModel
    from fakeai.pipeline.speech import Voice
    from fakeai.pipeline.writing import Written
    from fakeai.sim.distribution import Sampler

    Chance = Callable[[str], Random]

#: Tokens of the text for a tool that takes any.
_CUSTOM_TOKENS: Final = 24
#: Least share of a predicted text that choices after the first repeat.
_PREDICTED_SHARE_MIN: Final = 0.5


class Kit(Value):
    """What compositions are made with, the same for all exchanges."""

    pens: Mapping[str, Pen]
    makers: Makers
    thought: Thought
    length: Sampler
    rng: Rng
    tool_result: str
    personas: Mapping[str, Persona]
    voice: Voice


class Composition:
    """Draws the choices of one exchange."""

    __slots__ = ("_calls", "_exchange", "_inputs", "_kit", "_model", "_pen", "limit")

    def __init__(self, kit: Kit, exchange: Exchange, model: ServedModel) -> None:
        """Decide what holds for all choices: how long they may be, and which tools are called."""
        self._kit = kit
        self._exchange = exchange
        self._inputs = inputs = exchange.inputs
        self._model = model
        self._pen = kit.pens[model.tokenizer]
        self._calls: list[Tool] = []
        if inputs.tools or inputs.tool_choice is not None:
            check_grammars(inputs, kit.makers)
            self._calls = wanted_calls(inputs, exchange.context)
        prompts = len(exchange.context.prompts) or 1
        room = model.context_window - exchange.usage.prompt_tokens // prompts
        asked = inputs.max_tokens
        # To go on from a prompt by nothing is to ask for the prompt's own logprobs.
        if not asked and (asked is None or inputs.prompts is None):
            asked = room
        self.limit = min(asked, model.max_output_tokens, room)
        """Most tokens of a choice."""

    def choice(self, prompt: str, index: int, redraw: int) -> Choice:
        """Return a choice; another `redraw` gives another one."""
        inputs, rng, key = self._inputs, self._kit.rng, self._exchange.key
        if index or redraw:
            key = rng.digest(key, index, redraw)
        chance = partial(rng.stream, key=key)
        choice = Choice(index=index, segments=[])
        left = self.limit
        if self._model.reasoning is not None:
            left -= self._reason(choice, prompt, chance)
        if self._calls:
            self._call(choice, left, chance)
        else:
            self._say(choice, prompt, left, chance)
        if inputs.echo:
            echo = self._pen.counter.split(prompt)
            choice.segments.insert(0, Segment(tokens=echo))
            choice.echoed_tokens = len(echo)
        if len(choice.segments) > 1:
            for place, segment in enumerate(choice.segments):
                segment.index = place
        if inputs.logprobs:
            self._rate(choice, chance)
        return choice

    def _rate(self, choice: Choice, chance: Chance) -> None:
        """Say how likely each token of the text was."""
        for segment in choice.segments:
            if segment.kind == "text":
                rng, top = chance(f"completion.logprobs.{segment.index}"), self._inputs.top_logprobs
                segment.logprobs = token_logprobs(segment.tokens, rng, top)

    def _reason(self, choice: Choice, prompt: str, chance: Chance) -> int:
        """Add the reasoning, if there is any, and return its tokens."""
        about = self._kit.thought.tokens(self._model.reasoning, self._inputs, chance)
        if not about:
            return 0
        limit = min(self.limit, self._inputs.reasoning_tokens or self.limit)
        tokens, _ = self._pen.write(lambda _: chance("completion.reasoning"), prompt, limit, about)
        choice.segments.append(Segment(kind="reasoning", tokens=tokens))
        return len(tokens)

    def _call(self, choice: Choice, left: int, chance: Chance) -> None:
        """Add a segment for each tool that is called, as far as the limit allows."""
        choice.finish_reason = "tool_calls"
        for number, tool in enumerate(self._calls):
            tokens, reason = self._pen.copy(self._input_of(tool, number, chance), left)
            left -= len(tokens)
            segment = Segment(kind="tool_call", tokens=tokens, name=tool.name, number=number)
            segment.custom = tool.kind == "custom"
            segment.id = call_id(self._kit.rng, self._exchange.id, choice.index, number)
            choice.segments.append(segment)
            if reason == "length":
                choice.finish_reason = reason
                return

    def _input_of(self, tool: Tool, number: int, chance: Chance) -> str:
        inputs, rng = self._inputs, chance(f"completion.tool.{number}")
        position = next(i for i, offer in enumerate(inputs.tools) if offer is tool)
        field = inputs.params.grammar if tool.grammar else inputs.params.parameters
        param = path_of(inputs.params.tools, position, field)
        try:
            text = call_text(tool, self._kit.makers, rng, offered(self._exchange.context), param)
        except ApiError:
            if not inputs.lenient_tools:
                raise
            text = "{}"
        if text is None:
            about = self._pen.prose.natural(rng, self._exchange.context.user, _CUSTOM_TOKENS)
            text = "".join(about)
        return text

    def _say(self, choice: Choice, prompt: str, left: int, chance: Chance) -> None:
        """Add the text, ended by the limit, by a stop text or by itself."""
        inputs = self._inputs
        json = self._json(chance)
        if json is None:
            written = self._prose(prompt, left, choice.index, chance)
        else:
            written = self._pen.copy(json, left)
        tokens, choice.finish_reason = written
        if inputs.stop:
            tokens, choice.stop_sequence = self._pen.cut_at_stop(tokens, inputs.stop)
            if choice.stop_sequence is not None:
                choice.finish_reason = "stop"
        choice.segments.append(text := Segment(tokens=tokens))
        if inputs.speech is not None and tokens:
            self._speak(choice, text, left)

    def _speak(self, choice: Choice, text: Segment, left: int) -> None:
        """Add the sound of the text, which is cut to leave room for it."""
        wanted, voice = self._inputs.speech, self._kit.voice
        room = voice.room(text.tokens, left, self._inputs.n)
        if room < len(text.tokens):
            text.tokens, choice.finish_reason = self._pen.copy(text.text, room)
            choice.stop_sequence = None
        if wanted is not None and text.tokens:
            said = voice.say(text.text, wanted.format)
            choice.segments.append(Segment(kind="speech", tokens=said))

    def _prose(self, prompt: str, left: int, index: int, chance: Chance) -> Written:
        inputs = self._inputs
        opening, is_all = "", False
        if inputs.prediction or self._model.persona or self._exchange.context.results:
            opening, is_all = self._opening(prompt, index, chance)
        about: float = math.inf
        if not inputs.ignore_eos:
            if is_all:
                return self._pen.copy(opening, left)
            about = max(1, inputs.min_tokens, self._kit.length(chance("completion.length")))
        written = self._pen.write(chance, prompt, left, about, inputs.min_tokens)
        return self._pen.open_with(opening, written, left) if opening else written

    def _opening(self, prompt: str, index: int, chance: Chance) -> tuple[str, bool]:
        """Return what no chance is needed for, and whether the answer ends with it."""
        inputs, results, persona = self._inputs, self._exchange.context.results, self._model.persona
        opening = told(results, self._kit.tool_result) if results else ""
        if inputs.prediction:
            opening += self._predicted(index, chance("completion.prediction"))
            if opening.endswith(inputs.predicted) and not inputs.ignore_eos:
                return opening, True
        write = self._kit.personas.get(persona) if persona else None
        if write is None:
            return opening, False
        return opening + write(self._exchange, prompt), True

    def _predicted(self, index: int, rng: Random) -> str:
        """Return the predicted text: all of it in the first choice, a part in the others."""
        tokens = self._pen.counter.split(self._inputs.predicted)
        share = _PREDICTED_SHARE_MIN + rng.random() * (1 - _PREDICTED_SHARE_MIN)
        return "".join(tokens if index == 0 else tokens[: int(len(tokens) * share)])

    def _json(self, chance: Chance) -> str | None:
        """Return the JSON that is asked for, by the request or in words; None asks for prose."""
        inputs, context = self._inputs, self._exchange.context
        wanted = inputs.response_format
        if wanted.kind != "text":
            if wanted.kind == "json_object" or wanted.schema is None:
                return self._shaped(wanted_shape("\n".join(context.texts)), chance)
            rng, param = chance("completion.json"), inputs.params.response_schema
            return self._kit.makers.text(wanted.schema, rng, offered(context), param)
        if inputs.prompts is not None or context.results or self._model.persona:
            return None
        prompted = read_prompted(context)
        return None if prompted is None else prompted.dress(self._shaped(prompted.schema, chance))

    def _shaped(self, schema: Any, chance: Chance) -> str:
        """Return an object of a shape that was read from words, or any when there can be none."""
        text, rng = offered(self._exchange.context, shape=schema), chance("completion.json")
        try:
            return self._kit.makers.text(schema, rng, text, None)
        except ApiError:
            return self._kit.makers.text(ANY_SHAPE, rng, text, None)
