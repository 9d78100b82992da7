"""resources: keeps finished answers, as the endpoint's template says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from fakeai.pipeline.resources import Config, Record, collection, missing
from fakeai.pipeline.stage import Build, Stage, Steps
from fakeai.pipeline.variables import compile_view

if TYPE_CHECKING:
    from fakeai.pipeline.exchange import Exchange

#: What is known of a body whose answers are not to be kept.
_UNWANTED: Final = "resources.unwanted"


def compile_resources(config: Config | None, build: Build) -> Steps | None:
    """Return the step that keeps an answer once all of it has been sent."""
    kept, saving = collection(config, build), build.files.saving
    if saving is None or kept is None:
        if build.row.resource and not (build.row.generate or "").startswith("resource_"):
            message = "neither the row's generator nor its template does anything with a resource"
            missing(build, "FA013", message)
        return None
    when, keep = saving.when, saving.kept
    view = compile_view(saving.variables, build.getters)
    # As a rule, the request says what is to be kept: little is read to find that it is not.
    asked = compile_view(when.variables if when else frozenset(), build.getters)

    follows = when is not None and when.variables <= {"request"}

    def is_wanted(exchange: Exchange) -> bool:
        return not follows or when is None or bool(when(asked(exchange)))

    build.readers.append(is_wanted)

    def leave(exchange: Exchange) -> None:
        known = exchange.known
        if exchange.error is not None or (known is not None and _UNWANTED in known):
            return
        if exchange.is_forgotten:
            return  # it was not wanted
        if when is None or when(asked(exchange)):
            kept.put(exchange, msgspec.convert(keep(view(exchange)), Record))
        elif follows and known is not None:
            known[_UNWANTED] = True

    return Steps(leave=leave)


STAGE = Stage(
    name="resources",
    summary="Keeps finished answers, as the endpoint's template says.",
    config=Config,
    compile=compile_resources,
    reads=frozenset({"principal", "outcome", "inputs"}),
)
