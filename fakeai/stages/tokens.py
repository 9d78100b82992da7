"""tokens: counts the prompt and keeps it inside the context window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.core.error import ApiError
from fakeai.pipeline.counters import counters
from fakeai.pipeline.media import compile_media_count
from fakeai.pipeline.stage import Build, Stage, Steps

if TYPE_CHECKING:
    from fakeai.pipeline.exchange import Exchange


def compile_tokens(_config: None, build: Build) -> Steps | None:
    """Return the step that counts the prompt with the model's counter."""
    if build.files.words.isdisjoint({"messages", "prompts"}):
        return None
    rules = build.spec.tokens.media
    media_counts = {name: compile_media_count(given) for name, given in rules.items()}
    by_name = build.shared.once("counters", lambda: counters(build.spec.tokens))
    tools = build.spec.tokens.tools

    def enter(exchange: Exchange) -> None:
        model = exchange.model
        if model is None:
            return
        count = by_name[model.tokenizer].count
        counts = [count(text) for text in exchange.context.shown]
        prompt = sum(counts)
        offers = len(exchange.context.definitions)
        prompt += tools.per_request + tools.per_tool * offers if offers else 0
        media = exchange.context.media
        if media and model.media is not None:
            of = media_counts[model.media]
            exchange.usage.prompt_audio_tokens = sum([of(m) for m in media if m.kind == "audio"])
            prompt += sum(map(of, media))
        exchange.usage.prompt_tokens = prompt
        exchange.usage.writes_cache = exchange.inputs.cache_write
        longest = max(counts, default=0) if exchange.context.prompts else prompt
        _check_window(exchange, longest, model.context_window, model.max_output_tokens)

    return Steps(enter=enter)


def _check_window(exchange: Exchange, prompt: int, window: int, max_output: int) -> None:
    """Refuse what the model could never hold: prompt and requested output together."""
    inputs = exchange.inputs
    asked = inputs.max_tokens or 0
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
    if asked > max_output:
        message = (
            f"{inputs.params.max_tokens} is too large: {asked}. This model supports at most "
            f"{max_output} completion tokens."
        )
        raise ApiError("invalid", message, param=inputs.params.max_tokens)


STAGE = Stage(
    name="tokens",
    summary="Counts the prompt and keeps it inside the context window.",
    compile=compile_tokens,
    reads=frozenset({"inputs", "model", "context"}),
    writes=frozenset({"usage.prompt"}),
    refuses=("context_length", "invalid"),
)
