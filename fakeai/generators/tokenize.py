"""tokenize: the token ids of a text, or the text of token ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.core.error import ApiError
from fakeai.pipeline.counters import counters_of
from fakeai.pipeline.outcome import Outcome
from fakeai.pipeline.stage import Build, Stage, Steps

if TYPE_CHECKING:
    from fakeai.pipeline.exchange import Exchange


def compile_tokenize(_config: None, build: Build) -> Steps | None:
    """Return the step that asks the model's counter for ids, or for the text of ids."""
    build.shared.remember(f"endpoints.{build.name}", "the texts behind token ids")
    by_name = counters_of(build)

    def enter(exchange: Exchange) -> None:
        model, prompts = exchange.model, exchange.inputs.prompts
        if model is None or not prompts:
            return
        counter, given = by_name[model.tokenizer], prompts[0]
        if isinstance(given, str):
            exchange.outcome = Outcome(ids=counter.encode(given), text=given)
            return
        try:
            exchange.outcome = Outcome(ids=given, text=counter.decode(given))
        except ValueError as error:
            raise ApiError("invalid", f"{error}.", param=exchange.inputs.params.prompts) from None

    return Steps(enter=enter)


STAGE = Stage(
    name="tokenize",
    summary="Gives the token ids of a text, or the text of token ids.",
    compile=compile_tokenize,
    reads=frozenset({"inputs", "model"}),
    writes=frozenset({"outcome"}),
    refuses=("invalid",),
)
