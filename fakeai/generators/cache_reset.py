"""cache_reset: empties the prefix caches; the endpoint's template answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeai.pipeline.stage import Build, Stage, Steps

if TYPE_CHECKING:
    from fakeai.pipeline.exchange import Exchange
    from fakeai.sim.fleet import Fleet


def compile_cache_reset(_config: None, build: Build) -> Steps:
    """Return the step that drops every block that no request holds."""
    parts = build.shared.parts

    def enter(_exchange: Exchange) -> None:
        fleets: dict[str, Fleet] = parts.get("fleets", {})  # type: ignore[assignment]
        for fleet in fleets.values():
            fleet.reset()

    return Steps(enter=enter)


STAGE = Stage(
    name="cache_reset",
    summary="Empties the prefix caches of all simulated workers.",
    compile=compile_cache_reset,
)
