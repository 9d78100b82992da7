"""models: lists the models page by page, and deletes fine-tuned ones."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final

import msgspec

from fakeai.core.error import ApiError
from fakeai.pipeline.outcome import Outcome, Page
from fakeai.pipeline.paging import fits, page
from fakeai.pipeline.stage import Build, Stage, Steps

if TYPE_CHECKING:
    from fakeai.pipeline.exchange import Exchange


def compile_list(_config: None, build: Build) -> Steps:
    """Return the step that picks the models of a page, by the time of their release."""
    registry = build.registry

    def enter(exchange: Exchange) -> None:
        asked = exchange.inputs.listing
        models = sorted(registry.listing(), key=attrgetter("created"))
        places = {model.id: place for place, model in enumerate(models)}
        entries = [
            (places[model.id], model)
            for model in models
            if fits(msgspec.structs.asdict(model), asked.where)
        ]
        found, more = page(entries, asked, places.get)
        exchange.outcome = Outcome(page=Page(models=found, has_more=more))

    return Steps(enter=enter)


def compile_delete(_config: None, build: Build) -> Steps:
    """Return the step that deletes a fine-tuned model, and refuses to delete another one."""
    build.shared.remember(f"endpoints.{build.name}", "which models were deleted")
    registry = build.registry

    def enter(exchange: Exchange) -> None:
        name, param = exchange.inputs.resource.id, exchange.inputs.params.model
        if registry.is_fine_tuned(name):
            model = registry.delete(name)
        elif registry.find(name):
            message = f"The model '{name}' cannot be deleted: it is not fine-tuned."
            raise ApiError("forbidden", message, param=param, details={"model": name})
        else:
            model = None
        if model is None:
            message = f"The model '{name}' does not exist."
            raise ApiError("unknown_model", message, param=param, details={"model": name})
        exchange.outcome = Outcome(page=Page(models=[model]))

    return Steps(enter=enter)


STAGES: Final = (
    Stage(
        name="model_list",
        summary="Lists the models page by page, by the time of their release.",
        compile=compile_list,
        reads=frozenset({"inputs"}),
        writes=frozenset({"outcome"}),
    ),
    Stage(
        name="model_delete",
        summary="Deletes a fine-tuned model.",
        compile=compile_delete,
        reads=frozenset({"inputs"}),
        writes=frozenset({"outcome"}),
        refuses=("forbidden", "unknown_model"),
    ),
)
