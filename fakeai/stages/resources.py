"""resources: keeps finished answers, as the endpoint's template says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from fakeai.pipeline.resources import Config, Record, collection, missing
from fakeai.pipeline.stage import Build, Stage, Steps
from fakeai.pipeline.variables import View

if TYPE_CHECKING:
    from collections.abc import Callable

    from fakeai.pipeline.exchange import Exchange


def compile_resources(config: Config | None, build: Build) -> Steps | None:
    """Return the step that keeps an answer once all of it has been sent."""
    kept, saving = collection(config, build), build.files.saving
    if saving is None or kept is None:
        if build.row.resource and not (build.row.generate or "").startswith("resource_"):
            message = "neither the row's generator nor its template does anything with a resource"
            missing(build, "FA013", message)
        return None
    when, keep = saving.when, saving.kept
    view = View(saving.variables, build.getters)
    asked = _asked(when.variables if when is not None else frozenset(), build)

    def leave(exchange: Exchange) -> None:
        if exchange.error is None and (when is None or when(asked(exchange))):
            kept.put(exchange, msgspec.convert(keep(view(exchange)), Record))

    return Steps(leave=leave)


def _asked(variables: frozenset[str], build: Build) -> Callable[[Exchange], dict[str, object]]:
    """Return what reads these variables; as a rule, the request says what is to be kept."""
    if variables == {"request"}:
        return lambda exchange: {"request": exchange.request}
    return View(variables, build.getters)


STAGE = Stage(
    name="resources",
    summary="Keeps finished answers, as the endpoint's template says.",
    config=Config,
    compile=compile_resources,
    reads=frozenset({"principal", "outcome", "inputs"}),
)
