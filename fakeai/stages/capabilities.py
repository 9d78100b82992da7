"""capabilities: refuses what the model cannot do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fakeai.core.error import ApiError
from fakeai.pipeline.params import path_of
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
    if not build.answers or "model" not in build.files.words:
        return None
    reasoning = build.spec.reasoning

    def enter(exchange: Exchange) -> None:
        model, inputs = exchange.model, exchange.inputs
        if model is None:
            return
        for position, message in enumerate(inputs.messages or ()):
            if isinstance(content := message.get("content"), list):
                _check_parts(content, model, inputs, position)
        if inputs.tools or inputs.speech is not None or inputs.response_format.kind != "text":
            _check_features(inputs, model)
        if inputs.reasoning:
            _check_budget(inputs)
        if inputs.reasoning_effort is not None:
            _check_effort(inputs, model, reasoning.get(model.reasoning or ""))

    return Steps(enter=enter, recall=PASSED)


def _check_parts(parts: list[Any], model: ServedModel, inputs: Inputs, position: int) -> None:
    """Refuse a part of a message in a form that the model does not take."""
    for number, part in enumerate(parts):
        modality = _MODALITIES.get(part.get("type"))
        if modality and modality not in model.modalities:
            taken = ", ".join(model.modalities)
            raise ApiError(
                "invalid",
                f"The model '{model.name}' does not take {modality} input; it takes {taken}.",
                reason="unsupported_media",
                param=path_of(inputs.params.messages, position, "content", number),
                details={
                    "model": model.name,
                    "media": modality,
                    "supported": list(model.modalities),
                },
            )


def _check_features(inputs: Inputs, model: ServedModel) -> None:
    params, known = inputs.params, model.capabilities
    if inputs.tools and "tools" not in known:
        raise _no_feature(model, "tools", "tools", params.tools)
    if inputs.response_format.kind == "json_schema" and "json_schema" not in known:
        what = "answers by a JSON Schema"
        raise _no_feature(model, "json_schema", what, params.response_format)
    if inputs.speech is not None and "speech" not in known:
        raise _no_feature(model, "speech", "spoken answers", params.speech)


def _no_feature(model: ServedModel, feature: str, what: str, param: str | None) -> ApiError:
    message = f"The model '{model.name}' does not support {what}."
    details = {"model": model.name, "feature": feature}
    return ApiError("invalid", message, reason="unsupported_feature", param=param, details=details)


def _check_budget(inputs: Inputs) -> None:
    """Refuse reasoning that may leave no token for the answer."""
    budget, limit = inputs.reasoning_tokens, inputs.max_tokens
    if budget is not None and limit is not None and budget >= limit:
        raise ApiError(
            "invalid",
            f"Reasoning of {budget} tokens leaves none of the {limit} for an answer.",
            reason="reasoning_budget",
            param=inputs.params.reasoning_tokens,
            details={"budget": budget, "limit": limit},
        )


def _check_effort(inputs: Inputs, model: ServedModel, reasoning: Reasoning | None) -> None:
    """Refuse an effort that the model does not have; `none` suits a model that never reasons."""
    effort = inputs.reasoning_effort
    efforts = ["none"] if reasoning is None else list(reasoning.efforts)
    if effort is None or effort in efforts:
        return
    known = ", ".join(efforts) or "none at all"
    raise ApiError(
        "invalid",
        f"'{effort}' is no reasoning effort of the model '{model.name}', which has {known}.",
        reason="unsupported_effort",
        param=inputs.params.reasoning_effort,
        details={"model": model.name, "effort": effort, "supported": efforts},
    )


STAGE = Stage(
    name="capabilities",
    summary="Refuses what the model cannot do: media, tools, formats, efforts.",
    compile=compile_capabilities,
    reads=frozenset({"inputs", "model"}),
    refuses=("invalid",),
)
