"""completion: the choices of a text completion, token by token."""

from __future__ import annotations

from functools import partial
from itertools import takewhile
from operator import attrgetter
from typing import TYPE_CHECKING, Final, TypeAlias

from fakeai.pipeline.chance import Quantity
from fakeai.pipeline.composition import Composition, Kit
from fakeai.pipeline.counters import counters_of
from fakeai.pipeline.makers import Makers
from fakeai.pipeline.outcome import Choice, Outcome
from fakeai.pipeline.personas import compile_personas
from fakeai.pipeline.reasoning import Thought
from fakeai.pipeline.speech import Voice
from fakeai.pipeline.stage import Build, Recall, Stage, Steps
from fakeai.pipeline.tool_calls import with_new_ids
from fakeai.pipeline.writing import Pen
from fakeai.sim.prose import Prose

if TYPE_CHECKING:
    from collections.abc import Callable

    from fakeai.core.rng import Rng
    from fakeai.pipeline.exchange import Exchange
    from fakeai.sim.tokens import Counter

RECALLED_TOKENS_MAX: Final = 4096
"""Longer outcomes are written anew for equal requests."""
_COUNTS: Final = attrgetter(
    "completion_tokens",
    "reasoning_tokens",
    "completion_audio_tokens",
    "accepted_prediction_tokens",
    "rejected_prediction_tokens",
)
#: How often a choice is drawn again when it equals an earlier one.
_REDRAWS: Final = 8


def compile_completion(_config: None, build: Build) -> Steps | None:
    """Return the step that writes the choices."""
    by_name = counters_of(build)
    kit = build.shared.once("kit", lambda: _kit(build, by_name))

    def enter(exchange: Exchange) -> None:
        if exchange.model is None:
            return
        composition = Composition(kit, exchange, exchange.model)
        inputs, context = exchange.inputs, exchange.context
        choices: list[Choice] = []
        for prompt in context.prompts or (context.user,):
            if inputs.n == 1:
                choices.append(composition.choice(prompt, len(choices), 0))
            else:
                choices += distinct(partial(composition.choice, prompt), inputs.n, len(choices))
        exchange.outcome = Outcome(choices=choices)
        _count(exchange, choices)
        if inputs.prediction:
            _count_predicted(exchange, choices, by_name[exchange.model.tokenizer])

    return Steps(enter=enter, recall=_recall(build.outside.rng))


_Kept: TypeAlias = "tuple[Outcome, bool, tuple[int, ...]]"
"""An outcome, whether it calls tools, and its counts."""


def _recall(rng: Rng) -> Recall:
    """Return how the choices of equal requests are recalled: their calls get new ids."""

    def put(exchange: Exchange, kept: _Kept) -> None:
        usage = exchange.usage
        outcome, calls_tools, counts = kept
        exchange.outcome = with_new_ids(outcome, exchange.id, rng) if calls_tools else outcome
        (
            usage.completion_tokens,
            usage.reasoning_tokens,
            usage.completion_audio_tokens,
            usage.accepted_prediction_tokens,
            usage.rejected_prediction_tokens,
        ) = counts

    return Recall(take=_take, put=put)


def _take(exchange: Exchange) -> _Kept | None:
    """Return the choices and their counts, unless they are too large to be kept."""
    outcome = exchange.outcome
    segments = [segment for choice in outcome.choices for segment in choice.segments]
    kinds = {segment.kind for segment in segments}
    if "speech" in kinds or sum([len(s.tokens) for s in segments]) > RECALLED_TOKENS_MAX:
        return None
    return outcome, "tool_call" in kinds, _COUNTS(exchange.usage)


def _kit(build: Build, by_name: dict[str, Counter]) -> Kit:
    spec, corpus = build.spec, build.outside.corpus
    templates = spec.templates
    # To cut the corpus takes time and memory, so it is not done for counters that no model has.
    rows = (*spec.models.values(), spec.unknown_model_policy.like)
    used = {row.tokenizer or spec.tokens.default for row in rows}
    return Kit(
        pens={
            name: Pen(Prose(corpus, counter), counter)
            for name, counter in by_name.items()
            if name in used
        },
        makers=Makers(build.outside.pools),
        thought=Thought(spec.reasoning),
        length=Quantity(templates.answer_tokens).draw,
        rng=build.outside.rng,
        tool_result=templates.tool_result,
        personas=compile_personas(build),
        voice=Voice(spec.tokens.speech),
    )


def distinct(draw: Callable[[int, int], Choice], n: int, first: int = 0) -> list[Choice]:
    """Return n choices, drawing again those that repeat an earlier one, within reason."""
    choices: list[Choice] = []
    seen: set[str] = set()
    for index in range(first, first + n):
        choice = draw(index, 0)
        for redraw in range(1, _REDRAWS):
            if _said(choice) not in seen:
                break
            choice = draw(index, redraw)
        seen.add(_said(choice))
        choices.append(choice)
    return choices


def _said(choice: Choice) -> str:
    return "".join([s.text for s in choice.segments if s.kind in {"text", "tool_call"}])


def _count(exchange: Exchange, choices: list[Choice]) -> None:
    """Put the tokens of all choices into the usage; those of an echo are the prompt's."""
    usage, made = exchange.usage, 0
    for choice in choices:
        for segment in choice.made:
            count = len(segment.tokens)
            made += count
            if segment.kind == "reasoning":
                usage.reasoning_tokens += count
            elif segment.kind == "speech":
                usage.completion_audio_tokens += count
    usage.completion_tokens = made


def _count_predicted(exchange: Exchange, choices: list[Choice], counter: Counter) -> None:
    """Put into the usage how much of the predicted text came."""
    predicted = counter.split(exchange.inputs.predicted)
    accepted = _shared(predicted, counter.split(choices[0].text))
    exchange.usage.accepted_prediction_tokens = accepted
    exchange.usage.rejected_prediction_tokens = len(predicted) - accepted


def _shared(predicted: list[str], written: list[str]) -> int:
    """Return how many tokens two texts have in common at their beginnings."""
    pairs = zip(predicted, written, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


STAGE = Stage(
    name="completion",
    summary="Writes the choices of a text completion, token by token.",
    compile=compile_completion,
    reads=frozenset({"inputs", "key", "model", "context", "usage.prompt", "principal"}),
    writes=frozenset({"outcome", "usage.completion"}),
    refuses=("invalid",),
)
