"""completion: the choices of a text completion, token by token."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from fakeai.pipeline.chance import Quantity
from fakeai.pipeline.counters import counters
from fakeai.pipeline.outcome import Choice, FinishReason, Outcome, Segment
from fakeai.pipeline.stage import Build, Stage, Steps
from fakeai.sim.prose import Prose

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from fakeai.pipeline.exchange import Exchange
    from fakeai.sim.tokens import Counter

#: How often a choice is drawn again when it equals an earlier one.
_REDRAWS: Final = 8


def compile_completion(_config: None, build: Build) -> Steps | None:
    """Return the step that writes the choices."""
    by_name = build.shared.once("counters", lambda: counters(build.spec.tokens))
    corpus = build.outside.corpus
    proses = build.shared.once(
        "prose", lambda: {name: Prose(corpus, counter) for name, counter in by_name.items()}
    )
    length = Quantity(build.spec.templates.answer_tokens)
    stream = build.outside.rng.stream

    def enter(exchange: Exchange) -> None:
        model, inputs = exchange.model, exchange.inputs
        if model is None:
            return
        room = model.context_window - exchange.usage.prompt_tokens
        limit = min(inputs.max_tokens or room, model.max_output_tokens, room)
        prose, counter = proses[model.tokenizer], by_name[model.tokenizer]
        prompt = exchange.context.user

        def draw(index: int, redraw: int) -> Choice:
            def text_stream() -> Random:
                return stream(f"completion.text.{index}.{redraw}", exchange.key)

            rng = stream(f"completion.length.{index}", exchange.key)
            about = math.inf if inputs.ignore_eos else max(1, inputs.min_tokens, length(rng))
            tokens, reason = write(prose, text_stream, prompt, limit, about)
            tokens, reason = cut_at_stop(tokens, reason, inputs.stop, counter)
            return Choice(index=index, segments=[Segment(tokens=tokens)], finish_reason=reason)

        choices = distinct(draw, inputs.n)
        exchange.outcome = Outcome(choices=choices)
        exchange.usage.completion_tokens = sum([choice.token_count for choice in choices])

    return Steps(enter=enter)


def distinct(draw: Callable[[int, int], Choice], n: int) -> list[Choice]:
    """Return n choices, drawing again those that repeat an earlier one, within reason."""
    choices: list[Choice] = []
    seen: set[str] = set()
    for index in range(n):
        choice = draw(index, 0)
        for redraw in range(1, _REDRAWS):
            if choice.text not in seen:
                break
            choice = draw(index, redraw)
        seen.add(choice.text)
        choices.append(choice)
    return choices


def write(
    prose: Prose, text_stream: Callable[[], Random], prompt: str, limit: int, about: float
) -> tuple[list[str], FinishReason]:
    """Return the tokens of a choice of about some length, never over the limit.

    A text that is cut is the beginning of the text that would have been: both are drawn from the
    same stream.
    """
    if about <= limit:
        tokens = prose.natural(text_stream(), prompt, round(about))
        if len(tokens) <= limit:
            return tokens, "stop"
    return prose.tokens(text_stream(), prompt, limit), "length"


def cut_at_stop(
    tokens: list[str], reason: FinishReason, stops: list[str], counter: Counter
) -> tuple[list[str], FinishReason]:
    """Cut the text before the first stop string, wherever token borders lie."""
    if not stops:
        return tokens, reason
    text = "".join(tokens)
    found = [position for position in map(text.find, stops) if position >= 0]
    if not found:
        return tokens, reason
    return counter.split(text[: min(found)]), "stop"


STAGE = Stage(
    name="completion",
    summary="Writes the choices of a text completion, token by token.",
    compile=compile_completion,
    reads=frozenset({"inputs", "key", "model", "context", "usage"}),
    writes=frozenset({"outcome", "usage"}),
)
