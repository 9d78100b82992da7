"""tokens: counts the prompt and keeps it inside the context window."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from fakeai.core.error import ApiError
from fakeai.pipeline.counters import Hashers, counters_of
from fakeai.pipeline.keeping import Counts
from fakeai.pipeline.media import media_counts_of
from fakeai.pipeline.stage import Build, Recall, Stage, Steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.inputs import Inputs
    from fakeai.pipeline.media import Medium
    from fakeai.pipeline.outcome import Usage
    from fakeai.pipeline.registry import ServedModel


def compile_tokens(_config: None, build: Build) -> Steps | None:
    """Return the step that counts the prompt with the model's counter."""
    if build.files.words.isdisjoint({"messages", "prompts"}):
        return None
    by_name = counters_of(build)
    find_hasher = build.shared.once("hashers", Hashers).find
    count_media = media_counts_of(build)
    tools = build.spec.tokens.tools
    per_request, per_tool = tools.per_request, tools.per_tool

    def counts_of(model: ServedModel) -> Counts:
        return Counts(by_name[model.tokenizer], count_media.get(model.media or ""), tools)

    def enter(exchange: Exchange) -> None:
        model = exchange.model
        if model is None:
            return
        context, inputs, usage = exchange.context, exchange.inputs, exchange.usage
        shown, hasher, longest = context.shown, find_hasher(model), 0
        if hasher is not None and hasher.is_local and not context.prompts and not context.media:
            # The cache needs the blocks, and they count most of the prompt.
            exchange.keyed = keyed = hasher.prompt(shown)
            prompt = hasher.tokens(shown, keyed)
        else:
            counts = list(map(by_name[model.tokenizer].count, shown))
            prompt, longest = sum(counts), max(counts, default=0)
        if context.definitions:
            prompt += per_request + per_tool * len(context.definitions)
        if context.media and model.media is not None:
            prompt += _counted_media(exchange, count_media[model.media])
        usage.prompt_tokens = prompt
        if inputs.prompt_cache == "marked":
            usage.asked = counts_of(model).asked(inputs, context)
        if not context.prompts:
            longest = prompt
        asked = inputs.max_tokens or 0
        if longest + asked >= model.context_window or asked > model.max_output_tokens:
            _check_window(exchange.inputs, longest, model)

    # Nothing but this stage has written into the usage yet.
    return Steps(enter=enter, recall=Recall(take=_take, put=_put))


def _take(exchange: Exchange) -> Usage:
    return copy(exchange.usage)


def _put(exchange: Exchange, kept: Usage) -> None:
    exchange.usage = copy(kept)


def _counted_media(exchange: Exchange, count: Callable[[Medium], int]) -> int:
    """Return the tokens of a prompt's media; usage tells those that are sound apart."""
    media = exchange.context.media
    exchange.usage.prompt_audio_tokens = sum([count(m) for m in media if m.kind == "audio"])
    return sum(map(count, media))


def _check_window(inputs: Inputs, prompt: int, model: ServedModel) -> None:
    """Refuse what the model could never hold: prompt and requested output together."""
    window, limit, asked = model.context_window, model.max_output_tokens, inputs.max_tokens or 0
    if prompt + asked > window or prompt == window:
        message = (
            f"The prompt has {prompt} tokens and the request asks for {asked} more; "
            f"the context window is {window} tokens."
        )
        details = {
            "context_window": window,
            "prompt_tokens": prompt,
            "max_tokens": asked,
            "requested": prompt + asked,
        }
        raise ApiError("context_length", message, param=inputs.params.messages, details=details)
    if asked > limit:
        raise ApiError(
            "invalid",
            f"The request asks for {asked} tokens; an answer of the model '{model.name}' has at "
            f"most {limit}.",
            reason="output_limit",
            param=inputs.params.max_tokens,
            details={"model": model.name, "asked": asked, "limit": limit},
        )


STAGE = Stage(
    name="tokens",
    summary="Counts the prompt and keeps it inside the context window.",
    compile=compile_tokens,
    reads=frozenset({"inputs", "model", "context"}),
    writes=frozenset({"usage.prompt"}),
    refuses=("context_length", "invalid"),
)
