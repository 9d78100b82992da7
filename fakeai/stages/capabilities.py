"""capabilities: refuses what the model cannot do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fakeai.core.error import ApiError
from fakeai.pipeline.stage import PASSED, Build, Stage, Steps

if TYPE_CHECKING:
    from fakeai.pipeline.exchange import Exchange
    from fakeai.pipeline.inputs import Inputs
    from fakeai.pipeline.registry import ServedModel
    from fakeai.spec.reasoning import Reasoning

#: Type of a message's part -> what a model must be able to take in.
_MODALITIES: Final = {
    "image_url": "image",
    "input_audio": "audio",
    "video_url": "video",
    "file": "file",
}


def compile_capabilities(_config: None, build: Build) -> Steps | None:
    """Return the step that compares a request with its model's row."""
    if build.row.generate is None or "model" not in build.files.words:
        return None
    reasoning = build.spec.reasoning

    def enter(exchange: Exchange) -> None:
        model, inputs = exchange.model, exchange.inputs
        if model is None:
            return
        for position, message in enumerate(inputs.messages or ()):
            if isinstance(content := message.get("content"), list):
                _check_parts(content, model, f"{inputs.params.messages}.{position}.content")
        if inputs.tools or inputs.speech is not None or inputs.response_format.kind != "text":
            _check_features(inputs, model)
        if inputs.reasoning:
            _check_budget(inputs)
        if inputs.reasoning_effort is not None:
            _check_effort(inputs, model, reasoning.get(model.reasoning or ""))

    return Steps(enter=enter, recall=PASSED)


def _check_parts(parts: list[Any], model: ServedModel, param: str) -> None:
    """Refuse a part of a message in a form that the model does not take."""
    for number, part in enumerate(parts):
        modality = _MODALITIES.get(part.get("type"))
        if modality and modality not in model.modalities:
            message = (
                f"Invalid content: the model '{model.name}' does not take {modality} input; "
                f"it takes {', '.join(model.modalities)}."
            )
            raise ApiError("invalid", message, param=f"{param}.{number}")


def _check_features(inputs: Inputs, model: ServedModel) -> None:
    if inputs.tools and "tools" not in model.capabilities:
        message = f"The model '{model.name}' does not support tools."
        raise ApiError("invalid", message, param=inputs.params.tools)
    if inputs.response_format.kind == "json_schema" and "json_schema" not in model.capabilities:
        message = f"The model '{model.name}' does not support answers by a JSON Schema."
        raise ApiError("invalid", message, param=inputs.params.response_format)
    if inputs.speech is not None and "speech" not in model.capabilities:
        message = f"The model '{model.name}' does not support spoken answers."
        raise ApiError("invalid", message, param=inputs.params.speech)


def _check_budget(inputs: Inputs) -> None:
    """Refuse reasoning that may leave no token for the answer."""
    budget, limit, params = inputs.reasoning_tokens, inputs.max_tokens, inputs.params
    if budget is not None and limit is not None and budget >= limit:
        message = f"`{params.max_tokens}` must be greater than `{params.reasoning_tokens}`."
        raise ApiError("invalid", message, param=params.reasoning_tokens)


def _check_effort(inputs: Inputs, model: ServedModel, reasoning: Reasoning | None) -> None:
    """Refuse an effort that the model does not have; `none` suits a model that never reasons."""
    effort = inputs.reasoning_effort
    efforts = ["none"] if reasoning is None else list(reasoning.efforts)
    if effort is None or effort in efforts:
        return
    listed = ", ".join(f"'{name}'" for name in efforts) or "none at all"
    message = (
        f"Unsupported value: '{effort}' is not a reasoning effort of the model '{model.name}'. "
        f"Supported values are: {listed}."
    )
    raise ApiError("invalid", message, param=inputs.params.reasoning_effort)


STAGE = Stage(
    name="capabilities",
    summary="Refuses what the model cannot do: media, tools, formats, efforts.",
    compile=compile_capabilities,
    reads=frozenset({"inputs", "model"}),
    refuses=("invalid",),
)
