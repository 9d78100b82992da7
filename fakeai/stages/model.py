"""model: finds the model that the request names, or makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.core.error import ApiError
from fakeai.pipeline.registry import NAME_CHARACTERS_MAX
from fakeai.pipeline.stage import Build, Stage, Steps

if TYPE_CHECKING:
    from fakeai.pipeline.exchange import Exchange


def compile_model(_config: None, build: Build) -> Steps | None:
    """Return the step that finds the model; only one that is shown a prompt is made on use."""
    if "model" not in build.files.words:
        return None
    looks_only = build.row.generate is None and "messages" not in build.files.words
    look_up = build.registry.find if looks_only else build.registry.resolve

    def enter(exchange: Exchange) -> None:
        name = exchange.inputs.model or ""
        model = look_up(name)
        if model is None:
            name = name[:NAME_CHARACTERS_MAX]
            message = f"The model '{name}' does not exist."
            param = exchange.inputs.params.model
            raise ApiError("unknown_model", message, param=param, details={"model": name})
        exchange.model = model

    return Steps(enter=enter)


STAGE = Stage(
    name="model",
    summary="Finds the model by id or alias, or makes it when `unknown_models` says so.",
    compile=compile_model,
    reads=frozenset({"inputs"}),
    writes=frozenset({"model"}),
    refuses=("unknown_model",),
)
